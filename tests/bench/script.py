"""The messages of the plain bot: those of the real bot to one citizen, with the answers as placeholders.

Both bots then send the same texts, buttons and edits, for any templates. When the real bot's path
changes, the names no longer fit and the benchmark stops; plain_bot.py must be changed as well.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from bot.simulator.api.dispatch import Call
from tests.calls import values as parameters_of
from tests.players import Citizen
from tests.questions import Answers

# What the citizen is sent, in order; the card goes to the group's own chat.
SENT = (
    *("notice", "ask_service", "ask_story", "tally_text", "story_kept", "ask_occurred", "ask_occurred_place"),
    *("ask_loss_kind", "ask_loss", "ask_resolution", "ask_name", "ask_address", "summary"),
    *("signing_open", "signing_signed", "receipt"),
)
# What is edited, in order. An edit may reach the chat before or after the message sent with it.
EDITED = (
    *("answered_service", "tally_files", "tally_again", "answered_occurred", "answered_loss_kind"),
    *("answered_resolution", "signing_declared"),
)
# No answer is the example of a question: each is found in the texts.
ANSWERS = Answers(
    story=("Bantuan saya tidak cair sejak Januari, dan petugas tidak memberi penjelasan.",),
    occurred="Kemarin",
    occurred_place="ruang tunggu Balai Desa Oro-oro",
    loss="biaya naik ojek enam kali, seluruhnya Rp180.000",
    name="Sulastri Handayani",
    address="Jalan Kenanga 14 RT 05/RW 02, Desa Oro-oro, Kecamatan Rembang",
)
FIELDS = ("service", "occurred_place", "loss", "resolution", "name", "address")


class OtherPathError(Exception):
    """The real bot's path is no longer the one that plain_bot.py plays."""


def recorded(calls: list[Call], citizen: Citizen, group: int) -> dict[str, dict[str, Any]]:
    """Return the messages by name, each as text with placeholders and reply_markup."""
    said = {"sendMessage": list[dict[str, Any]](), "editMessageText": list[dict[str, Any]]()}
    for call in calls:
        if call.method in said:
            said[call.method].append(parameters_of(call))
    sent = [params for params in said["sendMessage"] if int(params["chat_id"]) == citizen.person.id]
    cards = [params for params in said["sendMessage"] if int(params["chat_id"]) == group]
    edited = said["editMessageText"]
    if (len(sent), len(edited), len(cards)) != (len(SENT), len(EDITED), 1):
        shown = "\n".join(params["text"].splitlines()[0] for params in (*sent, *edited, *cards))
        raise OtherPathError(f"the real bot no longer says what SENT and EDITED name, but:\n{shown}")
    named = {**dict(zip(SENT, sent, strict=True)), **dict(zip(EDITED, edited, strict=True)), "card": cards[0]}
    values = values_of(citizen)
    return {
        name: {"text": with_placeholders(params["text"], values), "reply_markup": params.get("reply_markup")}
        for name, params in named.items()
    }


def values_of(citizen: Citizen) -> dict[str, str]:
    """Return placeholder -> its text for this citizen."""
    answers = citizen.answers
    values = {field: str(getattr(answers, field)) for field in FIELDS}
    values["story"] = next(part for part in answers.story if isinstance(part, str))
    return values | {"reference": citizen.reference, "code": citizen.code}


def with_placeholders(text: str, values: dict[str, str]) -> str:
    """Return a text in which the values are `str.format` fields."""
    text = text.replace("{", "{{").replace("}", "}}")
    for name, value in values.items():
        text = text.replace(escape(value, quote=False), f"{{{name}}}")
    return re.sub(r"^Tercatat: \d+( \(berkas: )?\d*", _counted, text)


def _counted(found: re.Match[str]) -> str:
    return "Tercatat: {parts}" + (f"{found[1]}{{count}}" if found[1] else "")
