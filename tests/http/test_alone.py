"""All stories run where there is no network (tests/alone), so the program needs none."""

import os
import socket

import pytest


@pytest.mark.skipif(os.environ.get("EDGES_ALONE") != "yes", reason="this needs a network of its own")
def test_there_is_nothing_but_loopback(emulator):
    with open("/proc/net/dev") as devices:
        assert [line.split(":")[0].strip() for line in devices if ":" in line] == ["lo"]
    with socket.socket() as s, pytest.raises(OSError, match="unreachable"):
        s.connect(("192.0.2.1", 80))
    emulator.assert_alive()
