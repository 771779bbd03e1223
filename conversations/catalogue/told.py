"""The messages of templates/<language>/told.html: what officers pass on to a complainant without an account.

A block has the name and the parameters of the message for citizens that it replaces (no_account.py).
"""

from __future__ import annotations

from collections.abc import Mapping

TOLD: Mapping[str, str] = {
    "response": "reference officer text files days confirmed",
    "correction": "reference officer text files days",
    "question": "reference officer text files",
    "explained": "reference officer until",
    "recalled": "reference purpose at deleted open",
    "decision": "purpose reference officer text files destination contact tracking days due phones",
    "request": "reference officer items text files until",
    "lapsed": "reference days items",
}
