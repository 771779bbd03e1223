"""The content of a document as it is uploaded: bytes, or a file that is read in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.channels.base import DeliveryError, Failure


@contextmanager
def opened(content: bytes | Path) -> Iterator[bytes | IO[bytes]]:
    """The content, open while it is uploaded. Raises DeliveryError when its file is gone."""
    if isinstance(content, bytes):
        yield content
        return
    try:
        file = content.open("rb")
    except FileNotFoundError as error:
        raise DeliveryError(Failure.REFUSED, "the file of the document is gone", answered=False) from error
    with file:
        yield file
