"""A filed complaint in a transcript's world, and the people around it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.wording.rendering import Renderer
from conversations import engine
from conversations.complaints.case import Case, Happened
from conversations.complaints.complaint import Complaint, LossKind, Part
from conversations.complaints.life_cycle import Status
from conversations.complaints.signatures import complaint_digest
from conversations.conversation import ConversationKey, OfficerProfile
from conversations.effects import AnswerPress, Edit, Effect, RecordHistory, Send
from conversations.events import ButtonPressed, Delivery, Event, MessageReported
from conversations.messages import Button, OutgoingMessage
from conversations.world import World
from tests.unit.transcript import LEADER, RESTRICTED, STAFF, START, Actor, Chat

CITIZEN = 501
GROUP = STAFF["dpmd"]
STORY = "Bantuan saya bulan Februari belum cair. " * 20
RENDERER = Renderer()
LANGUAGES = ("id", "en")


def complaint(**changes: Any) -> Complaint:
    """A plain complaint with a photo and a place."""
    said = (
        Part(message=11, at=START, text=STORY.strip()),
        Part(message=12, at=START, kind="photo", file=f"{CITIZEN}-12"),
        Part(message=13, at=START, kind="location", text="Balai Desa (-7.600000, 112.800000)"),
    )
    return Complaint(
        **{
            "agency": "dpmd",
            "service": "blt",
            "story": said,
            "loss_kind": LossKind.MATERIAL,
            "loss": "Rp 300.000",
            "resolution": "Penjelasan tertulis",
            "name": "Siti Aminah",
            "address": "Dusun Krajan RT 02 RW 01, Desa Raci, Kecamatan Bangil",
            "phone": "081234567890",
            "place": "Bangil",
            "signature": "Siti Aminah",
            "signed_at": START,
            "notice_version": "2026-01",
            "notice_accepted_at": START,
            **changes,
        }
    )


@dataclass
class LeanChat(Chat):
    """A transcript in which an event sees only what it said it needs, as in the real turns."""

    event: Event | None = None
    asked: frozenset[int] = frozenset()

    def know(self, event: Event, world: World) -> None:
        """Only of the persons about whom the event asks."""
        super().know(event, world)
        world.members = {key: known for key, known in world.members.items() if key[1] in self.asked}

    def world(self) -> World:
        """All that is stored, until an event is being fed."""
        whole = super().world()
        return self.lean(whole) if self.event else whole

    def feed(self, event: Event) -> list[Effect]:
        """One event, in its own small world."""
        self.event = event
        try:
            return super().feed(event)
        finally:
            self.event = None

    def lean(self, whole: World) -> World:
        """The world with no more than the event's needs."""
        assert self.event
        first = engine.needs(self.event, World(whole.now, whole.rules, whole.providers))
        talk = whole.conversations.get(first.conversation) if first.conversation else None
        key = whole.keys.get(first.reply, "") if first.reply else ""
        more = engine.further_needs(self.event, talk, key)
        self.asked = first.members | more.members
        acted = {key for key in whole.conversations if key.chat in first.officers}
        acted |= {ConversationKey(key.person, key.person) for key in acted}
        self.asked |= {key.person for key in acted}
        world = World(whole.now, whole.rules, whole.providers, serials=whole.serials)
        if more.shown in whole.showings:
            world.showings = {more.shown: whole.showings[more.shown]}
        world.conversations = {
            key: known
            for key, known in whole.conversations.items()
            if key in first.others
            or (talk and key == talk.key)
            or key in self._writers(first, whole)
            or (first.staff and key.chat in {first.staff, key.person})
            or (first.history and key.chat in {first.history.chat, key.person})
            or key in acted
            or key in self._filers(first.filers | more.filers, whole)
        }
        world.keys = {first.reply: key} if first.reply and key else {}
        references = first.references | more.references
        wanted = (
            first.cases
            | more.cases
            | more.optional_cases
            | {whole.references.get(number, "") for number in references}
        )
        for person in {first.own, more.own} - {0}:
            world.own[person] = whole.own.get(person, ())
            wanted |= set(world.own[person])
        wanted |= {
            name for name, case in whole.cases.items() if case.officer and case.officer.id in first.handled
        }
        wanted |= {
            talk.writing.case
            for key in first.others
            if (talk := whole.conversations.get(key)) and talk.writing
        }
        wanted |= {name for name, case in whole.cases.items() if case.open and case.chat == first.group}
        if first.history:
            wanted |= {first.history.case, whole.references.get(first.history.reference, "")}
        originals = (whole.cases[name].duplicate_of for name in wanted & whole.cases.keys())
        wanted |= {original.id for original in originals if original}
        wanted |= {
            name for name, case in whole.cases.items() if case.division and case.agency == first.divided
        }
        for name in wanted & whole.cases.keys():
            world.cases[name] = whole.cases[name]
            world.references[whole.cases[name].reference] = name
        if first.listing or first.search or first.received or first.with_others:
            world.cases = dict(whole.cases)
        return world

    def _filers(self, names: frozenset[str], whole: World) -> set[ConversationKey]:
        """The private conversations of those who filed these cases; their memberships are known as well."""
        persons = {whole.cases[name].filed_by for name in names & whole.cases.keys()}
        self.asked |= persons
        return {ConversationKey(person, person) for person in persons}

    @staticmethod
    def _writers(needed: engine.Needs, whole: World) -> set[ConversationKey]:
        """The officers' conversations that the event asks for by its case."""
        chat, name = needed.writers or (0, "")
        case = whole.cases.get(name)
        return {ConversationKey(chat, person) for person in (case.prompted if case else ())}


