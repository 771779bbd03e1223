"""A complaint is marked as the duplicate of another one; its citizen follows the status of that one."""

from __future__ import annotations

import pytest

from conversations.complaints.case import Case
from conversations.complaints.life_cycle import Status
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all, wording
from tests.unit.test_desk_exits import a_desk, decided, in_private
from tests.unit.transcript import RESTRICTED

NEIGHBOUR = 777
WHY = "Bantuan yang sama sudah dilaporkan."


def marked(world: Desk, case: Case, original: Case) -> None:
    """Budi marks the case as the duplicate of the original."""
    decided(world, case, "duplicate", f"{original.reference} {WHY}")


def refused(world: Desk, case: Case, text: str) -> str:
    """The template that Budi gets in place of the preview; nothing can be sent then."""
    world.press(world.budi, case, "duplicate")
    (shown,) = world.budi.says(text, reply_to=world.prompt(case))
    labels = [b.label for m in world.chat.sent(GROUP) for row in m.buttons for b in row]
    assert labels == ["rewrite", "discard"]
    world.press(world.budi, case, "desk_post", "601")
    assert world.chat.alert.template == shown
    assert world.now(case).open
    return shown


def test_the_citizen_reads_number_and_reason_and_follows_the_original_s_status() -> None:
    world = a_desk()
    original = world.file(filed_by=NEIGHBOUR)
    case = world.file()
    marked(world, case, original)
    now = world.now(case)
    assert now.status is Status.DUPLICATE
    assert now.duplicate_of
    assert now.duplicate_of.id == original.id
    (message,) = world.messages(CITIZEN)
    assert message.params["text"] == WHY
    assert original.reference in wording(message)
    assert f"Sama dengan: <b>{original.reference}</b>" in wording(world.messages(GROUP)[-1])
    world.citizen.commands("status", case.reference)
    (page,) = world.chat.sent(CITIZEN)
    assert f"Status {original.reference}: <b>Diterima</b>" in wording(page)
    assert "Tanggapan akhir: belum ada" in wording(page)
    world.answered(world.rina, original, "Rahasia tetangga.")
    world.citizen.commands("status", case.reference)
    (page,) = world.chat.sent(CITIZEN)
    assert f"Status {original.reference}: <b>Ditanggapi</b>" in wording(page)
    assert "Tanggapan akhir: sudah ada" in wording(page)
    assert "Rahasia tetangga." not in str(page.params)
    assert original.id not in [b.subject for row in page.buttons for b in row]
    world.press(world.citizen, original, "case")
    assert world.chat.alert.template == "system.press_outdated"
    render_all(world.chat.effects)


def test_of_the_same_citizen_the_original_can_be_opened() -> None:
    world = a_desk()
    original, case = world.file(), world.file()
    marked(world, case, original)
    world.citizen.commands("status", case.reference)
    (page,) = world.chat.sent(CITIZEN)
    assert original.id in [b.subject for row in page.buttons for b in row]


WRONG = {
    "no number": ("Sudah pernah dilaporkan.", "desk.no_original"),
    "an unknown number": (f"DPMD-2026-0099 {WHY}", "desk.no_original"),
    "its own number": (f"DPMD-2026-0001 {WHY}", "desk.own_original"),
    "no reason": ("DPMD-2026-0002", "desk.reason_missing"),
    "no reason but marks": ("DPMD-2026-0002 : - .", "desk.reason_missing"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_number_or_a_missing_reason_is_refused(name: str) -> None:
    text, template = WRONG[name]
    world = a_desk()
    case = world.file()
    world.file()
    assert refused(world, case, text) == template


def test_cases_of_another_agency_or_that_the_officer_may_not_read_are_unknown() -> None:
    world = a_desk()
    case = world.file()
    hidden = [
        world.file(agency="bakesbangpol", reference="BAKESBANGPOL-2026-0001"),
        world.file(confidential=True),
        world.file(restricted=True, chat=RESTRICTED),
        world.file(meant=(601,)),
    ]
    for original in hidden:
        assert refused(world, case, f"{original.reference} {WHY}") == "desk.no_original"
        world.budi.commands("batal")


def test_a_duplicate_of_a_duplicate_names_the_original() -> None:
    world = a_desk()
    first, second, third = world.file(), world.file(), world.file()
    marked(world, second, first)
    assert refused(world, third, f"{second.reference} {WHY}") == "desk.original_of"
    assert world.chat.alert.params["original"] == first.reference


def test_the_number_is_read_as_it_is_typed_and_copied() -> None:
    for typed in ("dpmd 2026 1 ", "DPMD-2026-0001: ", "DPMD-2026-0001 · 7KQ2 "):
        world = a_desk()
        original, case = world.file(), world.file()
        decided(world, case, "duplicate", typed + WHY)
        link = world.now(case).duplicate_of
        assert link
        assert link.reference == original.reference
        assert world.now(case).thread[-1].text == WHY


def test_an_edit_of_the_number_changes_the_preview() -> None:
    world = a_desk()
    case = world.file()
    original = world.file()
    world.press(world.budi, case, "duplicate")
    world.budi.says(f"DPMD-2026-0099 {WHY}", message=4242, reply_to=world.prompt(case))
    assert world.budi.edits(4242, f"{original.reference} {WHY}") == ["desk.preview_decision"]


def test_a_mistaken_duplicate_is_taken_back() -> None:
    world = a_desk()
    original, case = world.file(), world.file()
    marked(world, case, original)
    decided(world, case, "reinstate", "Kami keliru.")
    now = world.now(case)
    assert now.status is Status.REOPENED
    assert now.duplicate_of is None


def test_the_leader_marks_a_confidential_duplicate_in_private() -> None:
    world = a_desk()
    original, case = world.file(confidential=True), world.file(confidential=True)
    private = in_private(world, case, "duplicate")
    assert private.says(f"{original.reference} {WHY}") == ["desk.preview_decision"]
    private.presses("send")
    assert world.now(case).status is Status.DUPLICATE
