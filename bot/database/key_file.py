"""The key file: the sealing keys by number and the pepper, as JSON. A write is whole or does not happen."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Collection
from pathlib import Path

from bot.foundation.disk import TEMPORARY, sync
from bot.foundation.modes import create, make_folder

KEY_BYTES = 32
# A sealed value has two bytes for the number of its key.
LARGEST_NUMBER = 0xFFFF


class NumbersUsedUpError(Exception):
    """The key file holds the highest number that a sealed value can name."""


def parse(content: bytes) -> tuple[dict[int, bytes], bytes]:
    """The keys by number, and the pepper.

    Raises ValueError, LookupError, TypeError, AttributeError or RecursionError for other contents.
    """
    stored = json.loads(content)
    keys = {int(number): base64.b64decode(key, validate=True) for number, key in stored["keys"].items()}
    pepper = base64.b64decode(stored["pepper"], validate=True)
    if {len(pepper), *map(len, keys.values())} != {KEY_BYTES}:
        raise ValueError("a key of another length")
    if not all(1 <= number <= LARGEST_NUMBER for number in keys):
        raise ValueError("a number that no sealed value can hold")
    return keys, pepper


def make(path: Path) -> bytes:
    """Make a key file with new secrets; its content. Raises OSError."""
    make_folder(path.parent)
    return _write(path, {1: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))


def add_key(path: Path) -> None:
    """Add a key with the next number; all others stay. Raises OSError and NumbersUsedUpError."""
    keys, pepper = parse(path.read_bytes())
    number = max(keys) + 1
    if number > LARGEST_NUMBER:
        raise NumbersUsedUpError(f"{path} holds key {LARGEST_NUMBER}; there is no higher number")
    _write(path, {**keys, number: secrets.token_bytes(KEY_BYTES)}, pepper)


def remove_keys(path: Path, numbers: Collection[int]) -> None:
    """Remove keys that nothing needs. Raises OSError."""
    keys, pepper = parse(path.read_bytes())
    _write(path, {number: key for number, key in keys.items() if number not in numbers}, pepper)


def _write(path: Path, keys: dict[int, bytes], pepper: bytes) -> bytes:
    known = {
        "keys": {str(number): _text(key) for number, key in sorted(keys.items())},
        "pepper": _text(pepper),
    }
    content = json.dumps(known, indent=1).encode("ascii")
    # A link to the file stays a link.
    target = path.resolve()
    temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}{TEMPORARY}")
    try:
        with os.fdopen(create(temporary), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(target.parent)
    return content


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")
