"""Programs outside that dispatch asks."""
