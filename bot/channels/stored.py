"""Kept files that a messenger gets from the store: their bytes, and the names under which they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.channels.base import KeptFiles
from bot.channels.names import file_name
from conversations.events import Attachment

# Seconds between the tries to read a file that is still being fetched: most are stored within one.
PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
ENDINGS = {"photo": "jpg", "video": "mp4", "voice": "ogg", "audio": "mp3", "video_note": "mp4"}


async def bytes_of(files: KeptFiles, key: str, pauses: Sequence[float] = PAUSES) -> bytes | None:
    """The file's bytes, which are waited for while it is being fetched; None when it is not stored then."""
    for pause in pauses:
        # In this order: it may be stored between the two questions.
        coming = await files.is_coming(key)
        content = await files.open_file(key)
        if content is not None or not coming:
            return content
        await asyncio.sleep(pause)
    return await files.open_file(key)


def name_of(attachment: Attachment) -> str:
    """The name under which a file is sent; one that has none is named after its id."""
    # Names were cleaned when they came in; a store of an earlier version holds uncleaned ones.
    fallback = f"{attachment.unique_id}.{ENDINGS.get(attachment.kind, 'bin')}"
    return file_name(attachment.name) or file_name(fallback)
