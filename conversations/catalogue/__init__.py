"""Each message and button by name, with its parameters. The wording is in templates/.

A message `file.block` is the block of that name in templates/<language>/<file>.html.
"""

from __future__ import annotations

from collections.abc import Mapping

from conversations.catalogue.authenticity import AUTHENTICITY
from conversations.catalogue.buttons import BUTTONS
from conversations.catalogue.completion import COMPLETION
from conversations.catalogue.desk import DESK
from conversations.catalogue.erased import ERASED
from conversations.catalogue.followup import FOLLOWUP
from conversations.catalogue.intake import EXPLAIN, INTAKE
from conversations.catalogue.letters import CAPTIONS, PAPER
from conversations.catalogue.limits import LIMITS
from conversations.catalogue.mornings import MORNINGS
from conversations.catalogue.report import REPORT
from conversations.catalogue.rights import RIGHTS
from conversations.catalogue.system import SYSTEM
from conversations.catalogue.told import TOLD

_FILES: Mapping[str, Mapping[str, str]] = {
    "intake": INTAKE,
    "explain": EXPLAIN,
    "followup": FOLLOWUP,
    "completion": COMPLETION,
    "desk": DESK,
    "mornings": MORNINGS,
    "limits": LIMITS,
    "system": SYSTEM,
    "told": TOLD,
    "letters": PAPER,
    "captions": CAPTIONS,
    "authenticity": AUTHENTICITY,
    "report": REPORT,
    "erased": ERASED,
    "rights": RIGHTS,
}

MESSAGES: Mapping[str, frozenset[str]] = {
    f"{file}.{block}": frozenset(parameters.split())
    for file, blocks in _FILES.items()
    for block, parameters in blocks.items()
}

__all__ = ["BUTTONS", "MESSAGES"]
