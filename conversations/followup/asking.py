"""The question what held messages are for (invariant 6). What is open for the citizen decides which one.

1. A response whose verdict is open: "Puas", "Belum Puas", or about something else. The messages become the
   reason of an objection only after "Belum Puas".
2. Else exactly one open question of an officer, and no draft: the messages are its answer after one press.
3. Else, or after "Tentang hal lain" and "Bukan untuk ini": a case, the draft, or a new complaint.

While a draft listens, its question is above: texts that were written before it was shown may be the answer
("Ini jawabannya"), and 1 and 2 are left out.
"""

from __future__ import annotations

from datetime import datetime

from conversations import casefile, keys, listening
from conversations.cards import verdict
from conversations.complaints.case import Case, Purpose
from conversations.complaints.life_cycle import Status
from conversations.conversation import Conversation
from conversations.effects import Send
from conversations.followup import attorney
from conversations.followup.attorney import is_page
from conversations.followup.objection import may_object
from conversations.intake import completing
from conversations.intake import dialogue as intake
from conversations.messages import Button, OutgoingMessage, Rows
from conversations.world import World

MOST_CASES = 5
# A citizen can add to open cases, and to those with these statuses.
ADDABLE = frozenset({Status.RESPONDED})


def may_add(case: Case) -> bool:
    """Whether the citizen can add to the case ("Tambah Keterangan")."""
    return case.open or case.status in ADDABLE


def open_verdicts(world: World, person: int) -> list[Case]:
    """The person's cases with a response on which the verdict is open, newest first."""
    own = world.own_cases(person)
    return [case for case in own if _judges(case, world)][:MOST_CASES]


def _judges(case: Case, world: World) -> bool:
    """Whether a message is asked for the verdict: not while a question that followed the response waits."""
    answered = case.status is Status.RESPONDED and may_object(case, world)
    return answered and not casefile.waiting_question(case)


def asking_cases(world: World, person: int) -> list[Case]:
    """The person's cases with an open question of an officer, newest first."""
    return [case for case in world.own_cases(person) if casefile.waiting_question(case)]


def ask(conversation: Conversation, world: World, until: datetime | None = None) -> Send:
    """Ask what the held messages are for; an earlier question about them loses its buttons.

    A reminder says `until` when they are kept.
    """
    return Send(conversation.chat, question(conversation, world, until), keys.held(conversation.person))


def question(conversation: Conversation, world: World, until: datetime | None = None) -> OutgoingMessage:
    """The question about the held messages."""
    asked = _question(conversation, world)
    params = {**asked.params, "until": until.isoformat() if until else ""}
    return OutgoingMessage(asked.template, params, asked.buttons)


def _question(conversation: Conversation, world: World) -> OutgoingMessage:
    if not conversation.held_for_other and listening.present(conversation) != "intake":
        if verdicts := open_verdicts(world, conversation.person):
            return judge(conversation, verdicts)
        asking = asking_cases(world, conversation.person)
        if len(asking) == 1 and conversation.filing is None:
            return _answer_this(conversation, asking[0])
    return _what_for(conversation, world)


def judge(conversation: Conversation, cases: list[Case]) -> OutgoingMessage:
    """Ask for the verdict on these responses; with several, the buttons contain their numbers."""
    params = {"references": [case.reference for case in cases], "count": len(conversation.held), "until": ""}
    rows = (*verdict_rows(cases, held=True), (Button("something_else", "hold_other"),))
    return OutgoingMessage("followup.judge", params, rows)


def verdict_rows(cases: list[Case], *, held: bool) -> Rows:
    """The buttons of the verdict on these responses; `held` where held messages go with it."""
    mark = ",held" if held else ""
    if len(cases) == 1:
        return verdict(cases[0], f"{len(cases[0].responses)}{mark}")
    return tuple(_numbered(case, f"{len(case.responses)}{mark}") for case in cases)


