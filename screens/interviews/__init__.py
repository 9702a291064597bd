"""Live interviews."""
