#!/usr/bin/env python3
"""Starts Mingtan: `run_bbs.py serve`, `run_bbs.py admin`, or any command of the tree."""

from __future__ import annotations

import sys

from bbs.app.loading import kept


def main() -> int:
    """Run the program; returns the exit code of the contract."""
    with kept():
        from bbs.app.cli import main as run
    return run()


if __name__ == "__main__":
    sys.exit(main())
