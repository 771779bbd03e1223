"""The kinds of questions, one entry each; `kind.py` says what an entry consists of.

A new kind is one more entry below; the questions that use it name it in `complaint.py`. Nothing else looks
a kind up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from conversations.complaints.agency import Agency
from conversations.complaints.cells import Cell
from conversations.complaints.kind import (
    Choice,
    Choices,
    Consequence,
    Kind,
    Parameters,
    Printed,
    Reading,
    ReplyKey,
)
from conversations.complaints.part import Part
from conversations.events import ContactReceived, FileReceived, LocationReceived
from conversations.reading.identity import (
    Problem,
    When,
    is_not_known,
    is_old,
    read_address,
    read_name,
    read_phone,
    read_text,
    read_when,
)
from conversations.reading.plausibility import doubtful_address, doubtful_name

_COORDINATES = re.compile(r"(-?\d{1,2}\.\d+), (-?\d{1,3}\.\d+)\)?$")


def _line(text: str, reading: Reading) -> str | Problem:
    return read_text(text, reading.limit)


def _checked(read: Callable[[str], str | Problem]) -> Callable[[str, Reading], str | Problem]:
    """A reader that keeps the limit before it judges the text."""

    def checked(text: str, reading: Reading) -> str | Problem:
        short = read_text(text, reading.limit)
        return short if isinstance(short, Problem) else read(short)

    return checked


TEXT = Kind(read=_line)
NAME = Kind(read=_checked(read_name), needs_words=True, doubts=doubtful_name)
ADDRESS = Kind(read=_checked(read_address), needs_words=True, doubts=doubtful_address)


def _mapped(text: str) -> str:
    """Coordinates with the address of the place on a map; another text as it is."""
    found = _COORDINATES.search(text)
    return f"{text} (https://maps.google.com/?q={found[1]},{found[2]})" if found else text


def _mapped_place(answer: str, _agency: Agency) -> Printed:
    return {"text": _mapped(answer)}


PLACE = Kind(read=_line, takes=LocationReceived, letter=_mapped_place)


def _phone(text: str, _reading: Reading) -> str | Problem:
    return read_phone(text)


PHONE = Kind(read=_phone, keys=(ReplyKey("share_phone", "contact"),), takes=ContactReceived, needs_words=True)


def _services(agency: Agency, _today: date) -> Choices:
    listed = tuple(
        (Choice("choice", service.id, answer=service.id, text=service.name),) for service in agency.services
    )
    return (*listed, (Choice("other_service", action="other"),))


def _service_name(answer: str, agency: Agency) -> Printed:
    return {"text": agency.service_name(answer)}


# A listed service, stored by its id, or another one in the person's own words.
SERVICE = Kind(
    read=_line,
    chat=_service_name,
    choices=_services,
    params={"example": lambda _rules, agency: agency.example},
)


def _resolutions(agency: Agency, _today: date) -> Choices:
    return tuple(
        (Choice("choice", str(index), answer=text, text=text),)
        for index, text in enumerate(agency.resolutions)
    )


# One of the agency's usual resolutions, or the person's own; both are stored as texts.
RESOLUTION = Kind(read=_line, choices=_resolutions)


def choice(options: Iterable[str], prefix: str = "", params: Parameters | None = None) -> Kind:
    """One of a few fixed options; `prefix` and an option name its button and its word in the templates."""
    rows: Choices = tuple((Choice(f"{prefix}{option}", option, answer=option),) for option in options)

    def offered(_agency: Agency, _today: date) -> Choices:
        return rows

    def chat(answer: str, _agency: Agency) -> Printed:
        return {"word": f"{prefix}{answer}"}

    return Kind(chat=chat, choices=offered, params=params or {})


# Whether the reported person handles complaints; what follows depends on whether there is a restricted chat.
REPORTED_HANDLES = choice(
    ("yes", "no", "unsure"), params={"restricted": lambda _rules, agency: bool(agency.restricted_chat_id)}
)


def _when(text: str, reading: Reading) -> dict[str, Any] | Problem:
    short = read_text(text, reading.limit)
    value = short if isinstance(short, Problem) else read_when(short, reading.today)
    if isinstance(value, Problem):
        return value
    said = None if value.day or is_not_known(value.text) else reading.today
    return value.model_copy(update={"said": said}).model_dump(mode="json")


NEAR_DAYS = ("today", "yesterday")


def _near_days(_agency: Agency, today: date) -> Choices:
    days = (today, today - timedelta(days=1))
    return (tuple(near_day(label, day, _day(day)) for label, day in zip(NEAR_DAYS, days, strict=True)),)


def near_day(label: str, day: date, answer: Any) -> Choice:
    """The button of a day. Its value names both, so that one of an earlier day is not offered any more."""
    return Choice(label, f"{label}-{day.isoformat()}", answer=answer, day=day)


def _day(day: date) -> dict[str, Any]:
    return When(text=day.isoformat(), day=day).model_dump(mode="json")


def _day_or_text(answer: dict[str, Any], _agency: Agency) -> Printed:
    if answer.get("day"):
        return {"day": answer["day"]}
    said = answer.get("said")
    return {"text": answer["text"], "said": said} if said else {"text": answer["text"]}


def _place_and_age(answer: dict[str, Any], today: date) -> Consequence:
    old = answer["day"] and is_old(date.fromisoformat(answer["day"]), today)
    return Consequence(answer["place"] or "", "old_occurrence" if old else "")


# A day in any wording. It is stored as typed, with the day and the place that could be read from it.
WHEN = Kind(read=_when, chat=_day_or_text, choices=_near_days, follows=_place_and_age)


def _story(parts: Sequence[Part], _agency: Agency) -> Printed:
    text = "\n".join(part.shown for part in parts if part.shown)
    kinds = Counter(part.kind for part in parts if part.kind != "text")
    return {"text": text, "files": [{"kind": kind, "count": count} for kind, count in kinds.items()]}


def _written_story(parts: Sequence[Part], _agency: Agency) -> Printed:
    """The texts alone: a letter lists the files below."""
    texts = (
        part.model_copy(update={"kind": "text", "text": _mapped(part.text)}).shown
        for part in parts
        if part.shown
    )
    return {"text": "\n".join(texts)}


# The characters of a story in the register.
REGISTER_STORY = 300


def _beginning(printed: Printed) -> Cell:
    text = str(printed["text"])
    return text if len(text) <= REGISTER_STORY else f"{text[: REGISTER_STORY - 1].rstrip()}…"


# Messages that are collected until the key "next"; intake/story.py collects them.
STORY = Kind(
    chat=_story,
    letter=_written_story,
    register=_beginning,
    keys=(ReplyKey("next"),),
    params={
        "files": lambda rules, _agency: rules.limits.files,
        "emergency": lambda rules, _agency: rules.emergency_number,
    },
)


def _later(_agency: Agency, _today: date) -> Choices:
    return ((Choice("send_later", action="skip"),),)


def _file_kind(pages: Sequence[Mapping[str, Any]], _agency: Agency) -> Printed:
    return {"word": f"kind_{pages[0]['kind']}"}


# A photo or a document of one page or more, or nothing, to be sent after filing.
FILE = Kind(chat=_file_kind, choices=_later, takes=FileReceived)
