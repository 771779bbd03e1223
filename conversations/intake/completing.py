"""A citizen completes a filed complaint: only the missing items are asked, in the same way as at first.

    Bot:   Pengaduan DPMD-2026-0001 perlu dilengkapi … • Alamat lengkap … [Lengkapi sekarang]
    Siti:  [Lengkapi sekarang]
    Bot:   Langkah 1 dari 3 — Alamat lengkap … Jawaban saat ini: Dusun Krajan [Kembali] [Nanti saja]
    Siti:  Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil
    Bot:   Langkah 2 dari 3 — Ringkasan kelengkapan … [Lanjut] [Ubah] [Baca lengkap] [Kembali] [Nanti saja]
    Siti:  [Lanjut]
    Bot:   Langkah 3 dari 3 — Tanda tangan … [Saya nyatakan benar]
    Siti:  [Saya nyatakan benar]; Siti Aminah; [Kirim]
    Bot:   ✅ Kelengkapan pengaduan DPMD-2026-0001 sudah kami terima …

The answers are those of a Draft whose questions are settled except for the missing ones (Draft.completes):
each question, check, edit and typed button is that of a new complaint. A complaint that the citizen was
filling in is set aside meanwhile and continues afterwards; "Nanti saja" keeps the answers apart from the
complaints (Conversation.completing). Where the request has ended in another way, the answers are dropped.
"""

from __future__ import annotations

from typing import Any

from conversations import case_clock, casefile, keys, papers
from conversations.complaints import draft_path
from conversations.complaints.case import Case, Contribution, Purpose, changed, transition
from conversations.complaints.complaint import REUSABLE, Part, path
from conversations.complaints.completion import Request, Supplement
from conversations.complaints.draft import Completes, Draft
from conversations.complaints.life_cycle import CaseEvent, Role
from conversations.complaints.signatures import supplement_digest
from conversations.conversation import Conversation
from conversations.effects import (
    AnswerPress,
    DropFiles,
    Effect,
    ForgetKeys,
    Lane,
    Outcome,
    RecordHistory,
    Send,
    StripButtons,
)
from conversations.events import ButtonPressed, PersonEvent
from conversations.intake import filing, start, supplement
from conversations.intake.flow import at_screen
from conversations.intake.questions import place_of
from conversations.intake.several import (
    all_drafts,
    continued,
    paused,
    with_room_for_another,
    without_draft,
)
from conversations.intake.supplement import completes_of
from conversations.messages import Button, DocumentKind, OutgoingMessage, Rows
from conversations.parts import files_of, give_files
from conversations.screens import is_outdated, outdated, say, show
from conversations.world import World

# Answers that are no questions of their own, and hold for what completes the complaint too.
_KEPT = ("represents", "confidential", "place")


def offer(case: Case) -> Rows:
    """The row with "Lengkapi sekarang" while something is asked for."""
    return (_complete_now(case.id),) if case.request else ()


def _complete_now(case: str) -> tuple[Button, ...]:
    return (Button("complete_now", "complete_now", case, style="primary"),)


def begin(world: World, conversation: Conversation, case: Case) -> Outcome:
    """Ask for the first missing item, or go on where the citizen has stopped."""
    if case.request is None:
        return start.resume(world, conversation)
    draft = _begun(conversation, case) or _new(world, case, case.request)
    apart = without_draft(with_room_for_another(paused(conversation)), draft)
    going_on = draft.model_copy(update={"touched_at": world.now})
    return at_screen(world, apart.model_copy(update={"draft": going_on}), going_on)


def _begun(conversation: Conversation, case: Case) -> Draft | None:
    """What the citizen has answered to the open request so far; None where nothing was begun."""
    return next((draft for draft in all_drafts(conversation) if is_open(draft, case)), None)


def is_open(draft: Draft, case: Case) -> bool:
    """Whether the draft answers the request of this case that is open now."""
    completes, request = draft.completes, case.request
    if completes is None or request is None or completes.case != case.id:
        return False
    return completes.requested_at == request.at


def _new(world: World, case: Case, request: Request) -> Draft:
    answers = case.answers
    settled = tuple(name for name in path(answers) if name not in request.items)
    kept = {name: answers[name] for name in (*settled, *_KEPT) if name in answers}
    filed = {name: answers[name] for name in request.items if answers.get(name) is not None}
    completes = Completes(
        case=case.id,
        reference=case.reference,
        requested_at=request.at,
        items=request.items,
        settled=settled,
        filed=filed,
        until=request.until,
    )
    draft = Draft(
        id=world.providers.new_id(),
        completes=completes,
        agency=case.agency,
        screen=draft_path.SIGNING,
        answers=kept,
        notice_skipped=True,
        started_at=world.now,
        touched_at=world.now,
    )
    # Only the signature is missing: there is nothing to sum up.
    return (
        draft.model_copy(update={"screen": draft_path.next_screen(draft)})
        if draft_path.asked(draft)
        else draft
    )


