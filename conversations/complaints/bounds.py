"""How much of one person's messages is stored at most.

| what | bound | beyond it |
|---|---|---|
| messages of a story, an addition, a response, held messages | MOST_PARTS | refused in words |
| earlier texts of one message | the first, the newest NEWEST_VERSIONS | only their number is kept |
| earlier answers to one question | the same | only their number is kept |
| complaints that were begun | `several.MOST_DRAFTS` | refused in words |
| the whole state of a conversation | MOST_BYTES | messages are refused in words |
| what a citizen adds to one complaint | MOST_ADDED characters | refused in words |

The first version is what a person said at first, the newest ones are what they corrected last.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

# The most messages of a story, of an addition or of a response, and the most held messages.
MOST_PARTS = 100
# The newest earlier versions that are kept besides the first one.
NEWEST_VERSIONS = 2
# The most bytes of the stored state of a conversation. Three stories of 20,000 letters need about 70,000.
MOST_BYTES = 300_000
# The most characters that a citizen adds to one complaint, objections left out.
MOST_ADDED = 200_000

V = TypeVar("V")


def with_version(kept: Sequence[V], earlier: V) -> tuple[tuple[V, ...], int]:
    """The versions with one more, oldest first, and how many of them are left out now (0 or 1)."""
    versions = (*kept, earlier)
    if len(versions) <= 1 + NEWEST_VERSIONS:
        return versions, 0
    return (versions[0], *versions[-NEWEST_VERSIONS:]), len(versions) - 1 - NEWEST_VERSIONS
