"""/cek: whether the stored text is the one that was signed, for citizens and officers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conversations.complaints.case import Case, changed
from conversations.complaints.complaint import Part
from conversations.events import CommandReceived
from conversations.messages import OutgoingMessage
from conversations.needs import needs
from conversations.queries import Broken, HistoryFault, HistoryPage, HistoryWanted
from conversations.world import World
from tests.unit.filed import CITIZEN, LANGUAGES, Desk, LeanChat, render_all, wording
from tests.unit.following import PERSONAL, STRANGER
from tests.unit.incomplete import ADDRESS, completing, sign_and_send
from tests.unit.transcript import Actor


def digits(case: Case, count: int = 16) -> str:
    """What the receipt prints to be typed."""
    return case.complaint.signature_digest[:count]


def checks(actor: Actor, argument: str) -> OutgoingMessage:
    """The one answer to /cek."""
    actor.commands("cek", argument)
    (answer,) = actor.chat_log.sent(actor.chat)
    return answer


def holder(world: Desk) -> Actor:
    """A person with the receipt, from another account than the citizen's."""
    return world.chat.person(STRANGER, "Anak Siti")


def tampered(world: Desk, case: Case) -> Case:
    """The case with another story in the store, and the digest that was signed."""
    now = world.now(case)
    story = (Part(message=11, at=now.received_at, text="Sudah selesai."),)
    new = changed(now, complaint=now.complaint.model_copy(update={"story": story}))
    world.chat.cases[case.id] = new.model_dump_json()
    return new


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_holds_the_receipt_reads_that_the_text_is_authentic_and_nothing_of_it(language: str) -> None:
    world = Desk()
    case = world.file()
    answer = checks(holder(world), f"{case.reference} {digits(case)}")
    assert answer.template == "authenticity.result"
    assert answer.params["sound"] is True
    said = wording(answer, language)
    assert "✅" in said
    assert not [word for word in (*PERSONAL, "Bantuan", "blt", "Bangil", "Penjelasan") if word in said]
    render_all(world.chat.effects)


@pytest.mark.parametrize(
    "form", ["{0} {1}", "{0}\n{1}", "{0} · {1}", "{0}: {1}.", "{1} {0}", "{0}-{1}", "{0} sidik {1}"]
)
def test_the_receipts_line_is_read_in_loose_forms(form: str) -> None:
    world = Desk()
    case = world.file()
    spaced = " ".join(digits(case)[place : place + 4] for place in range(0, 16, 4)).upper()
    typed = form.format(case.reference.lower(), spaced)
    assert checks(holder(world), typed).template == "authenticity.result"


def test_an_officer_checks_a_receipt_in_the_group_by_the_number_alone() -> None:
    world = Desk()
    case = world.file(confidential=True)
    for number in ("1", case.reference, f"{case.reference} · 7KQ2"):
        answer = checks(world.budi, f"{number} {digits(case, 64)}")
        assert answer.template == "authenticity.result"
        assert "🔒" not in wording(answer)
    assert checks(world.budi, f"1 {digits(case)[::-1]}").template == "authenticity.differs_here"


def test_a_number_of_another_chat_is_answered_like_a_wrong_digest() -> None:
    world = Desk()
    case = world.file(restricted=True)
    known = checks(world.budi, f"{case.reference} {digits(case)}")
    unknown = checks(world.budi, f"DPMD-2026-0099 {digits(case)}")
    assert known.template == unknown.template == "authenticity.differs_here"


def test_a_changed_text_is_named_and_the_telephone_with_it() -> None:
    world = Desk()
    case = world.file()
    tampered(world, case)
    answer = checks(world.citizen, f"{case.reference} {digits(case)}")
    assert answer.params["sound"] is False
    assert "tidak sama" in wording(answer)
    assert "(0343)" in wording(answer)
    officers = checks(world.budi, f"{case.reference} {digits(case)}")
    assert "aduan verify" in wording(officers)


def test_what_completed_the_complaint_is_checked_too() -> None:
    world = Desk()
    case = completing(world, "address")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    now = world.now(case)
    answer = checks(world.citizen, f"{case.reference} {now.supplements[0].digest[:16]}")
    assert [(text["supplement"], text["fits"]) for text in answer.params["texts"]] == [(0, True), (1, True)]
    given = now.supplements[0].model_copy(update={"answers": {"address": "Desa lain"}})
    world.chat.cases[case.id] = now.model_copy(update={"supplements": (given,)}).model_dump_json()
    answer = checks(world.citizen, f"{case.reference} {digits(now)}")
    assert [text["fits"] for text in answer.params["texts"]] == [True, False]
    assert answer.params["sound"] is False


