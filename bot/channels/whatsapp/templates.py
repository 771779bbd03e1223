"""The message for a closed window: a template that Meta has approved, in Indonesian and in English.

Its body has one variable, the registration number, and its button returns an action: its label
could be an answer to the question of a draft (docs/whatsapp.md has the texts as they are submitted).
"""

from __future__ import annotations

from typing import Any

from conversations.messages import OutgoingMessage

# The variable of `system.knock`, and its button, whose label and action have one name.
VARIABLE, BUTTON = "reference", "read_news"
# What the button returns: action, subject, version and value.
PAYLOAD = f"{BUTTON}::0:"


def template(name: str, message: OutgoingMessage, language: str) -> dict[str, Any]:
    """The message `system.knock` as the template of this name."""
    # Meta refuses a variable with line ends or many blanks.
    value = " ".join(str(message.params[VARIABLE]).split())
    components = [
        {"type": "body", "parameters": [{"type": "text", "text": value}]},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "0",
            "parameters": [{"type": "payload", "payload": PAYLOAD}],
        },
    ]
    content = {"name": name, "language": {"code": language}, "components": components}
    return {"type": "template", "template": content}
