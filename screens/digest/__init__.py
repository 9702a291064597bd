"""The opinion digest."""
