"""Updates drawn from the Bot API's types: every field may be there, missing, of another type, or hostile.

A drawn update has ids, texts and button data of a small town, so that many of them reach the dialogues:
`Town` in generated_run.py puts in the data of a button that was really shown (`SHOWN`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from bot.simulator.api.schema import UNIONS, Field, types
from tests.acceptance.mutations import DATA, DATES, NUMBERS, TEXTS
from tests.unit.filed import CITIZEN, GROUP
from tests.unit.raw_updates import BOT, SENT
from tests.unit.transcript import LEADER, RESTRICTED

Json = Any
Drawn = st.SearchStrategy[Json]

ANONYMOUS, CHANNEL_BOT, TELEGRAM = 1087968824, 136817688, 777000
NEIGHBOUR, OFFICER, NAMELESS = 502, 601, 604
PEOPLE = (CITIZEN, NEIGHBOUR, OFFICER, NAMELESS, LEADER)
GROUPS = (GROUP, RESTRICTED, -777)
# A number after it says which of the buttons that were shown is pressed.
SHOWN = "shown:"
# How many fields that are not required an object has at most, and how deep objects are in each other.
MOST_FIELDS, MOST_DEPTH = 3, 3
# One field in this many holds anything, and one required field in this many is missing.
ODD_FIELD = 100

# Tags and a link that no template has: an entity of them was made by a person's text. No person's id begins
# with 0, so that no link to a person begins with this one.
HOSTILE_LINK = "tg://user?id=0"
TAGGED = f"<s>Melatijahat</s> <a href='{HOSTILE_LINK}'>Melatijahat</a> & {{{{ 7*7 }}}}"
PLAIN = (
    "/start",
    "/start dpmd",
    "/lapor",
    "/status",
    "/status DPMD-2026-0001",
    "/batal",
    "/bantuan",
    "/privasi",
    "/bahasa",
    "/daftar",
    "/cari bantuan",
    "/catat",
    "/riwayat DPMD-2026-0001",
    "/jawab DPMD-2026-0001 Sudah kami salurkan.",
    "Lanjut",
    "Ya",
    "tidak",
    "Kembali",
    "Lewati",
    "Kirim",
    "kemarin",
    "Rp 300.000",
    "Dusun Krajan RT 02 RW 01, Desa Raci, Kecamatan Bangil",
    "081234567890",
    "Siti Aminah",
    "Bantuan saya bulan Februari belum cair.",
)
NAMES = ("Siti", "Aminah", "", " ", "\u202eitiS", "<s>Melatijahat</s>", "👩‍👩‍👧", "x" * 300)


def _mostly(usual: Drawn, odd: Drawn, of: int = 12) -> Drawn:
    """The usual value; one time in `of` the odd one."""
    return _now_and_then(of).flatmap(lambda drawn: odd if drawn else usual)


def _now_and_then(of: int) -> st.SearchStrategy[bool]:
    """True one time in `of`. The bounds of a range are drawn more often, so it is a number in the middle."""
    return st.integers(0, of - 1).map(lambda drawn: drawn == of // 2)


scalars = st.one_of(
    st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(TEXTS), st.text(max_size=20)
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
texts = st.one_of(
    st.sampled_from(PLAIN), st.sampled_from(PLAIN), st.just(TAGGED), st.sampled_from(TEXTS), st.text()
)
people = st.sampled_from((*PEOPLE, *PEOPLE, ANONYMOUS, CHANNEL_BOT, TELEGRAM, BOT["id"]))
messages = st.one_of(st.integers(90, 200), st.integers(1, 2**31))
shown = st.integers(0, 400).map(lambda number: f"{SHOWN}{number}")

# The name of a field -> its usual value, where the type alone would seldom reach the dialogues.
BY_NAME: Mapping[str, Drawn] = {
    "text": texts,
    "caption": texts,
    "title": texts,
    "first_name": st.sampled_from(NAMES),
    "last_name": st.sampled_from(NAMES),
    "phone_number": st.sampled_from(("+6281234567890", "6281234567890", "0", "²", "")),
    "file_name": st.sampled_from(("surat.pdf", "\u202efdp.exe", "a" * 300, "../../x", "x\x00.apk", "")),
    "mime_type": st.sampled_from(("image/jpeg", "application/pdf", "application/x-sh", "x", "")),
    "file_id": st.text("abcF", min_size=1, max_size=8),
    "file_unique_id": st.text("abcU", min_size=1, max_size=8),
    "file_size": st.sampled_from((0, 1, 1000, 25_000_000, 2**62)),
    "media_group_id": st.sampled_from(("a1", "a2", "")),
    "message_id": messages,
    "message_thread_id": st.integers(0, 9),
    "date": _mostly(st.integers(SENT - 90_000, SENT + 90_000), st.sampled_from(DATES)),
    "edit_date": st.integers(SENT, SENT + 90_000),
    "data": st.one_of(shown, shown, shown, st.sampled_from(DATA)),
    "latitude": st.sampled_from((-7.6, -7.6, -7.6, 91.0, 0.0, math.nan, 1e308)),
    "longitude": st.sampled_from((112.8, 112.8, 112.8, -181.0, 0.0, math.inf)),
    "migrate_to_chat_id": st.just(-778),
    "migrate_from_chat_id": st.just(-776),
}
SCALARS: Mapping[str, Drawn] = {
    "String": st.one_of(st.sampled_from(TEXTS), st.text(max_size=30)),
    "Integer": _mostly(st.integers(0, 1000), st.sampled_from([n for n in NUMBERS if isinstance(n, int)])),
    "Float": _mostly(st.floats(-180, 180), st.floats()),
    "Boolean": st.booleans(),
    "True": st.just(True),
}


def _of_kind(kind: str, depth: int) -> Drawn:
    """A value of one kind of the table; an object of an unknown type holds anything."""
    if kind.startswith("Array of "):
        return st.lists(st.deferred(lambda: _of_kind(kind[9:], depth + 1)), max_size=3)
    if kind in UNIONS:
        members = list(UNIONS[kind][1].items())
        return st.sampled_from(members).flatmap(lambda member: _member(kind, member, depth))
    if kind == "MaybeInaccessibleMessage":
        kind = "Message"
    if kind in types():
        return st.deferred(lambda: of_type(kind, depth))
    return SCALARS.get(kind, st.dictionaries(st.text(max_size=8), anything, max_size=3))


def _member(union: str, member: tuple[Json, str], depth: int) -> Drawn:
    """A member of a union, with the value that names it."""
    value, name = member
    return of_type(name, depth).map(lambda drawn: drawn | {UNIONS[union][0]: value})


@cache
def _field(name: str, field: Field, depth: int) -> Drawn:
    typed = st.sampled_from(field.kinds).flatmap(lambda kind: _of_kind(kind, depth + 1))
    return _mostly(BY_NAME.get(name, typed), anything, of=ODD_FIELD)


def _is_known(field: Field) -> bool:
    """Whether the table has the types of the field: the library refuses an object that lacks fields."""
    names = {kind.removeprefix("Array of ").removeprefix("Array of ") for kind in field.kinds}
    return names <= {*types(), *UNIONS, *SCALARS, "MaybeInaccessibleMessage"}


@cache
def of_type(name: str, depth: int) -> Drawn:
    """An object of a type: its required fields, now and then without one of them, and a few others."""
    fields = types()[name]
    required = [each for each, field in fields.items() if field.required]
    others = [each for each in fields if each not in required and _is_known(fields[each])]

    @st.composite
    def drawn(draw: Callable[[Drawn], Json]) -> Json:
        chosen = [each for each in required if not draw(_now_and_then(ODD_FIELD)) or each == "update_id"]
        if others and depth < MOST_DEPTH:
            chosen += draw(st.lists(st.sampled_from(others), max_size=MOST_FIELDS, unique=True))
        return {each: draw(_field(each, fields[each], depth)) for each in chosen}

    return SPECIAL[name](drawn()) if name in SPECIAL else drawn()


def _persons(drawn: Drawn) -> Drawn:
    """A person whose id is one of the town's."""
    return st.tuples(drawn, people).map(
        lambda both: both[0] | {"id": both[1], "is_bot": both[1] == BOT["id"]}
    )


