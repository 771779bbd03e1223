"""A store of files in memory, as channels know it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.events import Attachment


@dataclass
class Kept:
    """Files by key: how a messenger names each, and its bytes; `late` ones come after N more tries."""

    attachments: dict[str, Attachment] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    # The keys that were opened.
    opened: list[str] = field(default_factory=list)

    async def describe(self, keys: Sequence[str]) -> Mapping[str, Attachment]:
        return {key: self.attachments[key] for key in keys if key in self.attachments}

    async def open_file(self, key: str) -> bytes | None:
        self.opened.append(key)
        if self.late.get(key):
            self.late[key] -= 1
            return None
        return self.contents.get(key)

    async def is_coming(self, key: str) -> bool:
        return key in self.late

    def add(self, key: str, attachment: Attachment, content: bytes | None = b"isi") -> str:
        self.attachments[key] = attachment
        if content is not None:
            self.contents[key] = content
        return key
