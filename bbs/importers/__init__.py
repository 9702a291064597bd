"""Files and feeds into the forum."""