# what is typed next to the number
WRONG = {
    "other digits": "0" * 16,
    "too short": "{digits:.15}",
    "too long": "{digits}" + "0" * 60,
    "the digits of the middle": "{rest}",
    "words": "saya pegang tanda terimanya",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_number_cannot_be_probed(name: str) -> None:
    world = Desk()
    case = world.file()
    typed = WRONG[name].format(digits=digits(case), rest=case.complaint.signature_digest[1:])
    known = checks(holder(world), f"{case.reference} {typed}")
    unknown = checks(world.chat.person(889), f"DPMD-2026-0099 {typed}")
    assert known.template == unknown.template == "authenticity.differs"
    assert known.params == {**unknown.params, "reference": case.reference}


def test_wrong_tries_lock_the_command_together_with_the_access_codes() -> None:
    world = Desk()
    case = world.file()
    stranger = holder(world)
    limit = world.chat.rules.limits.wrong_codes
    for left in range(limit - 1, 0, -1):
        assert checks(stranger, f"{case.reference} {'0' * 16}").params["left"] == left
    assert checks(stranger, f"{case.reference} {'0' * 16}").template == "authenticity.locked"
    assert checks(stranger, f"{case.reference} {digits(case)}").template == "authenticity.locked"
    assert stranger.commands("status", f"{case.reference} ABCD2345") == ["followup.locked"]
    world.later(minutes=world.chat.rules.limits.lock_minutes + 1)
    assert checks(stranger, f"{case.reference} {digits(case)}").template == "authenticity.result"


@pytest.mark.parametrize("argument", ["", "   ", "DPMD-2026-0001", "apa ini", "DPMD-2026-0001 -"])
def test_without_number_and_digest_the_command_is_explained_and_no_try_counts(argument: str) -> None:
    world = Desk()
    world.file()
    answer = checks(world.citizen, argument)
    assert answer.template == "authenticity.explained"
    assert "/cek DPMD-2026-0042" in wording(answer)
    assert world.chat.conversation(CITIZEN).tries == 0
    assert checks(world.budi, argument).template == "authenticity.explained"


def test_a_question_that_is_open_stays_open() -> None:
    world = Desk()
    case = world.file()
    world.citizen.commands("start", "dpmd")
    before = world.chat.conversation(CITIZEN)
    checks(world.citizen, f"{case.reference} {digits(case)}")
    after = world.chat.conversation(CITIZEN)
    assert (after.listener, after.turn, after.draft) == (before.listener, before.turn, before.draft)


class Faulty(LeanChat):
    """The store finds a fault in each history."""

    def _history(self, wanted: HistoryWanted, world: World) -> HistoryPage | None:
        page = super()._history(wanted, world)
        fault = HistoryFault(2, Broken.CHANGED)
        return page and HistoryPage(page.case, page.entries, page.total, page.page, fault)


def test_a_history_that_is_not_whole_is_no_sound_case() -> None:
    world = Desk(Faulty())
    case = world.file()
    answer = checks(world.citizen, f"{case.reference} {digits(case)}")
    assert answer.params["sound"] is False
    assert "catatan ke-2" in wording(answer)


class Damaged(LeanChat):
    """The store cannot open the case."""

    def lean(self, whole: World) -> World:
        world = super().lean(whole)
        world.broken = {case.reference for case in world.cases.values()}
        world.cases = {}
        return world


def test_a_case_that_does_not_open_is_named_and_costs_no_try() -> None:
    world = Desk(Damaged())
    case = world.file()
    argument = f"{case.reference} {digits(case)}"
    assert checks(world.citizen, argument).template == "authenticity.broken"
    assert world.chat.conversation(CITIZEN).tries == 0
    assert checks(world.budi, argument).template == "desk.history_broken"


def test_only_a_number_with_a_digest_needs_a_query_of_its_own() -> None:
    world = Desk()
    stored = world.chat.world()
    for argument, alone in (("DPMD-2026-0001 ab", True), ("DPMD-2026-0001", False), ("ab", False)):
        for actor in (world.citizen, world.budi):
            event = CommandReceived(actor.origin(), "cek", argument)
            assert needs(event, stored).alone is alone
    elsewhere = world.chat.person(601, chat=-9999)
    assert not needs(CommandReceived(elsewhere.origin(), "cek", "1 ab"), stored).alone


def test_an_officer_who_is_meant_by_the_complaint_reads_nothing() -> None:
    world = Desk()
    case = world.file(meant=(world.budi.identity.id,))
    assert checks(world.budi, f"{case.reference} {digits(case)}").template == "desk.meant_by_it"


def test_the_check_is_the_same_after_a_day() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.chat.now += timedelta(days=1)
    assert checks(world.citizen, f"{case.reference} {digits(case)}").params["sound"] is True