def _placed(drawn: Drawn) -> Drawn:
    """A message that one of the town wrote, mostly in the own private chat or in a group of the town."""
    content = st.one_of(
        texts.map(lambda text: {"text": text}),
        st.sampled_from(("photo", "document", "voice", "video", "location", "contact", "sticker")).flatmap(
            lambda name: _field(name, types()["Message"][name], MOST_DEPTH - 1).map(
                lambda value: {name: value}
            )
        ),
        st.just({}),
    )
    places = st.sampled_from(("private", "private", "group", "odd"))
    return st.builds(_message, drawn, people, places, content, st.sampled_from(GROUPS))


def _message(message: Json, person: int, where: str, content: Json, group: int) -> Json:
    sender = {"from": {"id": person, "is_bot": False, "first_name": "Siti", "last_name": "Aminah"}}
    chat = {
        "private": {"id": person, "type": "private", "first_name": "Siti"},
        "group": {"id": group, "type": "supergroup", "title": "Petugas"},
    }
    return message | content | ({**sender, "chat": chat[where]} if where in chat else {})


SPECIAL: Mapping[str, Callable[[Drawn], Drawn]] = {"User": _persons, "Message": _placed}


def _press(query: Json, message: Json) -> Json:
    """A press by the person whose chat it is; in a group by the writer of the message."""
    sender = message.get("from", query.get("from"))
    return query | {"message": message, "from": sender}


def _update(kind: str) -> Drawn:
    field = types()["Update"][kind]
    payload = _field(kind, field, 0)
    if kind == "callback_query":
        payload = st.tuples(of_type("CallbackQuery", 1), of_type("Message", 2)).map(
            lambda pair: _press(*pair)
        )
    return payload.map(lambda value: {kind: value})


KINDS = [name for name in types()["Update"] if name != "update_id"]
USUAL = ("message", "message", "message", "callback_query", "callback_query", "edited_message")
updates = st.sampled_from((*USUAL, *USUAL, "my_chat_member", "chat_member", "any")).flatmap(
    lambda kind: st.sampled_from(KINDS).flatmap(_update) if kind == "any" else _update(kind)
)
