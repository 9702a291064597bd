"""Home, what is new on it, and the leader's page."""
