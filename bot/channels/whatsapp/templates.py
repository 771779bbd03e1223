"""The message for a closed window: a template that Meta has approved, in Indonesian and in English.

Its body has one variable, the registration number, and its button returns a text as a key does
(docs/whatsapp.md has the texts as they are submitted).
"""

from __future__ import annotations

from typing import Any

from bot.channels.whatsapp.choices import TEXT
from conversations.messages import OutgoingMessage

# The variable of `system.knock`, and the label of its button.
VARIABLE, BUTTON = "reference", "read_news"


def template(name: str, message: OutgoingMessage, language: str, label: str) -> dict[str, Any]:
    """The message `system.knock` as the template of this name; `label` is that of its button."""
    # Meta refuses a variable with line ends or many blanks.
    value = " ".join(str(message.params[VARIABLE]).split())
    components = [
        {"type": "body", "parameters": [{"type": "text", "text": value}]},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "0",
            "parameters": [{"type": "payload", "payload": f"{TEXT}{label}"}],
        },
    ]
    content = {"name": name, "language": {"code": language}, "components": components}
    return {"type": "template", "template": content}
