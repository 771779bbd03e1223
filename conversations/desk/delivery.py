"""The delivery of a response or question: "Terkirim" on the card, or a task when no one can be reached."""

from __future__ import annotations

from datetime import timedelta

from conversations import casefile, keys
from conversations.complaints.case import Case, Status, changed
from conversations.effects import Lane, Outcome, RecordHistory, Send
from conversations.events import Delivery, FileStored, MessageReported
from conversations.keys import Key, Kind
from conversations.messages import Button, OutgoingMessage
from conversations.world import World


def delivery_reported(event: MessageReported, world: World) -> Outcome:
    """A response or question reached the messenger, or never will. Delivery starts the objection days."""
    case, key = world.cases.get(event.case), keys.parse(event.key)
    if case is None or key is None:
        return Outcome()
    if key.kind is not Kind.RESPONSE:
        return _task(case, world, key) if event.delivery is Delivery.UNREACHABLE else Outcome()
    if key.number != len(case.responses) or case.delivery is event.delivery:
        return Outcome()
    delivered = event.delivery is Delivery.DELIVERED
    case = changed(case, delivery=event.delivery, delivered_at=event.at if delivered else None)
    if delivered and case.status is Status.RESPONDED:
        day = event.at.astimezone(world.now.tzinfo).date()
        until = day + timedelta(days=world.rules.limits.objection_days)
        case = case.model_copy(update={"objection_until": until})
    record = RecordHistory(case.id, "clock", f"response_{event.delivery}", event.key)
    reported = Outcome.of(case, record)
    return reported if delivered else reported + _task(case, world, key)


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
    """A file's SHA-256 is recorded in the history once its owner is a case."""
    if event.owner not in world.cases:
        return Outcome()
    text = f"{event.file} sha256:{event.sha256} {event.size}"
    return Outcome.of(RecordHistory(event.owner, "clock", "file_stored", text))
