"""The messages that bring a citizen's addition, answer or objection to the staff group and the division."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conversations import casefile, keys
from conversations.complaints.case import Case, Contribution
from conversations.effects import Lane, Send
from conversations.messages import OutgoingMessage
from conversations.world import World


def inform_groups(case: Case, world: World, entry: Contribution) -> tuple[Send | None, ...]:
    """The messages for the group and for the division that has the case."""
    return inform_group(case, world, entry), _inform_division(case, world, entry)


def _inform_division(case: Case, world: World, entry: Contribution) -> Send | None:
    """The message for the division that has the case, below its card there; None without such a place."""
    place = casefile.division_place(case, world.rules)
    if place is None:
        return None
    officer = {"id": case.accepted_by.id, "name": case.accepted_by.name} if case.accepted_by else None
    key, reply_to = keys.division_added(case.id, len(case.thread)), casefile.division_key(case)
    message, files = _message(case, entry, officer), _files(case, entry)
    message = replace(message, files=files, reply_to=reply_to, topic=place.topic)
    return Send(place.chat, message, key, Lane.UNASKED)


def inform_group(case: Case, world: World, entry: Contribution) -> Send:
    """The message for the group; that of a confidential case shows no text. Its delivery is reported."""
    officer = {"id": case.officer.id, "name": case.officer.name} if case.officer else None
    group, key = casefile.group_of(case, world.rules), keys.added(case.id, len(case.thread))
    message = _message(case, entry, officer)
    message = replace(message, files=_files(case, entry), reply_to=keys.card(case.id))
    return Send(group, message, key, Lane.UNASKED, report=case.id)


def _message(case: Case, entry: Contribution, officer: dict[str, Any] | None) -> OutgoingMessage:
    params: dict[str, Any] = {
        "reference": casefile.marked(case),
        "purpose": entry.purpose.value,
        "officer": officer,
        "due": case.due_on.isoformat() if case.open else "",
        "unheard": case.unheard,
    }
    if case.complaint.confidential:
        return OutgoingMessage("desk.added_confidential", params)
    params |= {"text": entry.text, "files": casefile.counted(entry.parts)}
    return OutgoingMessage("desk.added", params)


def _files(case: Case, entry: Contribution) -> tuple[str, ...]:
    return () if case.complaint.confidential else entry.files
