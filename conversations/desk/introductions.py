"""Officers introduce themselves once, in their private chat: name, position and, if they want, NIP.

    Rina:  (takes her first case) [Ambil]
    Bot to the group:
           Rina 🌸, mohon perkenalkan diri … [Perkenalkan Diri]
    Rina:  [Perkenalkan Diri]  (opens her private chat)
    Bot to Rina:
           Perkenalan petugas, 1 dari 3 … Siapa nama lengkap Bapak/Ibu? [Pakai Rina 🌸] [Batal]
    Rina:  Rina Wati, S.Sos.
    Bot to Rina:
           … 2 dari 3 … Apa jabatan Bapak/Ibu? [Kembali] [Batal]
    Rina:  Analis Pelayanan
    Bot to Rina:
           … 3 dari 3 … Berapa NIP Bapak/Ibu? [Lewati] [Kembali] [Batal]
    Rina:  [Lewati]
    Bot to Rina:
           Periksa dahulu … [Simpan] [Ubah nama] [Ubah jabatan] [Ubah NIP] [Batal]
    Rina:  [Simpan]
    Bot to Rina:
           Tersimpan. … silakan tekan tombol tadi sekali lagi …

1. An officer whom the messenger names is offered this once in a group, after the first act that the history
   records (invitations.py); until then the messenger's name is used, and nothing waits.
2. An officer whose messenger name is empty, invisible or only signs has no name that a citizen could be
   told: each act that is recorded asks for the introduction first (`named_first`).
3. The introduction is written in private: its link is an ordinary one, because it opens nothing about a case.
   Only a person who is in an agency's group can save one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from conversations import listening
from conversations.conversation import Conversation, Introduction, OfficerProfile
from conversations.desk import refusals
from conversations.desk.refusals import Refusal
from conversations.effects import Outcome, StripButtons
from conversations.events import ButtonPressed, CommandReceived, MessageEdited, PersonEvent, TextReceived
from conversations.messages import Button, Rows
from conversations.reading.officers import LONGEST_LINE, read_nip, read_officer_name, read_position
from conversations.reading.text import Problem
from conversations.screens import is_outdated, is_typed, offer, outdated, say, show
from conversations.world import World

Item = Literal["name", "position", "nip"]

COMMAND = "petugas"
# The start parameter; the hyphen keeps it apart from the ids of agencies.
LINK = "petugas-profil"
# All buttons in the private chat.
ACTION = "introducing"
# What is asked, in this order, and how it is read.
ITEMS: Mapping[Item, Callable[[str], str | Problem]] = {
    "name": read_officer_name,
    "position": read_position,
    "nip": read_nip,
}
_ITEMS: tuple[Item, ...] = tuple(ITEMS)
_CHANGE: Mapping[Item, str] = {"name": "change_name", "position": "change_position", "nip": "change_nip"}
NOT_AN_OFFICER = Refusal("desk.officers_only", {})


def is_link(event: PersonEvent) -> bool:
    """Whether the command opens this page: /petugas, or the link of the button."""
    if not isinstance(event, CommandReceived):
        return False
    return event.command == COMMAND or (event.command == "start" and event.argument.strip() == LINK)


def concerns(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether an event in a private chat belongs to the introduction."""
    if isinstance(event, ButtonPressed):
        return event.action == ACTION
    return is_link(event) or takes(event, conversation)


def takes(event: PersonEvent, conversation: Conversation) -> bool:
    """Whether the introduction takes this message or edit."""
    if isinstance(event, CommandReceived | ButtonPressed):
        return False
    if isinstance(event, MessageEdited):
        return listening.introduced_by(conversation, event.origin.message)
    return listening.present(conversation) == "introducing"


def group_of(person: int, world: World) -> int:
    """An agency's group in which this person is, as far as is known; 0 for none."""
    groups = (chat for agency in world.rules.agencies for chat in sorted(agency.groups, reverse=True))
    return next((chat for chat in groups if _is_in(chat, person, world)), 0)


