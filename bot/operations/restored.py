"""The result of a restore, and its failure, with the sentences that the operator reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.operations.backup_folder import Manifest


class RestoreError(Exception):
    """The backup cannot be restored here; the message says what to do. Nothing was changed."""


class Restored(NamedTuple):
    """The result: above which numbers the register continues, the complaints erased, whether to migrate."""

    manifest: Manifest
    backup: Path
    complaints: int
    numbers: Sequence[str]
    erased: int
    older: bool

    def __str__(self) -> str:
        taken = self.manifest.created.strftime("%d-%m-%Y %H:%M")
        lines = [f"{self.backup} of {taken} is restored: {self.complaints} complaints"]
        if self.erased:
            lines.append(f"{self.erased} complaints were erased again, as ordered after the backup")
        if self.numbers:
            lines.append(
                f"Numbers continue above {', '.join(self.numbers)}. Compare them with the newest cards in "
                "the staff groups: if a card has a higher number, restore again with --issued NUMBER"
            )
        if self.older:
            lines.append(
                "Next: `aduan migrate`, as the backup was made by an older version. Then start the bot"
            )
        return ".\n".join(lines)
