"""The programs of PostgreSQL on this machine: where they are, who runs them, and a folder for a server."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

PROGRAMS = ("initdb", "pg_ctl", "postgres")
# The path of a Unix socket has at most 107 bytes: the folders of pytest are too long.
DISK, MEMORY = Path("/tmp"), Path("/dev/shm")  # noqa: S108 -- folders in them have random names
# The free memory that a run of the tests needs; many containers have only 64 MB there.
MEMORY_BYTES = 1 << 30
# A start or an end takes less than a second; a loaded machine gets more before the test fails.
SECONDS = 120


@cache
def binaries() -> Path | None:
    """Return the folder of the programs: by PATH, else the newest version of Debian's; None without them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    complete = [
        folder for folder in folders if all((folder / name).exists() for name in ("initdb", "pg_ctl"))
    ]
    return complete[0] if complete and (os.geteuid() or account()) else None


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def account() -> pwd.struct_passwd | None:
    """Return the account that runs servers for root, whom PostgreSQL refuses; None for everyone else."""
    try:
        return None if os.geteuid() else pwd.getpwnam("postgres")
    except KeyError:
        return None


def run(folder: Path, name: str, *arguments: str) -> None:
    """Run a program in a folder; raises RuntimeError with what it said when it fails."""
    place, user = binaries(), account()
    assert place, "no PostgreSQL on this machine"
    # A server that the program starts would keep a pipe open.
    with tempfile.TemporaryFile() as said:
        ended = subprocess.run(
            [place / name, *arguments],
            cwd=folder,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "PGCTLTIMEOUT": str(SECONDS)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            check=False,
        )
        said.seek(0)
        if ended.returncode:
            raise RuntimeError(f"{name} failed: {said.read().decode(errors='replace')}")


def new_folder(*, disk: bool) -> Path:
    """Make a folder for a server: on a disk, or in memory where there is enough."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES
    folder = Path(tempfile.mkdtemp(prefix="aduan-pg-", dir=MEMORY if roomy and not disk else DISK))
    if user := account():
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder
