"""The program was built with Debian 12's libmicrohttpd, and runs here with that of Debian 13."""

import json
import subprocess
from pathlib import Path

from process import PROGRAM, Process


def test_the_program_runs_with_the_later_one():
    process = Process(["--port", "0"])
    try:
        info = subprocess.run(["curl", "-s", f"http://127.0.0.1:{process.port}/_emulator/info"],
                              capture_output=True, check=True).stdout
        mapped = Path(f"/proc/{process.child.pid}/maps").read_text()
        process.stop()
    finally:
        process.close()
    assert json.loads(info)["libraries"]["libmicrohttpd"].startswith("1."), PROGRAM
    assert "build/library/lib/libmicrohttpd.so.12" in mapped
