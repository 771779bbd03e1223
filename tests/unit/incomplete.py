"""An incomplete complaint: officers ask for what is missing, and its citizen completes it."""

from __future__ import annotations

from conversations.complaints.case import Case
from conversations.conversation import Conversation
from conversations.effects import Edit, Send
from conversations.messages import Button
from tests.unit.filed import CITIZEN, Desk
from tests.unit.transcript import Actor

ADDRESS = "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"


def ticking(world: Desk, case: Case, *items: str, officer: Actor | None = None) -> None:
    """The officer opens the list and ticks these items."""
    officer = officer or world.budi
    world.press(officer, case, "request")
    for item in items:
        tick(officer, item)


def tick(officer: Actor, item: str) -> list[str]:
    """The officer presses the item's button below the list."""
    return officer.presses_button(_choice(officer, item))


def _choice(officer: Actor, what: str) -> Button:
    for effect in reversed(officer.chat_log.effects):
        if isinstance(effect, Send | Edit) and effect.chat == officer.chat:
            for row in effect.message.buttons:
                for button in row:
                    if button.action == "missing" and button.value == f"{officer.identity.id},{what}":
                        return button
    message = f"no button for {what!r} was shown"
    raise AssertionError(message)


def ask_for(world: Desk, case: Case, *items: str, remark: str = "", officer: Actor | None = None) -> None:
    """The officer asks the citizen for these items."""
    officer = officer or world.budi
    ticking(world, case, *items, officer=officer)
    officer.presses("next")
    if remark:
        officer.says(remark, reply_to=world.reply_to(f"preview:{case.id}:{officer.identity.id}"))
    assert "desk.posted" in officer.presses("send")


def requested(world: Desk, *items: str, remark: str = "", confidential: bool = False) -> Case:
    """A complaint that its citizen is asked to complete."""
    case = world.file(confidential=confidential)
    ask_for(world, case, *items, remark=remark)
    return case


def completing(world: Desk, *items: str) -> Case:
    """The citizen has pressed "Lengkapi sekarang"."""
    case = requested(world, *items)
    world.citizen.presses("complete_now")
    return case


def sign_and_send(world: Desk, name: str = "Siti Aminah") -> list[str]:
    """From the summary to "Kirim"."""
    world.citizen.presses("continue_to_signing")
    world.citizen.presses("declare")
    world.citizen.says(name)
    return world.citizen.presses("send")


def talk(world: Desk) -> Conversation:
    """The citizen's conversation."""
    return world.chat.conversation(CITIZEN)


def screen(world: Desk) -> str:
    """What the citizen is asked now; empty for nothing."""
    draft = talk(world).draft
    return draft.screen if draft and talk(world).listener == "intake" else ""
