"""What systemd is notified of: ready, alive, stopping (sd_notify(3)). Without systemd nothing happens."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

import structlog

log = structlog.get_logger(__name__)

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
MICROSECONDS = 1_000_000


def notify(*states: str) -> None:
    """Send states to the socket that systemd names; `@` begins the name of an abstract socket."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sending:
            # A full queue of systemd must not stop the event loop: the next round sends again.
            sending.settimeout(0)
            sending.sendto("\n".join(states).encode(), address)
    except OSError as error:
        log.warning("service.not_notified", states=states, errno=error.errno)


def watchdog_seconds(environment: Mapping[str, str] = os.environ) -> float:
    """How often at least systemd expects ALIVE, in seconds; 0 when it does not watch this process."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    expected = environment.get("WATCHDOG_USEC", "")
    return int(expected) / MICROSECONDS if expected.isascii() and expected.isdigit() else 0.0
