"""Cases: the overview, one case, an office's desk, the figures."""
