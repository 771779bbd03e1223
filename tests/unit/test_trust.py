"""Permissions: every act of officers and of the citizen, tried by all other persons.

The case does not change, the citizen gets no message, and no part of the case is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from conversations.complaints.case import Case
from conversations.desk import dialogue as desk
from conversations.desk import introductions
from conversations.effects import AnswerPress, Edit, RecordHistory, Send
from conversations.events import AnonymousSpoke
from conversations.followup import dialogue as followup
from tests.unit.filed import CITIZEN, GROUP, RENDERER, Desk
from tests.unit.transcript import LONG_SINCE, STAFF, Actor, Chat

OTHER_AGENCY = STAFF["bakesbangpol"]
# Texts of the complaint that no person here may see.
PERSONAL = ("Siti Aminah", "Dusun Krajan", "081234567890", "Bantuan saya bulan Februari", "Rp 300.000")
LINKS = ("identity", "read", "evidence", "answer", "note")
REFUSED, OUTDATED, UNKNOWN = "desk.not_a_member", "system.press_outdated", "desk.unknown_number"
NOBODYS = "system.no_anonymous"
LINK_STALE = "desk.link_stale"
# What outsiders write into a public group is not answered: they could fill it with answers.
SILENT = "silent"

Act = Callable[[Desk, Case, Actor], None]


def _press(action: str, value: str = "") -> Act:
    def act(world: Desk, case: Case, actor: Actor) -> None:
        if actor.identity.id == 0:
            world.chat.feed(AnonymousSpoke(actor.chat, world.chat.now, "p"))
        else:
            world.press(actor, case, action, value)

    return act


def _command(command: str) -> Act:
    def act(world: Desk, case: Case, actor: Actor) -> None:
        if actor.identity.id == 0:
            world.chat.feed(AnonymousSpoke(actor.chat, world.chat.now))
        else:
            actor.commands(command, f"{case.reference} Sudah selesai")

    return act


def _reply(key: str) -> Act:
    def act(world: Desk, case: Case, actor: Actor) -> None:
        if actor.identity.id == 0:
            world.chat.feed(AnonymousSpoke(actor.chat, world.chat.now))
        else:
            actor.says("Sudah selesai", reply_to=world.reply_to(key.format(case=case.id)))

    return act


def _link(kind: str) -> Act:
    def act(world: Desk, case: Case, actor: Actor) -> None:
        if actor.identity.id == 0:
            # An anonymous administrator has no private chat; 0 is the account of no citizen.
            world.chat.feed(AnonymousSpoke(actor.chat, world.chat.now))
            return
        private = replace(actor, chat=actor.identity.id)
        private.commands("start", f"{kind}-{case.id}")

    return act


DESK_ACTIONS = sorted(set(desk.ACTIONS) - {"list"})
ACTS: Mapping[str, Act] = {
    **{f"press {action}": _press(action) for action in DESK_ACTIONS},
    **{f"press {action} as Budi": _press(action, "601") for action in ("desk_post", "desk_note")},
    "press list": _press("list", "open,0"),
    **{f"/{command}": _command(command) for command in ("tiket", "jawab")},
    "/daftar": _command("daftar"),
    "reply to the card": _reply("card:{case}"),
    "reply to the prompt": _reply("prompt:{case}:601"),
    **{f"press {action}": _press(action, "1") for action in sorted(followup.ACTIONS)},
    **{f"link {kind}": _link(kind) for kind in LINKS},
}


def _outsider(world: Desk) -> Actor:
    world.chat.members[GROUP, 700] = replace(LONG_SINCE, present=False)
    return world.officer(700, "Orang luar")


def _removed(world: Desk) -> Actor:
    world.chat.members[GROUP, 601] = replace(LONG_SINCE, present=False)
    return world.budi


def _other_agency(world: Desk) -> Actor:
    world.chat.members[GROUP, 701] = replace(LONG_SINCE, present=False)
    return world.officer(701, "Dewi", OTHER_AGENCY)


# Who tries it, and in which chat.
ACTORS: Mapping[str, Callable[[Desk], Actor]] = {
    "an outsider in the group": _outsider,
    "an officer who was removed": _removed,
    "a removed officer in private": lambda world: world.private(_removed(world)),
    "another citizen": lambda world: world.chat.person(502, "Warga lain"),
    "another agency's officer": _other_agency,
    "an anonymous administrator": lambda world: world.officer(0, "Grup"),
    "an officer with an old link": lambda world: world.private(world.rina),
}


@cache
def _stored() -> Chat:
    """What is stored of a case that Budi handles and answers, with links given to Budi and Rina long ago."""
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    for officer in (world.budi, world.rina):
        world.press(officer, case, "identity")
        world.press(officer, case, "evidence")
    world.press(world.budi, case, "answer")
    world.budi.says("Sudah kami bayar.", reply_to=world.prompt(case))
    world.later(minutes=11)
    return world.chat


def _prepared() -> tuple[Desk, Case]:
    """A world of its own with that case: eight events before each of these tests cost more than the test."""
    world = Desk(chat=_stored().copied())
    (case,) = map(Case.model_validate_json, world.chat.cases.values())
    return world, case


def _shown(world: Desk) -> str:
    """All words that were sent, edited or shown in an alert."""
    words = []
    for effect in world.chat.fresh:
        if isinstance(effect, Send | Edit):
            words.append(RENDERER.text(effect.message, "id"))
        elif isinstance(effect, AnswerPress) and effect.template:
            words.append(RENDERER.plain(effect.template, effect.params, "id"))
    return "\n".join(words)


def _changes(before: Case, after: Case) -> dict[str, Any]:
    old, new = before.model_dump(), after.model_dump()
    return {name: value for name, value in new.items() if value != old[name]}


@pytest.mark.parametrize("who", ACTORS)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_permission_changes_and_shows_nothing(act: str, who: str) -> None:
    world, case = _prepared()
    actor = ACTORS[who](world)
    world.chat.fresh = []
    ACTS[act](world, case, actor)
    assert _changes(case, world.now(case)) == {}
    assert world.chat.sent(CITIZEN) == []
    assert not any(isinstance(effect, RecordHistory) for effect in world.chat.fresh)
    shown = _shown(world)
    assert [words for words in PERSONAL if words in shown] == []
    links = {effect.link for effect in world.chat.fresh if isinstance(effect, AnswerPress)}
    # The links to the own introduction and to an entry at the own agency open nothing about a case.
    assert links <= {"", introductions.LINK, "catat-bakesbangpol"}


# The answer to each of them, for an act of each sort; the rest of the sort has the same answer.
ANSWERS: Mapping[tuple[str, str], str] = {
    ("an outsider in the group", "press take"): REFUSED,
    ("an outsider in the group", "press identity"): REFUSED,
    ("an outsider in the group", "press list"): REFUSED,
    ("an outsider in the group", "/tiket"): SILENT,
    ("an outsider in the group", "reply to the card"): SILENT,
    ("an officer who was removed", "press desk_post as Budi"): REFUSED,
    ("an officer who was removed", "reply to the prompt"): SILENT,
    ("a removed officer in private", "link identity"): REFUSED,
    ("a removed officer in private", "link note"): LINK_STALE,
    ("another citizen", "press take"): OUTDATED,
    ("another citizen", "press add"): OUTDATED,
    ("another citizen", "press satisfied"): OUTDATED,
    ("another citizen", "link identity"): LINK_STALE,
    ("another agency's officer", "press take"): OUTDATED,
    ("another agency's officer", "press identity"): OUTDATED,
    ("another agency's officer", "/tiket"): UNKNOWN,
    ("an anonymous administrator", "press take"): NOBODYS,
    ("an anonymous administrator", "/tiket"): NOBODYS,
    ("an officer with an old link", "link identity"): LINK_STALE,
    ("an officer with an old link", "link answer"): LINK_STALE,
}


@pytest.mark.parametrize(("who", "act"), ANSWERS)
def test_each_refusal_has_its_answer(who: str, act: str) -> None:
    world, case = _prepared()
    actor = ACTORS[who](world)
    world.chat.fresh = []
    ACTS[act](world, case, actor)
    said = [e.message.template for e in world.chat.fresh if isinstance(e, Send)]
    said += [e.template for e in world.chat.fresh if isinstance(e, AnswerPress) and e.template]
    assert said == ([] if ANSWERS[who, act] is SILENT else [ANSWERS[who, act]])


def test_the_same_acts_work_for_the_right_persons() -> None:
    """Proves that the acts of the table above are valid."""
    world, case = _prepared()
    works = {
        "press identity": world.budi,
        "press read_all": world.budi,
        "/tiket": world.rina,
        "press desk_post as Budi": world.budi,
    }
    for act, actor in works.items():
        ACTS[act](world, case, actor)
        assert _shown(world) != ""
        assert not {REFUSED, OUTDATED} & {
            e.template for e in world.chat.fresh if isinstance(e, AnswerPress)
        }, act
    assert world.now(case).responses
