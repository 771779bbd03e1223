"""A row of the file jobs: its types, what its seal hides, and the content that it names.

The SHA-256 of a content is sealed with the attachment, because it shows whether somebody sent a known file.
In plain there is its keyed hash, the name of the content. The seal holds key, owner, chat and this name: a
row can be assigned neither to another content nor to another case. Code that changes one of these columns
seals again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any

import structlog
from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.database.contents import Contents
from bot.database.quarantine import typed
from bot.database.sealing import Codec, SealBrokenError, binding, context
from bot.foundation.disk import place_of
from conversations.events import Attachment

log = structlog.get_logger(__name__)


class FileState(StrEnum):
    """The state of a file job."""

    PENDING = "pending"
    STORED = "stored"
    LOST = "lost"


# Why a job is lost whose row does not open.
DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class FileJob:
    """A kept file. `path` is that of its content; `reason` says why it was lost."""

    key: str
    owner: str
    chat: int
    attachment: Attachment
    state: FileState = FileState.PENDING
    attempts: int = 0
    not_before: float = 0.0
    sha256: str = ""
    size: int = 0
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What the seal of a row hides; `sha256` is empty until the content is stored."""

    attachment: Attachment
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file whose content is in the store, at `path`."""

    key: str
    sha256: str
    size: int
    path: str


@cache
def _sealed() -> TypeAdapter[Sealed]:
    return TypeAdapter(Sealed)


def read_job(codec: Codec, row: Row[Any]) -> FileJob:
    """A row of a `select(files)`, its attachment opened. Raises on a value of another type or shape."""
    typed(row, key=str, owner=str, chat=int, attempts=int, size=int, not_before=(int, float))
    typed(row, name=(str, NoneType), path=(str, NoneType), reason=(str, NoneType))
    sealed = _sealed().validate_json(codec.open(row.attachment, row_binding(row)))
    return FileJob(
        key=row.key,
        owner=row.owner,
        chat=row.chat,
        attachment=sealed.attachment,
        state=FileState(row.state),
        attempts=row.attempts,
        not_before=row.not_before,
        sha256=sealed.sha256,
        size=row.size,
        path=row.path or "",
        reason=row.reason or "",
    )


def row_binding(row: Row[Any]) -> bytes:
    """What the attachment of a `select(files)` is sealed to."""
    return _binding(row.key, row.owner, row.chat, row.name)


def _binding(key: str, owner: str, chat: int, name: str | None) -> bytes:
    return binding("files", key, owner, chat, name or "")


def is_intact(codec: Codec, row: Row[Any]) -> bool:
    """Whether the columns of a `select(files)` are those that the row was sealed with."""
    try:
        codec.open(row.attachment, row_binding(row))
    except SealBrokenError:
        return False
    return True


def new_columns(codec: Codec, job: FileJob) -> dict[str, object]:
    """The row of a new job."""
    plain = _sealed().dump_json(Sealed(job.attachment))
    return {
        "key": job.key,
        "owner": job.owner,
        "chat": job.chat,
        "attachment": codec.seal(plain, _binding(job.key, job.owner, job.chat, None)),
        "state": job.state.value,
        "attempts": 0,
        "not_before": 0.0,
        "size": 0,
        "reported": 0,
    }


def stored_columns(codec: Codec, row: Row[Any], stored: StoredFile) -> dict[str, object]:
    """What changes in a row when its content is stored."""
    name, attachment = codec.file_name(stored.sha256), row.attachment
    # A damaged one stays as it is.
    with suppress(SealBrokenError):
        sealed = _sealed().validate_json(codec.open(attachment, row_binding(row)))
        known = _sealed().dump_json(replace(sealed, sha256=stored.sha256))
        attachment = codec.seal(known, _binding(row.key, row.owner, row.chat, name))
    return {
        "file": row.key,
        "content": name,
        "length": stored.size,
        "place": stored.path,
        "attachment": attachment,
    }


def sealed_again(codec: Codec, row: Row[Any], owner: str, chat: int) -> bytes:
    """The attachment, sealed to new columns; one that does not open stays as it is."""
    try:
        plain = codec.open(row.attachment, row_binding(row))
    except SealBrokenError:
        damaged: bytes = row.attachment
        return damaged
    return codec.seal(plain, _binding(row.key, owner, chat, row.name))


def content(contents: Contents, codec: Codec, job: FileJob) -> bytes | None:
    """The bytes of a stored file; None when its content is gone or damaged. Raises as `Contents` does."""
    try:
        sealed = _read(contents, job)
    except FileNotFoundError:
        log.error("files.content_missing", file=job.key, path=job.path)  # noqa: TRY400 - no words
        return None
    try:
        return codec.open(sealed, context("file", job.sha256))
    except SealBrokenError:
        log.error("files.content_damaged", file=job.key, path=job.path)  # noqa: TRY400 - no words
        return None


def _read(contents: Contents, job: FileJob) -> bytes:
    """The sealed content, also under the name that earlier versions gave it, until it is renamed."""
    try:
        return contents.read(job.path)
    except FileNotFoundError:
        return contents.read(place_of(job.sha256))
