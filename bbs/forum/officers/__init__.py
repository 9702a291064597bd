"""Offices and appointments: who answers, under which name, and when."""
