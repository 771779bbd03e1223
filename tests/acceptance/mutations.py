"""Changes to updates as the messenger makes them, drawn from a seed: fields, types, numbers, texts, ids.

A change may name any person and insert any value; impersonation.py finds the results that are no attack.
"""

from __future__ import annotations

import copy
import math
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.api.schema import UNIONS, types

Update = dict[str, Any]
# A dictionary or list, and the key or index of the value to change.
Place = tuple[Any, Any]

# In texts and names of hostile people: in another person's chat, in a log or in a file it is a violation.
MARK = "Melatijahat"
DEEP, DEEPER = 70, 300
ANONYMOUS, CHANNEL_BOT, TELEGRAM = 1087968824, 136817688, 777000
NUMBERS: Sequence[Any] = (
    *(0, -1, 1, 2, 2**31 - 1, 2**31, 2**32 + 1, 2**52, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30),
    *(-(10**30), 10**400, 0.0, -0.0, 1.5, 1e17, 1e308, math.inf, -math.inf, math.nan),
)
TEXTS: Sequence[str] = (
    *("", " ", "\n", "0", "-1", "²", "٣", "null", "true", "{}", "/", "/start", "::::", "@", "\ufeff"),
    *(MARK, f"{MARK} " * 400, f"{MARK} " * 8_000, f"{MARK}\x00\x01\x07\x1b[31m\r\n\t", f"\u202e{MARK}\u2066"),
    *(
        f"\ud800{MARK}",
        f"{MARK}\udfff",
        f"\ude00\ud83d{MARK}",
        "\ud83d\ude00",
        "\u200b\u2060",
        "e\u0301" * 90,
    ),
    *(
        f"<b>{MARK}</i> & {{{{ 7*7 }}}}",
        f"</blockquote>{MARK}<a href='tg://user?id=1'>",
        "%s%n{0}",
        "../../x",
    ),
    *(f"'; DROP TABLE cases;-- {MARK}", "\U0001f468\u200d" * 80, "٠" * 30, f"/{MARK}", f"/jawab {MARK}"),
    # Bytes that are no UTF-8: the embedded messenger writes them as they are.
    *(b"\xff\xfe".decode(errors="surrogateescape"), MARK + b"\xed\xa0\x80".decode(errors="surrogateescape")),
    MARK + b"\xc3(\xf0\x9f\x98".decode(errors="surrogateescape"),
)
DATES: Sequence[Any] = (
    *(-(2**63), -62135596801, -62135596800, -1, 0, 1, 946684799, 946684800, 2**31 - 1, 2**31, 2**32),
    *(7258118400, 253402300799, 253402300800, 2**40, 2**60, 1.5, "2026-03-27", None),
)
DATA: Sequence[str] = (
    *(
        "",
        ":",
        ":::",
        "::::::",
        "x",
        "\x00",
        "\u202e:a:0:b",
        "answer::-1:x",
        "answer::1e3:x",
        "list::0:open,-1",
    ),
    *(
        f"cases::0:{10**30}",
        f"cases::{2**63}:0",
        f"list::0:open,{10**18}",
        "identity:../x:1:",
        "star:zz:1:99",
    ),
    *(
        "take::0:",
        "desk_post::0:1",
        "desk_write:zz:0:RESPONSE",
        "hold_add::0:",
        "case:'; --:0:",
        "language::0:\x00",
    ),
    *("part_delete::1:²", "change::1:__class__", f"answer::1:{MARK}", "a" * 64, "é" * 64, "\ud800:\udfff:0:"),
    b"\xff\xfe:\x80:1:\xc3".decode(errors="surrogateescape"),
)
# Fields of these types may appear where no one expects them.
GUESTS = ("Message", "Update", "User", "Chat", "CallbackQuery", "ChatMemberUpdated", "Poll", "Sticker")
# Who acts, where and when, and in which kind of update.
ENVELOPE = ("from", "chat", "date", "message_id")
KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
MOST_DEPTH = 4


