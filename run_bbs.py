#!/usr/bin/env python3
"""Starts Mingtan: `run_bbs.py serve`, `run_bbs.py admin`, or any command of the tree."""

from __future__ import annotations

import sys

from bbs.app.cli import main

if __name__ == "__main__":
    sys.exit(main())