def newest_choices(world: World, person: int) -> Rows:
    """The buttons of the newest message about a case that other people have caused, as far as it is known."""
    verdicts, asking = open_verdicts(world, person), asking_cases(world, person)
    if len(verdicts) == 1:
        return verdict_rows(verdicts, held=False)
    if len(asking) == 1:
        return ((Button("answer_now", "answer_now", asking[0].id, asking[0].version),),)
    return tuple(row for case in world.own_cases(person) for row in completing.offer(case))


def _numbered(case: Case, value: str) -> tuple[Button, ...]:
    params = {"reference": case.reference}
    return (
        Button("satisfied_with", "satisfied", case.id, case.version, value, "success", params),
        Button("not_satisfied_with", "not_satisfied", case.id, case.version, value, "danger", params),
    )


def _answer_this(conversation: Conversation, case: Case) -> OutgoingMessage:
    asked = [entry.text for entry in case.thread if entry.purpose is Purpose.QUESTION]
    params = {"reference": case.reference, "count": len(conversation.held), "text": asked[-1], "until": ""}
    rows = (
        (Button("send_answer", "hold_answer", case.id, case.version, style="success"),),
        (Button("not_for_this", "hold_other"),),
    )
    return OutgoingMessage("followup.answer_this", params, rows)


def _what_for(conversation: Conversation, world: World) -> OutgoingMessage:
    own = world.own_cases(conversation.person)
    cases = [case for case in own if may_add(case)][:MOST_CASES]
    drafting = conversation.filing is not None
    answers = may_answer(conversation)
    rows: Rows = (
        *((_answer_button(conversation),) if answers else ()),
        *(
            ((Button("add_to_draft", "hold_draft", style=None if answers else "success"),),)
            if drafting
            else ()
        ),
        *_attorney_buttons(conversation, cases),
        *((_add_button(case),) for case in cases),
        *_continuing(own),
        (Button("new_complaint" if cases or drafting else "file_complaint", "hold_new", style="primary"),),
        (Button("check_status", "status"), Button("help", "help")),
        (Button("discard", "hold_drop"),),
    )
    params = {"count": len(conversation.held), "until": "", "phones": intake.phones(world, "")}
    if cases or drafting:
        more = {"draft": drafting, "answers": answers}
        return OutgoingMessage("followup.what_for", {**params, **more}, rows)
    return OutgoingMessage("followup.begin_with_this", params, rows)


def may_answer(conversation: Conversation) -> bool:
    """Whether the held messages can be the answer of the draft's present question: texts at one for words."""
    only_texts = all(part.kind == "text" for part in conversation.held)
    return only_texts and listening.present(conversation) == "intake" and intake.takes_text(conversation)


def question_number(conversation: Conversation) -> str:
    """The number of the draft's present question: a button is not valid at another one."""
    shown = keys.parse(conversation.first_shown)
    return str(shown.number) if shown else ""


def _answer_button(conversation: Conversation) -> tuple[Button, ...]:
    number = question_number(conversation)
    return (Button("this_is_the_answer", "hold_is_answer", value=number, style="success"),)


def _attorney_buttons(conversation: Conversation, cases: list[Case]) -> Rows:
    """For held pages: the buttons of the cases whose power of attorney is still to come."""
    if not any(is_page(part) for part in conversation.held):
        return ()
    return tuple(
        (Button("attorney_of", "hold_attorney", case.id, params={"reference": case.reference}),)
        for case in cases
        if attorney.is_awaited(case)
    )


def _add_button(case: Case) -> Button:
    """The button that adds to this case: as an answer while a question of an officer is open."""
    params = {"reference": case.reference}
    if casefile.waiting_question(case):
        return Button("answer_question", "hold_add", case.id, value="answer", params=params)
    return Button("add_to_case", "hold_add", case.id, params=params)


def _continuing(own: tuple[Case, ...]) -> Rows:
    """The button for a new complaint that names the newest closed one; no row without a closed one."""
    closed = [case for case in own if case.status is Status.CLOSED][:1]
    return tuple(
        (Button("continue_case", "hold_new", case.id, params={"reference": case.reference}),)
        for case in closed
    )