@dataclass
class Mutator:
    """Changes updates. `ids` are those of people, chats and messages that a change may put in."""

    random: random.Random
    ids: Sequence[int]
    data: Sequence[str] = DATA
    changes: Counter[str] = field(default_factory=Counter)
    _left_alone: Collection[str] = ()

    def mutated(self, update: Update) -> Update:
        """A changed copy; `changes` counts what was done."""
        changed = copy.deepcopy(update)
        # Every second one keeps sender, chat and date: more of those reach the core.
        self._left_alone = self.random.choice(((), ENVELOPE))
        for _ in range(self.random.choice((1, 1, 1, 1, 2, 4))):
            name = self.random.choice(tuple(CHANGES))
            if CHANGES[name](self, changed):
                self.changes[name] += 1
        return changed

    def place(self, update: Update, fits: Callable[[Place], bool] = bool) -> Place | None:
        """A place in the update that fits, drawn evenly; None when there is none."""
        fitting = [place for place in places(update, self._left_alone) if fits(place)]
        return self.random.choice(fitting) if fitting else None

    def odd(self) -> Any:
        """A value of any type and form."""
        draw = self.random
        made: Sequence[Callable[[], Any]] = (
            lambda: None,
            lambda: draw.random() < 0.5,
            lambda: draw.choice(NUMBERS),
            lambda: draw.choice(TEXTS),
            list,
            dict,
            lambda: [None],
            lambda: [draw.choice(NUMBERS), {}, draw.choice(TEXTS)],
            lambda: {"id": draw.choice(NUMBERS), "type": draw.choice(TEXTS)},
            lambda: nested(draw.choice((3, DEEP, DEEPER))),
        )
        return draw.choice(made)()

    def valid(self, kind: str, depth: int = 0) -> Any:
        """A value of a published type, with some of its optional fields."""
        draw = self.random
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return [self.valid(inner, depth + 1) for _ in range(draw.choice((0, 1, 2)))]
        scalars: Mapping[str, Callable[[], Any]] = {
            "Integer": lambda: draw.choice((draw.choice(self.ids), 1, draw.randrange(10**6))),
            "Float": lambda: draw.uniform(-200, 200),
            "String": lambda: draw.choice(TEXTS),
            "Boolean": lambda: draw.random() < 0.5,
        }
        return scalars[kind]() if kind in scalars else self._object(kind, depth)

    def _object(self, kind: str, depth: int) -> Update:
        union: Update = {}
        if kind in UNIONS:
            name, members = UNIONS[kind]
            value = self.random.choice(list(members))
            kind, union = members[value], {name: value}
        if kind == "MaybeInaccessibleMessage":
            kind = "Message"
        optional = 0.0 if depth > MOST_DEPTH else 0.5 / (depth + 1)
        fields = types().get(kind, {})
        kept = [name for name, one in fields.items() if one.required or self.random.random() < optional]
        return {name: self.valid(fields[name].kinds[0], depth + 1) for name in kept} | union


def places(value: Any, left_alone: Collection[str] = ()) -> Iterator[Place]:
    """Every place within a value, from the outside in, except under the keys to be left alone."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(inner):
        if key in left_alone:
            continue
        if not left_alone or key not in KINDS:
            yield value, key
        yield from places(item, left_alone)


def nested(depth: int) -> list[Any]:
    """Lists within lists."""
    made: list[Any] = []
    for _ in range(depth):
        made = [made]
    return made


def _drop(mutator: Mutator, update: Update) -> bool:
    if not (place := mutator.place(update)):
        return False
    box, key = place
    del box[key]
    return True


def _rename(mutator: Mutator, update: Update) -> bool:
    place = mutator.place(update, lambda each: isinstance(each[0], dict))
    if not place:
        return False
    box, key = place
    other = mutator.random.choice(
        (*types()["Message"], *types()["Update"], key.upper(), "", f"{key}_", "\ud800")
    )
    box[other] = box.pop(key)
    return True


def _retype(mutator: Mutator, update: Update) -> bool:
    if not (place := mutator.place(update)):
        return False
    box, key = place
    wrapped = ([box[key]], {"value": box[key]}, str(box[key])[:4000], mutator.odd(), mutator.odd())
    box[key] = mutator.random.choice(wrapped)
    return True


def _of_type(kind: type | tuple[type, ...], values: Sequence[Any]) -> Change:
    """A change of a value of this type to one of these."""

    def change(mutator: Mutator, update: Update) -> bool:
        place = mutator.place(update, lambda each: isinstance(each[0][each[1]], kind))
        if place:
            place[0][place[1]] = mutator.random.choice(values)
        return place is not None

    return change


def _of_key(mark: str, draw: Callable[[Mutator], Any]) -> Change:
    """A change of a value under a key with this ending to one that is drawn."""

    def change(mutator: Mutator, update: Update) -> bool:
        place = mutator.place(update, lambda each: str(each[1]).endswith(mark))
        if place:
            place[0][place[1]] = draw(mutator)
        return place is not None

    return change


def _callback_data(mutator: Mutator) -> Any:
    """A button's data: any shape, or one of the bot's own with one part replaced."""
    parts = mutator.random.choice(mutator.data).split(":")
    parts[mutator.random.randrange(len(parts))] = str(mutator.random.choice((*NUMBERS, *TEXTS, *mutator.ids)))
    return mutator.random.choice(
        (mutator.random.choice(mutator.data), ":".join(parts), mutator.random.choice(DATA))
    )


def _guest(mutator: Mutator, update: Update) -> bool:
    """Add a field of a published type to any object."""
    boxes = [update, *(box[key] for box, key in places(update) if isinstance(box[key], dict))]
    fields = types()[mutator.random.choice(GUESTS)]
    name = mutator.random.choice(list(fields))
    mutator.random.choice(boxes)[name] = mutator.valid(fields[name].kinds[0])
    return True


def _whole(mutator: Mutator, update: Update) -> bool:
    """Put a published type's value, made at random, in place of all that happened."""
    fields = types()["Update"]
    name = mutator.random.choice(("message", "edited_message", "callback_query", "chat_member", *fields))
    update.clear()
    update[name] = mutator.valid(fields[name].kinds[0])
    return True


Change = Callable[[Mutator, Update], bool]
CHANGES: Mapping[str, Change] = {
    "dropped": _drop,
    "renamed": _rename,
    "of another type": _retype,
    "odd number": _of_type((int, float), NUMBERS),
    "odd text": _of_type(str, TEXTS),
    "another's id": _of_key("id", lambda mutator: mutator.random.choice(mutator.ids)),
    "odd id": _of_key("id", Mutator.odd),
    "odd date": _of_key("date", lambda mutator: mutator.random.choice(DATES)),
    "button data": _of_key("data", _callback_data),
    "field added": _guest,
    "made of the types": _whole,
}
