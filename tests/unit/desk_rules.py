"""What holds after each event at a desk: one function for each promise."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conversations import casefile
from conversations.complaints.case import INTERNAL, OFFICERS, Case, Purpose
from conversations.complaints.life_cycle import TRANSITIONS, CaseEvent, Role
from conversations.desk import actions
from conversations.desk.posts import POSTS
from conversations.effects import AnswerPress, Edit, Effect, RecordHistory, Send, StripButtons
from conversations.events import (
    ButtonPressed,
    CommandReceived,
    Event,
    FileReceived,
    MessageEdited,
    PersonEvent,
    TextReceived,
)
from tests.unit.any_sequence import JOKO, PERSONAL, SECRET, Run
from tests.unit.filed import CITIZEN, RENDERER
from tests.unit.transcript import RESTRICTED, Actor

# The texts of the steps (Run.text).
WORD = re.compile(r"Kata\d+x\.")
PREVIEWS = {post.preview for post in POSTS.values()}
# The purposes under whose name the history records these events.
NAMED_OTHERWISE: dict[CaseEvent, str] = {
    CaseEvent.RESPONDED: "response",
    CaseEvent.CORRECTED: "correction",
}
# The buttons of the card that cause an event, or lead to one that does.
LEADS_ON = {entry.label for entry in actions.CARD if entry.event} | {"take", "take_over", "review"}

Said = frozenset[str]
Message = Send | Edit


@dataclass
class Watch:
    """Feeds the events of a run, and checks each; `trace` is what happened, for the report of a failure."""

    run: Run
    # The texts of officers that a preview has shown, each as the words and items in it.
    previewed: set[Said] = field(default_factory=set)
    # The words that were written by others than the citizen.
    officers: set[str] = field(default_factory=set)
    trace: list[str] = field(default_factory=list)

    def feed(self, event: Event) -> None:
        """One event, and the checks."""
        chat = self.run.world.chat
        before, earlier = {case.id: case for case in self.run.cases}, set(self.previewed)
        self._note(event)
        fresh = chat.feed(event)
        self.trace.append(f"    {[_brief(effect) for effect in fresh]}")
        texts = [(one, RENDERER.text(one.message, "id")) for one in fresh if isinstance(one, Message)]
        self._note_answers(event, fresh)
        for case in self.run.cases:
            self._steps_of_the_table(event, before.get(case.id), case)
            self._next_step_is_shown(case)
        self._is_answered(event, fresh)
        for effect, text in texts:
            if effect.chat < 0:
                self._group_may_read(effect, text)
            elif effect.chat == CITIZEN:
                self._citizen_may_read(effect, text, earlier)

    def _note(self, event: Event) -> None:
        self.trace.append(f"{event}"[:600])
        if isinstance(event, PersonEvent):
            self.run.last = Actor(self.run.world.chat, event.origin.person, event.origin.chat)
            if event.origin.person.id != CITIZEN:
                self.officers |= set(WORD.findall(_written(event)))

    def _note_answers(self, event: Event, fresh: list[Effect]) -> None:
        for effect in fresh:
            if isinstance(effect, Message) and effect.message.template in PREVIEWS:
                self.previewed.add(_said(effect))
            if isinstance(effect, AnswerPress) and isinstance(event, ButtonPressed):
                if effect.template:
                    RENDERER.plain(effect.template, effect.params, "id")
                if link := effect.link or effect.overflow:
                    self.run.links[event.origin.person.id] = link

    def _steps_of_the_table(self, event: Event, before: Case | None, after: Case) -> None:
        """Each change of the status is a row of TRANSITIONS, by a role that it names, and in the history."""
        assert not after.timeline or after.timeline[-1].status is after.status
        if before is None or after.timeline == before.timeline:
            return
        known = len(before.timeline)
        assert after.timeline[:known] == before.timeline
        assert after.version > before.version
        status, roles = before.status, {self._role(event, after)}
        if not after.filed_by and Role.CLOCK not in roles:
            # An officer writes down what a citizen without an account has decided.
            roles.add(Role.CITIZEN)
        fresh = self.run.world.chat.fresh
        recorded = {one.what for one in fresh if isinstance(one, RecordHistory) and one.case == after.id}
        for line in after.timeline[known:]:
            rows = (entry for entry in TRANSITIONS.items() if entry[0][0] is status)
            possible = {what for (_, what), row in rows if row.to is line.status and row.who & roles}
            assert possible, f"{status} -> {line.status} by {roles}"
            named = possible | {NAMED_OTHERWISE.get(what, "") for what in possible}
            assert named & recorded, (possible, recorded)
            status = line.status

    def _role(self, event: Event, case: Case) -> Role:
        """The role in which this person can act; AssertionError for who is not in the case's group."""
        rules = self.run.world.chat.rules
        if not isinstance(event, PersonEvent):
            return Role.CLOCK
        person = event.origin.person.id
        if person == case.filed_by:
            return Role.CITIZEN
        if person == JOKO:
            return Role.DIVISION
        member = self.run.world.chat.members.get((casefile.group_of(case, rules), person))
        assert member is None or member.present, "who is not in the group has changed the case"
        return Role.LEADER if person in casefile.agency_of(case, rules).leaders else Role.OFFICER

    def _next_step_is_shown(self, case: Case) -> None:
        """An open case can be moved by a button of its card."""
        if case.open:
            shown = {button.label for row in actions.buttons(case) for button in row}
            assert shown & LEADS_ON, (case.status, shown)

    def _is_answered(self, event: Event, fresh: list[Effect]) -> None:
        """A press is answered once, and visibly; a message in a private chat has a reply."""
        if not isinstance(event, PersonEvent):
            return
        chat = event.origin.chat
        shown = any(isinstance(one, Message | StripButtons) and one.chat == chat for one in fresh)
        if isinstance(event, ButtonPressed):
            (answer,) = (effect for effect in fresh if isinstance(effect, AnswerPress))
            assert answer.template or answer.link or shown, "the press has no visible answer"
        elif event.origin.private and not isinstance(event, MessageEdited):
            assert any(isinstance(one, Message) and one.chat == chat for one in fresh), "no reply"

    def _group_may_read(self, effect: Message, text: str) -> None:
        """Nothing about the person; of a confidential case outside the restricted chat, nothing written."""
        cases = self.run.cases
        assert not [word for word in PERSONAL if word in text], (effect.message.template, text)
        files = {name for case in cases for name in casefile.personal_files(case)}
        assert not files & {*effect.message.files}, effect.message.template
        if effect.chat == RESTRICTED:
            return
        hidden = [case for case in cases if case.complaint.confidential]
        written = _words(hidden, frozenset(Purpose))
        assert SECRET not in text, effect.message.template
        assert not [word for word in written if word in text], (effect.message.template, text)

    def _citizen_may_read(self, effect: Message, text: str, earlier: set[Said]) -> None:
        """What officers wrote only after a preview with just these words, and none of their notes."""
        by_officers = set(WORD.findall(text)) & self.officers
        assert not by_officers & _words(self.run.cases, INTERNAL), (effect.message.template, text)
        assert by_officers <= _words(self.run.cases, OFFICERS - INTERNAL), (effect.message.template, text)
        sent = isinstance(effect, Send) and bool(effect.report)
        if sent and (by_officers or effect.message.params.get("items")):
            assert _said(effect) in earlier, (effect.message.template, _said(effect), earlier)


def watched(run: Run) -> Watch:
    """The run with the checks."""
    watch = Watch(run)
    run.feed = watch.feed
    return watch


def _brief(effect: Effect) -> object:
    if isinstance(effect, Message):
        return effect.chat, effect.message.template
    return (effect.template, effect.link) if isinstance(effect, AnswerPress) else type(effect).__name__


def _written(event: PersonEvent) -> str:
    match event:
        case TextReceived(text=text) | MessageEdited(text=text) | CommandReceived(argument=text):
            return text
        case FileReceived(caption=text):
            return text
        case _:
            return ""


def _said(effect: Message) -> Said:
    """The words and the items of a preview, or of a message to the citizen."""
    params = effect.message.params
    return frozenset([*WORD.findall(str(params.get("text", ""))), *map(str, params.get("items", ()))])


def _words(cases: list[Case], purposes: frozenset[object]) -> set[str]:
    """The words of the contributions to these cases for these purposes."""
    entries = (entry for case in cases for entry in case.thread if entry.purpose in purposes)
    return {word for entry in entries for word in WORD.findall(entry.text)}
