"""The words of templates/<language>/letters.html: what stands on paper, and the captions of the documents."""

from __future__ import annotations

from collections.abc import Mapping

# The documents themselves, as the HTML of bot/documents/blocks.py.
PAPER: Mapping[str, str] = {
    "complaint": (
        "reference agency address person matter evidence pages confidential lacks_attorney place signed_at "
        "signature"
    ),
    "receipt": (
        "reference agency address phones name complainant_address represented service place received_at due "
        "status evidence verifier digest check head link"
    ),
    # What hangs at the counter.
    "poster": "link days unit starts_at address hours phones channels",
    "card": "agency link days unit starts_at",
}
# The captions below documents in the chat.
CAPTIONS: Mapping[str, str] = {
    "complaint": "reference",
    "receipt": "reference officer",
    "register": "agency period first",
    "report": "agency period first",
    "report_picture": "agency period first",
}
