"""Mingtan: a terminal forum for large organisations."""
