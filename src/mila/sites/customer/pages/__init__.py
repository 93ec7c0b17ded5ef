"""The pages, one story a file."""
