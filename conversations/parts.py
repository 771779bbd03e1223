"""Messages of a story, an addition, an objection or a response as Parts, with their files."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.complaints.bounds import MOST_PARTS
from conversations.complaints.complaint import Part
from conversations.complaints.part import MEGABYTE, with_source
from conversations.complaints.rules import Limits
from conversations.effects import DropFile, GiveFiles, KeepFile
from conversations.events import FileReceived, LocationReceived, Origin, PersonEvent, TextReceived
from conversations.reading.identity import Problem, read_text


def part_of(event: PersonEvent) -> Part | None:
    """The message as a part; None for a kind of message that cannot be kept."""
    origin = event.origin
    match event:
        case TextReceived(text=text):
            part = Part(message=origin.message, at=origin.at, text=_clean(text))
        case FileReceived(attachment=attachment, key=key, caption=caption, album=album):
            part = Part(
                message=origin.message,
                at=origin.at,
                kind=attachment.kind,
                text=_clean(caption),
                file=key,
                name=attachment.name,
                album=album,
                unique=attachment.unique_id,
            )
        case LocationReceived(latitude=latitude, longitude=longitude, title=title):
            place = f"{latitude:.6f}, {longitude:.6f}"
            text = f"{_clean(title)} ({place})" if title else place
            part = Part(message=origin.message, at=origin.at, kind="location", text=text)
        case _:
            return None
    source = {"forwarded": _clean(origin.forwarded), "quoted": _clean(origin.quoted)}
    return part.model_copy(update=source) if any(source.values()) else part


def sourced(origin: Origin, text: str) -> str:
    """The text below its origin and its quote, for an answer that is stored as a text."""
    return with_source(text, _clean(origin.forwarded), _clean(origin.quoted))


def _clean(text: str) -> str:
    if not text:
        return ""
    read = read_text(text, len(text))
    return "" if isinstance(read, Problem) else read


def files_of(parts: Sequence[Part]) -> tuple[str, ...]:
    """The keys of the parts' files."""
    return tuple(part.file for part in parts if part.file)


def drop_files(parts: Sequence[Part]) -> tuple[DropFile, ...]:
    """The effects that delete the files of these parts."""
    return tuple(DropFile(key) for key in files_of(parts))


def give_files(parts: Sequence[Part], owner: str) -> GiveFiles | None:
    """The effect that assigns the parts' files to a draft or case; None without files."""
    files = files_of(parts)
    return GiveFiles(files, owner) if files else None


def keep(event: PersonEvent, owner: str) -> KeepFile | None:
    """The effect that stores the message's file for its owner; None without a file."""
    if not isinstance(event, FileReceived):
        return None
    return KeepFile(event.key, owner, event.origin.chat, event.attachment)


def refusal(event: PersonEvent, parts: Sequence[Part], limits: Limits) -> Problem | None:
    """Why this message cannot join these parts (too many or too large files, too long, empty); else None."""
    if len(parts) >= MOST_PARTS:
        return Problem.TOO_MANY_PARTS
    if isinstance(event, FileReceived):
        if event.attachment.size > limits.file_megabytes * MEGABYTE:
            return Problem.FILE_TOO_LARGE
        if sum(1 for part in parts if part.file) >= limits.files:
            return Problem.TOO_MANY_FILES
        return _too_long(event.caption, parts, limits) if event.caption else None
    if isinstance(event, TextReceived):
        return _too_long(event.text, parts, limits)
    return None


def _too_long(text: str, parts: Sequence[Part], limits: Limits) -> Problem | None:
    room = limits.story_characters - sum(len(part.text) for part in parts)
    read = read_text(text, max(room, 0))
    return read if isinstance(read, Problem) else None


def holds(parts: Sequence[Part], message: int) -> bool:
    """Whether one of these parts is the message with this id."""
    return any(part.message == message for part in parts)


def edit_too_long(parts: Sequence[Part], message: int, text: str, limits: Limits) -> bool:
    """Whether these parts are too long together with the new text of this message of theirs."""
    others = [part for part in parts if part.message != message]
    return len(others) < len(parts) and _too_long(text, others, limits) is Problem.TOO_LONG


def with_edit(parts: Sequence[Part], message: int, text: str) -> tuple[Part, ...] | None:
    """The parts with this message's new text, the earlier one kept; None when they lack the message."""
    if not holds(parts, message):
        return None
    return tuple(
        part.model_copy(update={"text": _clean(text)}).after(part) if part.message == message else part
        for part in parts
    )


def parts_without(parts: Sequence[Part], file: str) -> tuple[Part, ...]:
    """The parts without that file; a caption it had stays as a text."""
    left: list[Part] = []
    for part in parts:
        if part.file != file:
            left.append(part)
        elif part.text:
            left.append(part.model_copy(update={"kind": "text", "file": ""}))
    return tuple(left)