def cancel(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Act on "Nanti saja" and "Batalkan": what completes a filed complaint is kept for later."""
    return (
        later(world, conversation, draft)
        if draft.completes
        else start.cancel(event, world, conversation, draft)
    )


def cancel_command(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Act on /batal, as on the button of the present question."""
    draft = conversation.draft
    if draft and draft.completes:
        return later(world, conversation, draft)
    return start.cancel_command(event, world, conversation)


def later(world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Keep the answers, and say until when; a complaint that was set aside continues."""
    completes, answered = completes_of(draft), supplement.answered(draft)
    params = {
        "reference": completes.reference,
        "items": [name for name in completes.items if name not in answered],
        "answered": len(answered),
        "until": completes.until.isoformat(),
    }
    buttons = (_complete_now(completes.case), (Button("check_status", "status"),))
    kept = show(paused(conversation), "completion.later", params, buttons=buttons)
    talk = kept.conversations[-1]
    return kept + start.resume(world, talk) if talk.draft else kept


def ended(world: World, conversation: Conversation) -> Outcome | None:
    """Drop answers to a request that is not open any more, and say so; None while all are open."""
    gone = [draft for draft in all_drafts(conversation) if _is_over(draft, world)]
    if not gone:
        return None
    outcome, before = Outcome(), conversation
    for draft in gone:
        conversation, dropping = start.dropped(conversation, draft)
        case = world.cases[completes_of(draft).case]
        params = {"reference": case.reference, "status": case.status.value}
        outcome += dropping + say(conversation, "completion.over", params)
    talk = continued(conversation)
    if talk.draft and talk.draft != before.draft:
        # Its question is not on the screen: what the citizen writes now does not answer it.
        talk = talk.model_copy(update={"listener": "none"})
    return outcome + Outcome.of(talk)


def _is_over(draft: Draft, world: World) -> bool:
    case = world.cases.get(draft.completes.case) if draft.completes else None
    return case is not None and not is_open(draft, case)


def file(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Kirim": complete the filed complaint, or file a new one."""
    draft = conversation.draft
    if draft and draft.completes:
        return send(event, world, conversation, draft)
    return filing.file_complaint(event, world, conversation)


def send(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Add the answers to the case, which is received again, and inform the officers."""
    case = world.cases.get(completes_of(draft).case)
    if case is None or is_outdated(event, conversation) or not _is_ready(draft):
        return outdated(event, conversation)
    given = _supplement(conversation, draft, case, world)
    moved = _completed(world, draft, case, given)
    talk = continued(without_draft(conversation, draft).model_copy(update={"turn": conversation.turn + 1}))
    offered = {name: str(given.answers[name]) for name in REUSABLE if given.answers.get(name)}
    talk = talk.model_copy(update={"keyboard": False, "last_answers": {**talk.last_answers, **offered}})
    params = {
        "reference": case.reference,
        "items": list(given.items),
        "due": moved.due_on.isoformat(),
    }
    effects: tuple[Effect, ...] = (
        AnswerPress(event.press),
        StripButtons(conversation.chat, event.origin.message),
        Send(conversation.chat, OutgoingMessage("completion.sent", params)),
        papers.send(conversation.chat, moved, DocumentKind.COMPLAINT),
        _informed(world, moved, given, case.request),
        RecordHistory(case.id, f"citizen:{conversation.person}", CaseEvent.COMPLETED, _reason(given)),
        *_files(draft, case),
        ForgetKeys(keys.tallies(draft.id)),
    )
    sent = Outcome.of(talk, moved, *effects)
    return sent + start.resume(world, talk) if talk.draft else sent


def _is_ready(draft: Draft) -> bool:
    signed = draft.declared and (draft.answers.get("signature") or draft.answers.get("signature_file"))
    return draft_path.next_screen(draft) == draft_path.SUMMARY and bool(
        signed or not draft_path.needs_signature(draft)
    )


def _supplement(conversation: Conversation, draft: Draft, case: Case, world: World) -> Supplement:
    """The new answers, signed where they need a signature."""
    before, asked = case.answers, draft_path.asked(draft)
    new = {
        name: draft.answers[name]
        for name in path(draft.answers)
        if name in draft.answers and (name in asked or draft.answers[name] != before.get(name))
    }
    signature = draft.answers.get("signature_file")
    signs = draft_path.needs_signature(draft)
    given = Supplement(
        items=completes_of(draft).items,
        answers=new,
        story=draft.story,
        at=world.now,
        place=place_of(draft) if signs else "",
        signature=str(draft.answers.get("signature", "")),
        signature_file=Part.model_validate(signature) if signature else None,
    )
    if not signs:
        return given
    return given.model_copy(update={"digest": supplement_digest(given, conversation.person)})


def _completed(world: World, draft: Draft, case: Case, given: Supplement) -> Case:
    moved = transition(case, CaseEvent.COMPLETED, Role.CITIZEN, world.now)
    entry = Contribution(
        purpose=Purpose.SUPPLEMENT, by="", at=world.now, parts=(), target=",".join(given.items)
    )
    fields: dict[str, Any] = {
        **case_clock.resumed(case, world.today, world),
        "thread": (*case.thread, entry),
        "supplements": (*case.supplements, given),
        "sources": {**case.sources, **draft.sources},
        "superseded": (*case.superseded, *draft.superseded),
    }
    return changed(moved, **fields)


def _reason(given: Supplement) -> str:
    return "\n".join(text for text in (", ".join(given.items), given.digest) if text)


def _informed(world: World, case: Case, given: Supplement, request: Request | None) -> Send:
    """The message for the group, below the card; of a confidential case without any answer."""
    secret = case.complaint.confidential
    evidence = () if secret else tuple(part for part in given.story if part.kind != "text")
    params = {
        "reference": casefile.marked(case),
        "officer": {"id": request.officer, "name": request.name} if request else None,
        "completed": [] if secret else casefile.completed(case, world.rules, (given,)),
        "files": casefile.counted(evidence),
        "due": case.due_on.isoformat(),
        "confidential": secret,
    }
    group, key = casefile.group_of(case, world.rules), keys.added(case.id, len(case.thread))
    message = OutgoingMessage(
        "desk.supplemented", params, files=files_of(evidence), reply_to=keys.card(case.id)
    )
    return Send(group, message, key, Lane.UNASKED, report=case.id)


def _files(draft: Draft, case: Case) -> tuple[Effect, ...]:
    """Give the case the files of the answers, and delete those that are no evidence."""
    given = give_files(supplement.files_of(draft), case.id)
    return (*((given,) if given else ()), DropFiles(draft.id))
