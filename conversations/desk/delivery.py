"""The delivery of a response or question: "Terkirim" on the card, or a task for the officer.

What a citizen has added and the group refused is counted on the card until it is shown.
"""

from __future__ import annotations

from datetime import date, timedelta

from conversations import casefile, keys
from conversations.complaints.case import Case, changed
from conversations.complaints.life_cycle import Status
from conversations.desk import recalling
from conversations.desk.posting import receipt
from conversations.effects import Edit, Lane, Outcome, RecordHistory, Send
from conversations.events import Delivery, FileStored, MessageReported
from conversations.keys import Key, Kind
from conversations.messages import Button, OutgoingMessage
from conversations.world import World


def delivery_reported(event: MessageReported, world: World) -> Outcome:
    """Note on the case whether a response was delivered; the objection days start with the delivery.

    When a response or question cannot be delivered, the group gets the task to inform the citizen. One that
    waits for the citizen's next message is shown as such.
    """
    case, key = world.cases.get(event.case), keys.parse(event.key)
    if case is None or key is None:
        return Outcome()
    if key.kind is Kind.ADDED:
        return _shown_in_group(event, case, key)
    if keys.is_deletion(key):
        return recalling.reported(event, world, case, key)
    if _is_late(event, case, key):
        return Outcome()
    place = key.number if key.kind is Kind.DECISION else recalling.place_of(case, key)
    if place and case.thread[place - 1].recall:
        return Outcome()
    case, noted = _noted(event, case)
    reported = _response_reported if key.kind is Kind.RESPONSE else _other_reported
    shown = place and event.delivery is not Delivery.UNREACHABLE
    return (
        noted
        + Outcome.of(_posted(event, world, case, place) if shown else None)
        + reported(event, world, case, key)
    )


def _other_reported(event: MessageReported, world: World, case: Case, key: Key) -> Outcome:
    """What the delivery of a question, a request or a decision leads to."""
    match event.delivery:
        case Delivery.DELIVERED:
            return _question_answered(event, world, case)
        case Delivery.UNREACHABLE:
            return _task(case, world, key)
        case Delivery.WAITING:
            return Outcome()


def _is_late(event: MessageReported, case: Case, key: Key) -> bool:
    """Whether a response that has arrived is reported as waiting."""
    newest = key.kind is Kind.RESPONSE and key.number == len(case.responses)
    arrived = newest and case.delivery is Delivery.DELIVERED
    return arrived and event.delivery is Delivery.WAITING


def _noted(event: MessageReported, case: Case) -> tuple[Case, Outcome]:
    """The case that knows whether this message waits for the citizen, and its outcome if that is news."""
    others = tuple(key for key in case.waiting if key != event.key)
    waiting = (*others, event.key) if event.delivery is Delivery.WAITING else others
    if waiting == case.waiting:
        return case, Outcome()
    noted = case.model_copy(update={"waiting": waiting})
    return noted, Outcome.of(noted)


def _question_answered(event: MessageReported, world: World, case: Case) -> Outcome:
    """Count the objection days of an answer to a question from its delivery."""
    if not case.answered_as_question or case.objection_until:
        return Outcome()
    return Outcome.of(case.model_copy(update={"objection_until": _objection_day(event, world)}))


def _objection_day(event: MessageReported, world: World) -> date:
    day = event.at.astimezone(world.now.tzinfo).date()
    return day + timedelta(days=world.rules.limits.objection_days)


def _posted(event: MessageReported, world: World, case: Case, place: int) -> Edit | None:
    """The officer's receipt after "Kirim", with the time of the delivery; None of an earlier version."""
    entry = case.thread[place - 1]
    if not entry.chat:
        return None
    waits = event.delivery is Delivery.WAITING
    delivered_at = "" if waits else event.at.isoformat()
    message = receipt(world, case, entry, delivered_at=delivered_at, waits=waits)
    return Edit(entry.chat, keys.posted(case.id, place), message, lane=Lane.UNASKED)


def _response_reported(event: MessageReported, world: World, case: Case, key: Key) -> Outcome:
    if key.number != len(case.responses) or case.delivery is event.delivery:
        return Outcome()
    waits = event.delivery is Delivery.WAITING
    delivered = event.delivery is Delivery.DELIVERED
    case = changed(case, delivery=event.delivery, delivered_at=event.at if delivered else None)
    if delivered and case.status is Status.RESPONDED:
        case = case.model_copy(update={"objection_until": _objection_day(event, world)})
    record = RecordHistory(case.id, "clock", f"response_{event.delivery}", event.key)
    reported = Outcome.of(case, record)
    return reported if delivered or waits else reported + _task(case, world, key)


def _shown_in_group(event: MessageReported, case: Case, key: Key) -> Outcome:
    """Note whether the group shows a citizen's contribution; without news the case stays as it is."""
    delivered = event.delivery is Delivery.DELIVERED
    if delivered is (key.number not in case.unshown):
        return Outcome()
    others = {*case.unshown} - {key.number}
    unshown = others if delivered else {*others, key.number}
    case = changed(case, unshown=tuple(sorted(unshown)))
    return Outcome.of(case, RecordHistory(case.id, "clock", f"added_{event.delivery}", event.key))


def _task(case: Case, world: World, key: Key) -> Outcome:
    officer = {"id": case.officer.id, "name": case.officer.name} if case.officer else None
    message = OutgoingMessage(
        "desk.unreachable",
        {"reference": casefile.marked(case), "officer": officer, "purpose": key.kind.value},
        ((Button("identity", "identity", case.id, case.version),),),
        reply_to=keys.card(case.id),
    )
    group = casefile.group_of(case, world.rules)
    return Outcome.of(Send(group, message, keys.unreachable(case.id, key.number), Lane.UNASKED))


def file_stored(event: FileStored, world: World) -> Outcome:
    """Record the SHA-256 of a file in the history of the case that owns it."""
    if event.owner not in world.cases:
        return Outcome()
    text = f"{event.file} sha256:{event.sha256} {event.size}"
    return Outcome.of(RecordHistory(event.owner, "clock", "file_stored", text))
