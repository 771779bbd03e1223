"""What is on paper follows the acts: response letter, slip, closing record; "Dokumen" sends them again."""

from __future__ import annotations

import pytest

from conversations import keys
from conversations.complaints.case import Case, Officer
from conversations.complaints.life_cycle import Status
from conversations.desk import papers
from conversations.effects import DeleteMessages, RecordHistory, Send
from conversations.messages import Document, DocumentKind
from tests.unit.divided import ECONOMY, TOPIC, Divided
from tests.unit.entering import entered, nothing_to_nobody
from tests.unit.filed import CITIZEN, GROUP, Desk, render_all
from tests.unit.test_desk_archiving import a_desk, archived, closed, in_private_plan
from tests.unit.transcript import LEADER, RESTRICTED, Actor

RESPONSE, CLOSING, SLIP = DocumentKind.RESPONSE, DocumentKind.CLOSING, DocumentKind.SLIP
PERSONAL = {"paper_response": RESPONSE, "paper_complaint": "complaint", "paper_receipt": "receipt"}


def carried(world: Desk) -> list[tuple[int, Document]]:
    """The documents of the last event, with their chats."""
    sent = (effect for effect in world.chat.fresh if isinstance(effect, Send))
    return [(one.chat, one.message.document) for one in sent if one.message.document]


def slip_of(world: Desk) -> Send:
    return next(
        effect
        for effect in world.chat.fresh
        if isinstance(effect, Send) and effect.message.template == "captions.slip"
    )


def offered(world: Desk, actor: Actor, case: Case) -> list[str]:
    """The documents that the officer can choose from."""
    assert world.press(actor, case, "papers") == ["desk.papers"]
    return [button.label for row in world.chat.sent(actor.chat)[-1].buttons for button in row]


def asked(world: Desk, actor: Actor, case: Case, paper: str) -> list[str]:
    return world.press(actor, case, papers.ACTION, paper)


def in_private(world: Desk, actor: Actor) -> list[str]:
    """The officer follows the link of the last press."""
    return world.private(actor).commands("start", world.chat.alert.link)


# ---- the response letter


def test_the_letter_follows_the_response() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    assert [message.template for message in world.chat.sent(CITIZEN)][-2:] == [
        *("followup.response", "captions.response")
    ]
    assert carried(world) == [(CITIZEN, Document(RESPONSE, case.id, "1"))]
    render_all(world.chat.fresh)


def test_a_correction_has_a_letter_of_its_own() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.press(world.budi, case, "correct")
    world.budi.says("Hari Selasa.", reply_to=world.prompt(case))
    world.budi.presses("send")
    assert carried(world) == [(CITIZEN, Document(RESPONSE, case.id, "2"))]
    assert world.chat.sent(CITIZEN)[-1].params["correction"] is True


def test_the_letter_has_the_position_that_the_officer_had_when_it_was_sent() -> None:
    world = Desk()
    case = world.file()
    profile = world.chat.conversation(601).profile
    assert profile
    world.introduced(601, profile.model_copy(update={"position": "Analis", "nip": "1980"}))
    world.answered(world.budi, case)
    world.introduced(601, profile.model_copy(update={"position": "Sekretaris"}))
    given = world.now(case).responses[0]
    assert (given.by, given.position, given.nip) == ("Budi Santoso", "Analis", "1980")


def test_a_recalled_response_takes_its_letter_back() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.press(world.budi, case, "recall")
    world.budi.presses("recall_yes")
    deletions = [effect for effect in world.chat.fresh if isinstance(effect, DeleteMessages)]
    assert [one.target for one in deletions] == [keys.response(case.id, 1), keys.letter(case.id, 1)]
    assert carried(world) == []
    assert "paper_response" not in offered(world, world.budi, case)


def test_without_an_account_the_officer_gets_the_letter_for_printing() -> None:
    world = Desk()
    case = entered(world)
    world.answered(world.budi, case)
    assert carried(world) == []
    nothing_to_nobody(world)
    asked(world, world.budi, case, "paper_response")
    assert in_private(world, world.budi) == ["captions.for_officer"]
    assert carried(world) == [(601, Document(RESPONSE, case.id, "1"))]


