"""The doors: the only rooms that know HTTP, HTML and the time."""
