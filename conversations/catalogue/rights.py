"""The messages of templates/<language>/rights.html: the block -> its parameters."""

from __future__ import annotations

from collections.abc import Mapping

RIGHTS: Mapping[str, str] = {
    # files
    "data_coming": "",
    "data_recent": "at until",
    # requests
    "which": "purpose",
    "no_case": "purpose contacts messenger",
    "already_requested": "reference purpose at",
    "words_please": "",
    "requested": "reference purpose",
    "answered": "reference asked purpose officer text files",
    # to officers
    "task": "reference purpose at again officer",
    "read": "reference purpose at text",
    "preview": "purpose about asked text files officer",
    "answer_sent": "reference purpose",
    "answered_already": "reference name at",
}
