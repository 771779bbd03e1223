"""The words of templates/<language>/letters.html: what stands on paper, and the captions of the documents."""

from __future__ import annotations

from collections.abc import Mapping

# The documents themselves, as the HTML of bot/documents/blocks.py.
PAPER: Mapping[str, str] = {
    "complaint": (
        "reference agency address person matter evidence pages later confidential lacks_attorney place "
        "signed_at signature completions"
    ),
    "receipt": (
        "reference agency address phones name complainant_address represented confidential by_code service "
        "place received_at due status evidence verifier digest check head link"
    ),
}
# The captions below documents in the chat.
CAPTIONS: Mapping[str, str] = {
    "complaint": "reference completed",
    "receipt": "reference officer to_print",
    "report": "agency period first",
    "report_picture": "agency period first",
}
