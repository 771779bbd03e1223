"""What WhatsApp can do in a chat with a citizen. Source: Cloud API, messages, 2026-11."""

from __future__ import annotations

from conversations.capabilities import Capabilities

WHATSAPP = Capabilities(
    messenger="WhatsApp",
    edits=False,
    choices=10,
    label=20,
    keyboards=False,
    albums=False,
    press_answers=False,
    links=False,
    receipts=True,
    window_hours=24,
)
