"""The clock's door: it brings in the time. `manage clock` runs deadlines, `manage jobs` talks to the firms outside."""