# ---- the disposition slip


def test_the_slip_goes_below_the_card_of_the_division() -> None:
    world = Divided()
    case = world.assigned(world.file())
    sent = slip_of(world)
    assert sent.chat == ECONOMY
    assert sent.message.reply_to == keys.division(case.id, 1)
    assert sent.message.document == Document(SLIP, case.id, "1")
    assert world.new_in(GROUP) == []
    render_all(world.chat.fresh)


def test_the_slip_goes_to_the_topic_of_the_division() -> None:
    world = Divided()
    world.assigned(world.file(), "topik")
    assert (slip_of(world).chat, slip_of(world).message.topic) == (GROUP, TOPIC)


def test_without_a_group_of_the_division_the_slip_answers_the_officer() -> None:
    world = Divided()
    case = world.assigned(world.file(), "masyarakat")
    sent = slip_of(world)
    assert (sent.chat, sent.message.reply_to) == (GROUP, keys.posted(case.id, 1))


def test_a_further_instruction_has_a_slip_of_its_own() -> None:
    world = Divided()
    case = world.assigned(world.assigned(world.file()))
    assert slip_of(world).message.document == Document(SLIP, case.id, "2")


def test_the_slip_of_a_confidential_case_without_a_division_group_stays_private() -> None:
    world = Divided()
    case = world.file(confidential=True)
    world.press(world.leader, case, "to_division")
    private = world.private(world.leader)
    private.commands("start", world.chat.alert.link)
    private.presses("division", f"{LEADER},masyarakat,0")
    private.says("Mohon telusuri.")
    private.presses("send")
    assert slip_of(world).chat == LEADER


# ---- the closing record


def test_the_closing_record_goes_to_the_group_when_the_case_is_archived() -> None:
    world = a_desk()
    case = closed(world)
    archived(world, case)
    assert carried(world) == [(GROUP, Document(CLOSING, case.id))]
    (sent,) = [m for m in world.chat.sent(GROUP) if m.document]
    assert sent.reply_to == keys.card(case.id)
    assert case.reference in str(sent.params["reference"])
    render_all(world.chat.fresh)


def test_that_of_a_confidential_case_goes_to_the_leader_alone() -> None:
    world = a_desk()
    case = closed(world, confidential=True)
    private = in_private_plan(world, case)
    private.says("Memeriksa lagi.")
    private.presses("save")
    assert carried(world) == [(LEADER, Document(CLOSING, case.id))]


def test_that_of_a_restricted_case_goes_to_the_restricted_chat() -> None:
    world = a_desk()
    case = world.file(status=Status.CLOSED, restricted=True, chat=RESTRICTED)
    member = world.officer(603, "Anggota Tim", RESTRICTED)
    world.press(member, case, "archive")
    member.presses("plan_none")
    member.says("Tidak ada.", reply_to=world.reply_to(f"prompt:{case.id}:603"))
    member.presses("save")
    assert carried(world) == [(RESTRICTED, Document(CLOSING, case.id))]


# ---- "Dokumen"

OF_ALL = ["paper_complaint", "paper_receipt"]


def test_only_documents_that_exist_are_offered() -> None:
    world = Divided()
    case = world.file()
    assert offered(world, world.rina, case) == OF_ALL
    world.assigned(case)
    assert offered(world, world.rina, case) == ["paper_slip", *OF_ALL]
    world.answered(world.rina, case)
    assert offered(world, world.rina, case) == ["paper_slip", "paper_response", *OF_ALL]
    world.delivered(case)
    world.citizen.presses("satisfied")
    assert offered(world, world.rina, case) == [
        *("paper_slip", "paper_closing", "paper_response"),
        *OF_ALL,
    ]
    render_all(world.chat.effects)


@pytest.mark.parametrize(
    "status", [Status.REDIRECTED, Status.REJECTED, Status.DUPLICATE, Status.WITHDRAWN, Status.LAPSED]
)
def test_a_side_exit_has_a_closing_record(status: Status) -> None:
    world = Desk()
    case = world.file(status=status)
    assert offered(world, world.rina, case) == ["paper_closing", *OF_ALL]
    asked(world, world.rina, case, "paper_closing")
    assert carried(world) == [(GROUP, Document(CLOSING, case.id))]


