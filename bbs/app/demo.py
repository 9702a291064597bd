"""`make demo`: a demo forum for one look around, with nothing left behind: server, ssh in this terminal, gone again."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bbs.app.cli import terminal_language
from bbs.app.house import ROOT, load_words

NAME = "reed"


def main() -> int:
    """Start a demo on free ports in a directory of its own, log in as a member, stop when they leave."""
    tr = load_words().translator(terminal_language())
    with tempfile.TemporaryDirectory(prefix="mingtan-demo-") as folder:
        command = [sys.executable, str(ROOT / "run_bbs.py"), "serve", "--demo", "--data", folder]
        command += ["--ssh-port", "0", "--telnet-port", "off", "--log-level", "error"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            ready = re.match(r"ready ssh=([^ ]+):(\d+) ", server.stdout.readline())
            if ready is None:
                return server.wait()
            sys.stdout.write(tr("demo.password", name=NAME) + "\n")
            sys.stdout.flush()
            known = Path(folder) / "known_hosts"
            options = ["-o", f"UserKnownHostsFile={known}", "-o", "StrictHostKeyChecking=accept-new"]
            return subprocess.call(["ssh", *options, "-p", ready[2], f"{NAME}@{ready[1]}"], env=os.environ)
        finally:
            server.terminate()
            server.wait(40)


if __name__ == "__main__":
    sys.exit(main())
