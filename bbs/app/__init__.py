"""The wiring: the only place beside run_bbs.py that sees all rooms."""
