"""A reminder of a case: what the group and the leaders read, and what they can press."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from conversations import engine, keys
from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation, ConversationKey
from conversations.digests import MorningLoad
from conversations.effects import Edit, Effect, Lane, Send
from conversations.events import DeadlinePassed
from conversations.world import World
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.transcript import LEADER, RESTRICTED, STAFF, WIB

FRIDAY = datetime(2026, 3, 27, 8, 0, tzinfo=WIB)  # the cases of the desk are due
MONDAY = FRIDAY + timedelta(days=3)
SATURDAY = FRIDAY + timedelta(days=1)
OFFICER = Officer(id=602, name="Rina Wati")


def _desk(*, started: bool = True) -> Desk:
    desk = Desk()
    key = ConversationKey(LEADER, LEADER)
    desk.chat.conversations.pop(str(key), None)
    if started:
        desk.chat.conversations[str(key)] = Conversation(chat=LEADER, person=LEADER).model_dump_json()
    return desk


def _wake(desk: Desk, case: Case, at: datetime) -> list[Effect]:
    desk.chat.now = at
    effects = desk.chat.feed(DeadlinePassed(at, case=case.id))
    render_all(effects)
    return effects


def _read(effects: list[Effect], chat: int) -> list[str]:
    return [wording(effect.message) for effect in effects if isinstance(effect, Send) and effect.chat == chat]


def test_the_group_reads_a_reply_to_the_card_with_its_buttons() -> None:
    desk = _desk()
    case = desk.file()
    sent = [one for one in _wake(desk, case, FRIDAY) if isinstance(one, Send) and one.chat == GROUP]
    assert [(one.chat, one.key, one.lane) for one in sent] == [(GROUP, keys.reminder(case.id), Lane.UNASKED)]
    assert sent[0].message.reply_to == keys.card(case.id)
    shown = [[button.label for button in row] for row in sent[0].message.buttons]
    assert shown == [["take", "verify", "answer"], ["case"]]
    text = wording(sent[0].message)
    assert "tenggat hari ini" in text
    assert "Jumat, 27 Maret 2026" in text
    assert "Penyaluran BLT Desa" in text
    assert "Siti" not in text


def test_a_statutory_limit_is_announced_to_the_group_and_the_leader() -> None:
    """14 days to say whether it is complete end on Tuesday 31 March; three days before that is a Saturday."""
    desk = _desk()
    effects = _wake(desk, desk.file(), FRIDAY)
    for chat in (GROUP, LEADER):
        [text] = _read(effects, chat)
        assert "Batas waktu menyatakan lengkap atau belum: Selasa, 31 Maret 2026" in text


def test_its_buttons_and_a_reply_to_it_reach_the_case() -> None:
    desk = _desk()
    case = desk.file()
    _wake(desk, case, FRIDAY)
    desk.budi.presses("take")
    assert desk.now(case).officer == Officer(id=601, name="Budi Santoso")
    message = desk.chat.message_of(keys.reminder(case.id))
    assert desk.budi.says("Sudah kami salurkan", reply_to=message) == ["desk.what_for"]
    assert desk.rina.presses_button(desk.rina.button("case")) == ["desk.card"]


def test_the_officer_who_handles_it_is_mentioned() -> None:
    desk = _desk()
    case = desk.file(officer=OFFICER, status=Status.IN_PROGRESS)
    [text] = _read(_wake(desk, case, FRIDAY), GROUP)
    assert 'tg://user?id=602">Rina Wati</a>, mohon selesaikan' in text
    assert "belum diverifikasi" not in text


def test_the_leader_is_told_when_the_group_was_reminded_before() -> None:
    desk = _desk()
    case = desk.file(status=Status.VERIFIED)
    assert _read(_wake(desk, case, FRIDAY), LEADER) == []
    effects = _wake(desk, case, MONDAY)
    [group], [leader] = _read(effects, GROUP), _read(effects, LEADER)
    assert "LEWAT TENGGAT</b> 1 hari kerja" in group
    assert "lewat tenggat 1 hari kerja" in leader
    assert "Petugas: belum ada" in leader


def test_the_first_reminder_of_all_is_the_group_s_alone() -> None:
    desk = _desk()
    case = desk.file(status=Status.VERIFIED)
    assert _read(_wake(desk, case, MONDAY), LEADER) == []
    assert len(_read(_wake(desk, case, MONDAY + timedelta(days=1)), LEADER)) == 1


def test_a_leader_who_has_not_started_the_bot_is_sent_nothing() -> None:
    desk = _desk(started=False)
    case = desk.file(reminded_at=FRIDAY)
    assert _read(_wake(desk, case, MONDAY), LEADER) == []


@pytest.mark.parametrize("change", [{"filed_by": LEADER}, {"meant": (LEADER,)}, {"restricted": True}])
def test_a_leader_reads_nothing_of_a_case_that_is_not_theirs_to_see(change: dict[str, Any]) -> None:
    desk = _desk()
    case = desk.file(reminded_at=FRIDAY, **change)
    effects = _wake(desk, case, MONDAY)
    assert _read(effects, LEADER) == []
    assert len(_read(effects, RESTRICTED if case.restricted else GROUP)) == 1


def test_of_a_confidential_case_number_service_and_due_date_are_said() -> None:
    desk = _desk()
    case = desk.file(confidential=True, reminded_at=FRIDAY)
    effects = _wake(desk, case, MONDAY)
    for text in (*_read(effects, GROUP), *_read(effects, LEADER)):
        assert "DPMD-2026-0001" in text
        assert "Penyaluran BLT Desa" in text
        assert "Bantuan saya" not in text


def test_of_a_confidential_case_a_service_in_own_words_is_not_said() -> None:
    desk = _desk()
    case = desk.file(confidential=True)
    own = case.complaint.model_copy(update={"service": "Tetangga saya Pak Karto"})
    desk.chat.cases[case.id] = case.model_copy(update={"complaint": own}).model_dump_json()
    [text] = _read(_wake(desk, case, FRIDAY), GROUP)
    assert "Karto" not in text


def test_the_card_is_shown_again_once_when_the_case_becomes_overdue() -> None:
    desk = _desk()
    case = desk.file()
    assert _painted(_wake(desk, case, FRIDAY)) == []
    [card] = _painted(_wake(desk, case, MONDAY))
    assert "LEWAT TENGGAT" in wording(card.message)
    assert _painted(_wake(desk, case, MONDAY + timedelta(days=1))) == []


def _painted(effects: list[Effect]) -> list[Edit]:
    return [effect for effect in effects if isinstance(effect, Edit)]


def test_nothing_is_said_twice_or_on_a_day_off() -> None:
    desk = _desk()
    case = desk.file()
    assert _wake(desk, case, SATURDAY) == []
    assert _wake(desk, case, MONDAY) != []
    assert _wake(desk, case, MONDAY + timedelta(hours=3)) == []
    assert _wake(desk, case, MONDAY + timedelta(hours=23)) == []


QUIET: dict[str, dict[str, Any]] = {
    "incomplete": {"status": Status.INCOMPLETE},
    "closed": {"status": Status.CLOSED},
    "withdrawn": {"status": Status.WITHDRAWN},
}


@pytest.mark.parametrize("name", QUIET)
def test_a_case_whose_clock_does_not_run_has_no_due_date_to_be_reminded_of(name: str) -> None:
    desk = _desk()
    case = desk.file(**QUIET[name])
    assert [_wake(desk, case, at) for at in (FRIDAY, MONDAY)] == [[], []]


LOADS = {
    "few": (MorningLoad(5, 0), "2026-03-30", 1),
    "many": (MorningLoad(6, 0), "2026-03-30", 0),
    "many, and this one is due today": (MorningLoad(50, 5), "2026-03-27", 1),
    "many are due today": (MorningLoad(50, 6), "2026-03-27", 0),
}


@pytest.mark.parametrize("name", LOADS)
def test_on_a_morning_with_many_reminders_the_digest_lists_them(name: str) -> None:
    load, due, sent = LOADS[name]
    case = Desk().file(status=Status.VERIFIED, due_on=date.fromisoformat(due))
    world = _world(FRIDAY, case, load)
    outcome = engine.advance(DeadlinePassed(FRIDAY, case=case.id), world)
    assert [effect.chat for effect in outcome.effects if isinstance(effect, Send)] == [GROUP] * sent
    assert [one.reminded_at for one in outcome.cases] == [FRIDAY]


def test_what_the_digest_does_not_list_is_reminded_of_in_any_case() -> None:
    line = Desk().file().timeline[0].model_copy(update={"at": FRIDAY - timedelta(days=15)})
    answered = {"status": Status.RESPONDED, "timeline": (line.model_copy(update={"status": "responded"}),)}
    case = Desk().file().model_copy(update=answered)
    outcome = engine.advance(DeadlinePassed(FRIDAY, case=case.id), _world(FRIDAY, case, MorningLoad(50, 50)))
    [group, leader] = [effect for effect in outcome.effects if isinstance(effect, Send)]
    assert (group.chat, leader.chat) == (GROUP, LEADER)
    assert "menyampaikan keputusan kepada pengadu" in wording(group.message)
    assert "belum sampai" in wording(group.message)


def _world(now: datetime, case: Case, load: MorningLoad) -> World:
    whole = Desk().chat.world()
    world = World(now, whole.rules, whole.providers, cases={case.id: case})
    world.loads = {("dpmd", False): load}
    world.conversations = {ConversationKey(LEADER, LEADER): Conversation(chat=LEADER, person=LEADER)}
    return world


def test_another_agency_s_leader_and_group_read_nothing() -> None:
    desk = _desk()
    effects = _wake(desk, desk.file(reminded_at=FRIDAY), MONDAY)
    assert {effect.chat for effect in effects if isinstance(effect, Send)} == {GROUP, LEADER}
    assert STAFF["bakesbangpol"] not in {effect.chat for effect in effects if isinstance(effect, Send | Edit)}
    assert CITIZEN not in {effect.chat for effect in effects if isinstance(effect, Send)}


def test_a_leader_s_reply_to_a_reminder_is_no_complaint() -> None:
    desk = _desk()
    case = desk.file(reminded_at=FRIDAY)
    _wake(desk, case, MONDAY)
    message = desk.chat.message_of(keys.leader_reminder(case.id, LEADER))
    assert desk.private(desk.leader).says("Mohon segera", reply_to=message) == ["mornings.write_in_group"]
