"""Nothing that people write is readable on the disk: marked words in every field, kill -9, a normal stop."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.marked_run import marked_run


async def test_no_marked_word_is_readable_at_rest_and_all_of_them_are_stored(tmp_path: Path) -> None:
    result = await marked_run(tmp_path, 1)
    assert result.found == []
    assert result.missing == []