def test_the_slip_is_sent_to_the_group_again() -> None:
    world = Divided()
    case = world.assigned(world.file())
    asked(world, world.rina, case, "paper_slip")
    assert carried(world) == [(GROUP, Document(SLIP, case.id, "1"))]
    # It is that of the last division also when the case is back at the desk.
    world.reported(case)
    asked(world, world.rina, case, "paper_slip")
    assert carried(world) == [(GROUP, Document(SLIP, case.id, "1"))]
    assert world.chat.sent(GROUP)[0].params["division"] == "Bidang Pemberdayaan Ekonomi"


@pytest.mark.parametrize("paper", PERSONAL)
def test_what_has_the_identity_is_sent_in_private_and_recorded(paper: str) -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    assert asked(world, world.rina, case, paper) == []
    assert carried(world) == []
    assert RecordHistory(case.id, "officer:602", f"{paper}_viewed", "Rina Wati") in world.chat.fresh
    assert in_private(world, world.rina) == ["captions.for_officer"]
    ((chat, document),) = carried(world)
    assert (chat, document.kind, document.subject) == (602, PERSONAL[paper], case.id)
    render_all(world.chat.fresh)


def test_a_private_link_to_a_document_is_for_its_officer_and_ten_minutes() -> None:
    world = Desk()
    case = world.file()
    asked(world, world.rina, case, "paper_complaint")
    link = world.chat.alert.link
    assert world.private(world.budi).commands("start", link) == ["desk.link_stale"]
    world.later(minutes=11)
    assert world.private(world.rina).commands("start", link) == ["desk.link_stale"]
    assert carried(world) == []


def test_each_response_that_stands_is_sent() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    world.press(world.budi, case, "correct")
    world.budi.says("Hari Selasa.", reply_to=world.prompt(case))
    world.budi.presses("send")
    asked(world, world.budi, case, "paper_response")
    in_private(world, world.budi)
    assert [document.detail for _, document in carried(world)] == ["1", "2"]


@pytest.mark.parametrize("paper", papers.PAPERS)
def test_a_confidential_case_has_its_documents_for_leaders_in_private(paper: str) -> None:
    world = Divided()
    case = world.file(confidential=True, status=Status.CLOSED, thread=world.assigned(world.file()).thread)
    world.press(world.rina, case, "papers")
    assert world.chat.alert.template == "desk.leaders_only"
    asked(world, world.rina, case, paper)
    assert world.chat.alert.template == "desk.leaders_only"
    assert carried(world) == []
    if paper == "paper_response":
        return
    asked(world, world.leader, case, paper)
    assert carried(world) == []
    in_private(world, world.leader)
    assert [chat for chat, _ in carried(world)] == [LEADER]


def test_who_is_meant_by_the_complaint_gets_no_document() -> None:
    world = Desk()
    case = world.file(meant=(602,))
    for act in ("papers", papers.ACTION):
        world.press(world.rina, case, act, "paper_complaint")
        assert world.chat.alert.template == "desk.meant_by_it"


@pytest.mark.parametrize("paper", ["paper_slip", "paper_closing", "paper_response"])
def test_a_document_that_is_gone_is_refused_in_words(paper: str) -> None:
    world = Desk()
    case = world.file(officer=Officer(id=601, name="Budi Santoso"))
    asked(world, world.rina, case, paper)
    assert world.chat.alert.template == "desk.no_paper"
    render_all(world.chat.fresh)


def test_a_letter_that_was_recalled_after_the_press_is_refused_in_words() -> None:
    world = Desk()
    case = world.file()
    world.answered(world.budi, case)
    asked(world, world.budi, case, "paper_response")
    link = world.chat.alert.link
    world.press(world.budi, case, "recall")
    world.budi.presses("recall_yes")
    assert world.private(world.budi).commands("start", link) == ["desk.no_paper"]


def test_an_unknown_document_is_outdated() -> None:
    world = Desk()
    case = world.file()
    asked(world, world.rina, case, "paper_gold")
    assert world.chat.alert.template == "system.press_outdated"