@dataclass
class Desk:
    """A world with filed complaints, one citizen, two officers and the leader."""

    chat: Chat = field(default_factory=LeanChat)
    serials: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Create the people with names that the tests look for."""
        self.citizen = self.chat.person(CITIZEN)
        self.budi = self.officer(601, "Budi Santoso")
        self.rina = self.officer(602, "Rina Wati")
        self.leader = self.officer(LEADER, "Ibu Kepala")

    def officer(self, identity: int, name: str, chat: int = GROUP, *, introduced: bool = True) -> Actor:
        """A person who acts in the group; an introduced one is not asked for a name."""
        if introduced:
            self.introduced(identity, OfficerProfile(name=name))
        return self.chat.person(identity, name, chat)

    def introduced(self, person: int, profile: OfficerProfile) -> None:
        """Store how this person has introduced themselves."""
        known = self.chat.conversation(person).model_copy(update={"profile": profile})
        self.chat.conversations[str(known.key)] = known.model_dump_json()

    def private(self, actor: Actor) -> Actor:
        """The same person in their private chat."""
        return Actor(self.chat, actor.identity, actor.identity.id)

    def file(self, *, confidential: bool = False, **changes: Any) -> Case:
        """A complaint filed now; its card is in the group."""
        serial = next(iter(self.serials))
        reference = f"DPMD-2026-{serial:04d}"
        case = Case(
            **{
                "id": f"case{serial:08d}",
                "agency": "dpmd",
                "reference": reference,
                "access_hash": f"hash:ABCD2345:{reference}",
                "status": Status.RECEIVED,
                "complaint": complaint(confidential=confidential),
                "filed_by": CITIZEN,
                "chat": GROUP,
                "received_at": self.chat.now,
                "due_on": date(2026, 3, 27),  # Friday
                "timeline": (Happened(status=Status.RECEIVED, at=self.chat.now),),
                **changes,
            }
        )
        case = _signed(case)
        self.chat.cases[case.id] = case.model_dump_json()
        group = RESTRICTED if case.restricted else GROUP
        self.chat.keys[group, next(self.chat.messages)] = f"card:{case.id}"
        return case

    def now(self, case: Case) -> Case:
        """The case as it is stored now."""
        return Case.model_validate_json(self.chat.cases[case.id])

    def press(self, actor: Actor, case: Case, action: str, value: str = "", version: int = 1) -> list[str]:
        """A button of the case's card, or another that is made for the case."""
        return actor.presses_button(Button("next", action, case.id, version, value))

    def press_shown(self, actor: Actor, label: str, shown_to: Actor) -> list[str]:
        """A button that another person was shown in the same group."""
        return actor.presses_button(shown_to.button(label))

    def reply_to(self, key: str) -> int:
        """Our message of that key."""
        return self.chat.message_of(key)

    def card(self, case: Case) -> int:
        """The case's card in the group."""
        return self.reply_to(f"card:{case.id}")

    def prompt(self, case: Case) -> int:
        """The message that asks Budi to write about the case."""
        return self.reply_to(f"prompt:{case.id}:{self.budi.identity.id}")

    def question(self, case: Case, number: int = 1) -> int:
        """The officer's question in the citizen's chat; `number` counts within the thread."""
        return self.reply_to(f"question:{case.id}:{number}")

    def response(self, case: Case, number: int = 1) -> int:
        """The response in the citizen's chat."""
        return self.reply_to(f"response:{case.id}:{number}")

    def answered(self, actor: Actor, case: Case, text: str = "Sudah kami salurkan.") -> None:
        """The officer answers by /jawab and sends."""
        actor.commands("jawab", f"{case.reference} {text}")
        actor.presses("send")

    def asked(self, actor: Actor, case: Case, text: str = "Di mana?") -> None:
        """The officer replies to the card with a question to the citizen, and sends it."""
        actor.says(text, reply_to=self.card(case))
        actor.presses("question")
        actor.presses("send")

    def delivered(self, case: Case, number: int = 1, how: Delivery = Delivery.DELIVERED) -> list[Effect]:
        """It is reported how the response's delivery went."""
        key = f"response:{case.id}:{number}"
        return self.chat.feed(MessageReported(self.chat.now, case.id, key, how))

    def messages(self, chat: int) -> list[OutgoingMessage]:
        """All that was ever sent or edited in that chat."""
        shown = (e for e in self.chat.effects if isinstance(e, Send | Edit))
        return [effect.message for effect in shown if effect.chat == chat]

    def history(self) -> list[tuple[str, str]]:
        """Actor and act of each history entry."""
        return [(e.who, e.what) for e in self.chat.effects if isinstance(e, RecordHistory)]

    def later(self, **time: float) -> None:
        """Move the time forward."""
        self.chat.now += timedelta(**time)