def _is_in(chat: int, person: int, world: World) -> bool:
    known = world.members.get((chat, person))
    return known is not None and known.present


def open_page(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Show the profile with "Ubah" for each item; without one, go on with the introduction."""
    if not group_of(conversation.person, world):
        return refusals.refuse(event, conversation, NOT_AN_OFFICER)
    if conversation.introducing or conversation.profile is None:
        return ask(event, conversation, conversation.introducing or Introduction())
    params = conversation.profile.model_dump()
    version = conversation.turn
    rows = tuple((Button(label, ACTION, version=version, value=item),) for item, label in _CHANGE.items())
    return say(conversation, "desk.profile", params, buttons=rows)


def ask(event: PersonEvent, conversation: Conversation, introduction: Introduction) -> Outcome:
    """Show the present question, or the preview, and listen to the answer."""
    asked = introduction.asked
    params: dict[str, Any]
    if not asked:
        params = {name: getattr(introduction, name) or "" for name in ITEMS}
        rows = _preview_buttons(conversation)
        template = "desk.introduce_preview"
    else:
        template = "desk.introduce"
        params = {
            "item": asked,
            "step": _ITEMS.index(asked) + 1,
            "steps": len(ITEMS),
            "current": getattr(introduction, asked) or "",
            "nameless": event.origin.person.nameless,
        }
        rows = _question_buttons(event, conversation, introduction)
    return show(
        conversation, template, params, buttons=rows, introducing=introduction, listener="introducing"
    )


def _preview_buttons(conversation: Conversation) -> Rows:
    changes = tuple((offer(conversation, label, ACTION, item),) for item, label in _CHANGE.items())
    save = offer(conversation, "save", ACTION, "save", style="success")
    return ((save,), *changes, (offer(conversation, "discard", ACTION, "leave"),))


def _question_buttons(event: PersonEvent, conversation: Conversation, introduction: Introduction) -> Rows:
    rows: list[tuple[Button, ...]] = []
    asked, name = introduction.asked, conversation.name
    usable = not event.origin.person.nameless and isinstance(read_officer_name(name), str)
    if asked == "name" and not introduction.name and usable:
        rows.append((offer(conversation, "use_name", ACTION, "use", params={"text": name}),))
    if asked == "nip":
        rows.append((offer(conversation, "skip", ACTION, "skip"),))
    back = (offer(conversation, "back", ACTION, "back"),) if _can_go_back(introduction) else ()
    return (*rows, (*back, offer(conversation, "discard", ACTION, "leave")))


def _can_go_back(introduction: Introduction) -> bool:
    return introduction.asked != _ITEMS[0] or _is_complete(introduction)


def _is_complete(introduction: Introduction) -> bool:
    return all(getattr(introduction, item) is not None for item in ITEMS)


def receive(event: PersonEvent, world: World, conversation: Conversation) -> Outcome:
    """Take a message or an edit as an answer, or as a press of the button that it names."""
    introduction = conversation.introducing
    if introduction is None or not group_of(conversation.person, world):
        closed = conversation.model_copy(update={"introducing": None})
        return refusals.refuse(event, closed, NOT_AN_OFFICER) + listening.over(world, closed, "introducing")
    if isinstance(event, MessageEdited):
        return _edited(event, conversation, introduction)
    if not isinstance(event, TextReceived):
        return say(conversation, "desk.introduce_words", {"item": introduction.asked})
    if pressed := _typed(event, world, conversation):
        return pressed
    if not introduction.asked:
        return ask(event, conversation, introduction)
    return _answered(event, conversation, introduction, introduction.asked, event.text)


def _answered(
    event: PersonEvent, conversation: Conversation, introduction: Introduction, item: Item, text: str
) -> Outcome:
    value = ITEMS[item](text)
    if isinstance(value, Problem):
        return say(conversation, "desk.problem", {"problem": value.value, "limit": LONGEST_LINE})
    sources = {number: known for number, known in introduction.sources.items() if known != item}
    given: dict[str, Any] = {item: value, "sources": {**sources, event.origin.message: item}}
    return ask(event, conversation, _next(introduction.model_copy(update=given)))


def _next(introduction: Introduction) -> Introduction:
    """The introduction at its first question without an answer, else at the preview."""
    missing = next((item for item in ITEMS if getattr(introduction, item) is None), "")
    return introduction.model_copy(update={"asked": missing})


def _edited(event: MessageEdited, conversation: Conversation, introduction: Introduction) -> Outcome:
    """Correct the answer that this message gave; the present question stays."""
    item = introduction.sources[event.origin.message]
    value = ITEMS[item](event.text)
    if isinstance(value, Problem):
        return say(conversation, "desk.problem", {"problem": value.value, "limit": LONGEST_LINE})
    return ask(event, conversation, introduction.model_copy(update={item: value}))


def _typed(event: TextReceived, world: World, conversation: Conversation) -> Outcome | None:
    """Press the button of the present screen that a text names; None when it names none."""
    for button in conversation.shown:
        if button.action == ACTION and is_typed(event, world, button.label):
            press = ButtonPressed(event.origin, "", ACTION, "", conversation.turn, button.value)
            return pressed(press, world, conversation)
    return None


def pressed(event: ButtonPressed, world: World, conversation: Conversation) -> Outcome:
    """A button of the introduction or of the profile."""
    if not conversation.private or is_outdated(event, conversation):
        return outdated(event, conversation)
    if not group_of(conversation.person, world):
        return refusals.refuse(event, conversation, NOT_AN_OFFICER)
    if event.value == "leave":
        return leave(world, conversation)
    introduction = conversation.introducing or _of_profile(conversation.profile)
    if introduction is None:
        return outdated(event, conversation)
    if event.value == "save" and not introduction.asked and _is_complete(introduction):
        return _saved(event, world, conversation, introduction)
    moved = _moved(event.value, conversation, introduction)
    return ask(event, conversation, moved) if moved else outdated(event, conversation)


def _of_profile(profile: OfficerProfile | None) -> Introduction | None:
    return Introduction(asked="", **profile.model_dump()) if profile else None


def _moved(value: str, conversation: Conversation, introduction: Introduction) -> Introduction | None:
    """The introduction after a button that moves in it; None for other buttons."""
    if value in ITEMS:
        return introduction.model_copy(update={"asked": value})
    if value == "skip" and introduction.asked == "nip":
        return _next(introduction.model_copy(update={"nip": ""}))
    if value == "use" and introduction.asked == "name":
        name = read_officer_name(conversation.name)
        return None if isinstance(name, Problem) else _next(introduction.model_copy(update={"name": name}))
    if value == "back" and introduction.asked:
        before = "" if _is_complete(introduction) else _ITEMS[max(0, _ITEMS.index(introduction.asked) - 1)]
        return introduction.model_copy(update={"asked": before})
    return None


def _saved(
    event: ButtonPressed, world: World, conversation: Conversation, introduction: Introduction
) -> Outcome:
    values: dict[str, Any] = {item: getattr(introduction, item) for item in ITEMS}
    kept = conversation.model_copy(update={"profile": OfficerProfile(**values), "introducing": None})
    done = say(kept, "desk.introduced", {"name": values["name"], "position": values["position"]})
    strip = Outcome.of(StripButtons(event.origin.chat, event.origin.message)) if event.press else Outcome()
    return strip + done + listening.over(world, kept, "introducing")


def leave(world: World, conversation: Conversation) -> Outcome:
    """The button "Batal", or /batal: nothing is saved; what was saved before stays."""
    left = conversation.model_copy(update={"introducing": None})
    known = {"known": conversation.profile is not None}
    return say(left, "desk.introduction_left", known) + listening.over(world, left, "introducing")
