"""Bodies of webhooks as WhatsApp sends them, and what the parser and the reader make of one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.channels.names import Nameless
from bot.channels.numbers import FIRST_ON_WHATSAPP
from bot.channels.whatsapp.deliveries import Delivered, parse
from bot.channels.whatsapp.reading import Reader, Words

OURS = "106540352242922"
SITI_ID, SITI_NUMBER = "ID.13491208655302741918", "6281234567890"
SENT = 1_774_597_320  # Friday 2026-03-27, 07:42 UTC
NOW = datetime(2026, 3, 27, 8, 0, tzinfo=UTC)
SITI = FIRST_ON_WHATSAPP + 1
MESSAGE, ASKED = 2**62 + 5, 2**62 + 3
SITI_CONTACT = {"profile": {"name": "Siti Aminah"}, "wa_id": SITI_NUMBER, "user_id": SITI_ID}
WORDS = Words(Nameless("Warga", "Petugas"), "Pesan terusan", {"Lapor DPMD": "dpmd"})


def value(number: str = OURS, **parts: Any) -> dict[str, Any]:
    about = {"display_phone_number": "62343749035", "phone_number_id": number}
    return {"messaging_product": "whatsapp", "metadata": about, **parts}


def whole(*values: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    changes = [{"field": field, "value": each} for each in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}


def body(*values: dict[str, Any], field: str = "messages") -> bytes:
    return json.dumps(whole(*values, field=field)).encode()


def message(wamid: str = "wamid.A", **content: Any) -> dict[str, Any]:
    head = {"from": SITI_NUMBER, "from_user_id": SITI_ID, "id": wamid, "timestamp": str(SENT)}
    return {**head, "type": "text", "text": {"body": "Jalan rusak"}, **content}


def status(wamid: str = "wamid.B", state: str = "delivered", **more: Any) -> dict[str, Any]:
    head = {"id": wamid, "status": state, "timestamp": str(SENT), "recipient_id": SITI_NUMBER}
    return {**head, "recipient_user_id": SITI_ID, "biz_opaque_callback_data": "17", **more}


def said(*messages: dict[str, Any]) -> bytes:
    return body(value(contacts=[SITI_CONTACT], messages=list(messages)))


def parsed(payload: bytes) -> tuple[Delivered, ...]:
    return parse(payload, OURS).updates


def reader() -> Reader:
    return Reader(lambda at: at or NOW, WORDS)


def raw(part: str = "message", reply_to: int = 0, number: int = MESSAGE, **content: Any) -> dict[str, Any]:
    """What bot/addresses/ makes of an update of Siti's."""
    about = {"update_id": 9, "whatsapp": part, "chat": SITI, "message": number, "reply_to": reply_to}
    object_of = message(**content) if part == "message" else status(**content)
    return {**about, "name": "Siti Aminah", "released": [], "at": float(SENT), "body": object_of}


def read(**content: Any) -> Any:
    return reader().read(raw(**content))