def _signed(case: Case) -> Case:
    """The case with the digest that its signature covers."""
    account = case.recorded_by.id if case.recorded_by else case.filed_by
    digest = complaint_digest(case.complaint, account)
    complaint = case.complaint.model_copy(update={"signature_digest": digest})
    return case.model_copy(update={"complaint": complaint})


def prompted(world: Desk, text: str = "Sudah kami salurkan.") -> Case:
    """Budi presses Jawab and replies to his prompt: the preview is shown."""
    case = world.file()
    world.press(world.budi, case, "answer")
    world.budi.says(text, reply_to=world.prompt(case))
    return case


def by_link(world: Desk, case: Case, label: str = "final_response") -> Actor:
    """The leader comes to the private chat by the card's Jawab, and chooses what to write."""
    world.press(world.leader, case, "answer")
    private = world.private(world.leader)
    assert private.commands("start", world.chat.alert.link) == ["desk.write_which"]
    assert private.presses(label) == ["desk.prompt"]
    return private


def wording(message: OutgoingMessage, language: str = "id") -> str:
    """What a person reads."""
    return RENDERER.text(message, language)


def render_all(effects: Iterable[Effect]) -> None:
    """Every message, button and alert has its words in both languages."""
    for effect in effects:
        for language in LANGUAGES:
            if isinstance(effect, Send | Edit):
                assert RENDERER.text(effect.message, language)
                for row in effect.message.buttons:
                    for button in row:
                        assert RENDERER.label(button.label, button.params, language)
                        _fits(button)
            elif isinstance(effect, AnswerPress) and effect.template:
                assert RENDERER.plain(effect.template, effect.params, language)


def _fits(button: Button) -> None:
    data = f"{button.action}:{button.subject}:{button.version}:{button.value}"
    assert len(data.encode()) <= 64, data


def pressed(actor: Actor, button: Button) -> ButtonPressed:
    """The event of pressing this button."""
    origin = actor.origin()
    return ButtonPressed(
        origin, f"p{origin.message}", button.action, button.subject, button.version, button.value
    )
