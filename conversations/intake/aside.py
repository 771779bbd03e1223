"""Files and places that were sent where words are needed: a name, an address, a number, the signature.

A photo of an identity card or a spoken name is no evidence, and officers do not see it. It is kept aside,
the question is repeated, and the summary offers to add it as evidence. "Kirim" deletes what was not added.
"""

from __future__ import annotations

from conversations.complaints import draft as drafts
from conversations.complaints import draft_path
from conversations.complaints.draft import Draft
from conversations.conversation import Conversation
from conversations.effects import Outcome, Send
from conversations.events import ButtonPressed, MessageEdited, PersonEvent
from conversations.intake.flow import at_screen, complain, go_on, in_place, limit_of
from conversations.messages import OutgoingMessage
from conversations.parts import drop_files, edit_too_long, files_of, keep, part_of, refusal, with_edit
from conversations.reading.identity import Problem
from conversations.screens import outdated, say
from conversations.world import World


def put_aside(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """Keep the message aside, say that words are needed, and repeat the question."""
    part = part_of(event)
    problem = refusal(event, (*draft.story, *draft.aside), world.rules.limits)
    if part is None or problem:
        problem = problem or Problem.UNREADABLE
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    longer = draft.model_copy(update={"aside": (*draft.aside, part), "touched_at": world.now})
    params = {"kind": part.kind, "field": "signature" if draft.screen == draft_path.SIGNING else draft.screen}
    said = Send(conversation.chat, OutgoingMessage("intake.words_needed", params))
    asked = at_screen(world, conversation, longer, before=(said,))
    return Outcome.of(keep(event, draft.id)) + asked


def late_item(event: PersonEvent, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Keep a further item of an album that is aside, without another reply; None for other messages."""
    part = part_of(event)
    if part is None or not part.album or all(part.album != known.album for known in draft.aside):
        return None
    if problem := refusal(event, (*draft.story, *draft.aside), world.rules.limits):
        return complain(conversation, problem, limit_of(problem, world.rules.limits))
    longer = draft.model_copy(update={"aside": (*draft.aside, part)})
    return Outcome.of(conversation.model_copy(update={"draft": longer}), keep(event, draft.id))


def edit(event: MessageEdited, world: World, conversation: Conversation, draft: Draft) -> Outcome | None:
    """Take over an edited caption of a message that is aside; None for other messages."""
    parts = with_edit(draft.aside, event.origin.message, event.text)
    if parts is None:
        return None
    limits = world.rules.limits
    if edit_too_long((*draft.story, *draft.aside), event.origin.message, event.text, limits):
        return complain(conversation, Problem.TOO_LONG, limits.story_characters)
    changed = draft.model_copy(update={"aside": parts})
    return say(conversation, "intake.edited", {"field": "story"}, draft=changed)


def use(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The button "Jadikan bukti": what is aside becomes part of the story."""
    if not draft.aside:
        return outdated(event, conversation)
    story, limits = (*draft.story, *draft.aside), world.rules.limits
    if len(files_of(story)) > limits.files:
        return complain(conversation, Problem.TOO_MANY_FILES, limits.files)
    if sum(len(part.text) for part in story) > limits.story_characters:
        return complain(conversation, Problem.TOO_LONG, limits.story_characters)
    joined = drafts.with_story(draft, story, world.now).model_copy(update={"aside": ()})
    return in_place(event, conversation, go_on(world, conversation, joined))


def drop(event: ButtonPressed, world: World, conversation: Conversation, draft: Draft) -> Outcome:
    """The button "Hapus berkas": delete what is aside."""
    if not draft.aside:
        return outdated(event, conversation)
    emptied = draft.model_copy(update={"aside": ()})
    return Outcome.of(*drop_files(draft.aside)) + in_place(
        event, conversation, go_on(world, conversation, emptied)
    )
