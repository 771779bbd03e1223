"""What the agencies of a configuration may not share, and ids of the wrong kind."""

from __future__ import annotations

from bot.config.errors import entry_name
from conversations.complaints.agency import Agency


def _named(agencies: tuple[Agency, ...], index: int) -> str:
    return f"agencies[{entry_name([{'id': agency.id} for agency in agencies], index)}]"


def clashes(agencies: tuple[Agency, ...]) -> list[str]:
    """What two agencies may not share: their number's prefix and their groups."""
    wrong, prefixes, chats = [], dict[str, str](), dict[int, str]()
    for index, agency in enumerate(agencies):
        name = _named(agencies, index)
        if (other := prefixes.setdefault(agency.prefix, name)) != name:
            wrong.append(f"{name}.id: {agency.id!r} is like {other}.id; expected an id of its own")
        for key, chat in (("staff", agency.staff_chat_id), ("restricted", agency.restricted_chat_id)):
            where = f"{name}.{key}_chat_id"
            if chat and (other := chats.setdefault(chat, where)) != where:
                wrong.append(f"{where}: {chat} is {other} already; expected a group of its own")
        wrong += _division_clashes(agency, name, chats)
        for key in ("services", "divisions", "classes"):
            wrong += repeats(f"{name}.{key}", [entry.id for entry in getattr(agency, key)])
    return wrong


def _division_clashes(agency: Agency, name: str, chats: dict[int, str]) -> list[str]:
    """What is wrong with the groups of an agency's divisions; only divisions of one agency may share one.

    `chats` are the groups so far, with the key that names each; the divisions' are added.
    """
    own, wrong = dict[int, str](), []
    for division in agency.divisions:
        where = f"{name}.divisions[{division.id}].chat_id"
        if division.chat_id and (other := chats.get(division.chat_id, where)) != where:
            wrong.append(f"{where}: {division.chat_id} is {other} already; expected a group of its own")
        own.setdefault(division.chat_id, where)
    chats |= {chat: where for chat, where in own.items() if chat and chat not in chats}
    return wrong


def repeats(where: str, ids: list[str]) -> list[str]:
    """The ids of a list that are used twice."""
    return [
        f"{where}[{index}].id: {name!r} is used twice; expected an id of its own"
        for index, name in enumerate(ids)
        if name in ids[:index]
    ]


def wrong_signs(agencies: tuple[Agency, ...]) -> list[str]:
    """Groups have negative ids, people positive ones: a swapped id would send cards to a person."""
    wrong = []
    for index, agency in enumerate(agencies):
        name = _named(agencies, index)
        chats = {key: getattr(agency, key) or 0 for key in ("staff_chat_id", "restricted_chat_id")}
        chats |= {f"divisions[{entry.id}].chat_id": entry.chat_id for entry in agency.divisions}
        wrong += [
            f"{name}.{key}: {chat} is a person's id; expected a group's id, which is "
            "negative (supergroups: -100…). Add the bot to the group: it writes the id"
            for key, chat in chats.items()
            if chat > 0
        ]
        wrong += [
            f"{name}.leaders[{place}]: {person} is a group's id; expected a person's id, "
            "which is positive. The person sends /id to the bot: it answers with the id"
            for place, person in enumerate(agency.leaders)
            if person <= 0
        ]
    return wrong
