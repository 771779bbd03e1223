"""Ways that lead to no complaint here: "Bukan keduanya" and "Hanya ingin bertanya"."""

from __future__ import annotations

from conversations.complaints import draft as drafts
from conversations.complaints.rules import Rules
from conversations.conversation import Conversation
from conversations.effects import Outcome
from conversations.events import ButtonPressed
from conversations.intake.start import dropped
from conversations.messages import Button, Params, Rows
from conversations.screens import say
from conversations.world import World


def just_asking(_event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Hanya ingin bertanya": name telephone and hours. A question is no complaint."""
    params = {"contacts": world.rules.contacts(), "channels": common_channels(world.rules)}
    return _leave(conversation, "intake.just_asking", params)


def none_of_these(_event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """Act on "Bukan keduanya": name the channels that take complaints about any agency."""
    params = {
        "contacts": world.rules.contacts(),
        "channels": common_channels(world.rules),
        "emergency": world.rules.emergency_number,
    }
    return _leave(conversation, "intake.other_channels", params)


def _leave(conversation: Conversation, template: str, params: Params) -> Outcome:
    """Send the message; an empty draft is dropped, so that no one is reminded of it."""
    draft = conversation.draft
    if draft is None or not drafts.is_empty(draft):
        label = "resume_draft" if draft else "file_complaint"
        return say(conversation, template, params, buttons=_onward(label, "resume" if draft else "begin"))
    gone, dropping = dropped(conversation, draft)
    return dropping + say(gone, template, params, buttons=_onward("file_complaint", "begin"))


def _onward(label: str, action: str) -> Rows:
    return (
        (Button(label, action, style="primary"),),
        (Button("check_status", "status"), Button("help", "help")),
    )


def common_channels(rules: Rules) -> list[str]:
    """The channels that all agencies name, in the order of the first one: SP4N-LAPOR!, but no address."""
    agencies = rules.open_agencies or rules.agencies
    first, *others = (agency.standard.channels for agency in agencies)
    return [line for line in first if all(line in channels for channels in others)]
