"""What officers do so that the bot shows the screens of the whole procedure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from conversations.complaints.agency import ComplaintClass, Division
from conversations.complaints.life_cycle import Status
from conversations.complaints.rules import Redirect
from conversations.conversation import Conversation, ConversationKey
from conversations.events import DeadlinePassed, WakeupKind
from tests.unit.divided import DIVIDED, Divided
from tests.unit.filed import GROUP, Desk
from tests.unit.incomplete import ADDRESS, ask_for, sign_and_send, tick
from tests.unit.transcript import LEADER, WIB, Chat

CLASSES = (
    ComplaintClass(id="prosedur", name="Prosedur berbelit atau lambat"),
    ComplaintClass(id="sikap", name="Sikap petugas"),
)
DIVISIONS = (Division(id="pemdes", name="Bidang Bina Pemerintahan Desa"),)
REDIRECTS = (
    Redirect(id="lapor", name="SP4N-LAPOR!", contact="www.lapor.go.id", tracking="ID LAPOR!"),
    Redirect(id="ombudsman", name="Ombudsman Republik Indonesia", contact="telepon 137"),
)
FRIDAY = datetime(2026, 3, 27, 8, 0, tzinfo=WIB)  # the complaints of the desk are due


def equipped(chat: Chat, **changes: Any) -> Desk:
    """A desk with classes, divisions without a group, and bodies outside."""
    lists = {"classes": CLASSES, "divisions": DIVISIONS, **changes}
    agencies = tuple(agency.model_copy(update=lists) for agency in chat.rules.agencies)
    chat.rules = chat.rules.model_copy(update={"agencies": agencies, "redirects": REDIRECTS})
    return Desk(chat)


def introducing(chat: Chat) -> None:
    """An officer gives name, position and NIP."""
    world = Desk(chat)
    sari = world.officer(603, "Sari", introduced=False)
    world.press(sari, world.file(), "take")
    sari.commands("petugas")
    sari.presses("introduce")
    private = world.private(sari)
    private.commands("petugas")
    for text in ("Sari Dewi, S.Sos.", "Analis Pelayanan Publik", "19800101 200501 1 001"):
        private.says(text)
    private.presses("save")
    private.commands("petugas")


def verifying(chat: Chat) -> None:
    """An officer verifies with class and level; another one takes the complaint over."""
    world = equipped(chat)
    case = world.file()
    world.press(world.rina, case, "verify")
    world.rina.presses("choice", "602,sikap,")
    world.rina.presses("level_1")
    world.press(world.rina, world.now(case), "more")
    other = world.file()
    world.press(world.rina, other, "take")
    world.press(world.budi, other, "take_over")
    world.budi.presses("take_over_yes")
    world.press(world.budi, other, "release")


def completing(chat: Chat) -> None:
    """An officer asks for two items, the citizen completes them; another request is withdrawn."""
    world = Desk(chat)
    case, other = world.file(), world.file()
    world.press(world.budi, case, "request")
    for item in ("resolution", "address"):
        tick(world.budi, item)
    world.budi.presses("next")
    world.budi.says("RT dan RW belum ada.", reply_to=world.reply_to(f"preview:{case.id}:601"))
    world.budi.presses("send")
    world.citizen.presses("complete_now")
    world.citizen.says("Mohon dijelaskan tertulis.")
    world.citizen.presses("do_later")
    world.citizen.presses("complete_now")
    world.citizen.says(ADDRESS)
    sign_and_send(world)
    ask_for(world, other, "address")
    world.press(world.budi, other, "withdraw_request")
    world.budi.presses("recall_yes")


def assigning(chat: Chat) -> None:
    """The desk gives a complaint to a division, which asks, reports and hands it back."""
    chat.rules = DIVIDED
    world = Divided(chat)
    case, other = world.file(), world.file()
    world.assigned(case)
    world.press(world.joko, case, "accept")
    world.reported(case)
    world.assigned(other)
    world.press(world.rina, other, "take_back")


def approving(chat: Chat) -> None:
    """A leader returns a response and approves the next one; another draft is taken back."""
    world = equipped(chat, approval=True, leaders=(LEADER,))
    case, other = world.file(), world.file()
    leader = world.private(world.leader)
    world.answered(world.budi, case, "Bantuan disalurkan.")
    leader.presses("return_draft")
    leader.says("Sebutkan tanggal penyalurannya.")
    leader.presses("send")
    world.budi.presses("revise")
    world.budi.presses("send")
    leader.presses("approve")
    world.answered(world.budi, other, "Bantuan disalurkan.")
    world.press(world.budi, other, "withdraw_draft")


def ending(chat: Chat) -> None:
    """Complaints end without a response, and the citizen withdraws one."""
    world = equipped(chat)
    for action, reason in (
        ("reject", "Uraiannya tidak menyebut pelayanan."),
        ("not_complaint", "Loket buka pukul 08.00 sampai 15.00."),
        ("duplicate", "DPMD-2026-0001 Masalah yang sama."),
    ):
        case = world.file()
        world.press(world.budi, case, action)
        world.budi.says(reason, reply_to=world.prompt(case))
        world.budi.presses("send")
    case = world.file()
    world.press(world.budi, case, "redirect")
    world.budi.presses("destination", "601,o.lapor")
    world.budi.says("Jalan itu jalan provinsi.", reply_to=world.prompt(case))
    world.budi.presses("send")
    world.file()
    world.citizen.says("cabut")
    world.citizen.presses("withdraw_solved")
    world.citizen.presses("withdraw_yes")


def archiving(chat: Chat) -> None:
    """A closed complaint is archived with a plan, which is reminded and marked done."""
    world = equipped(chat)
    case = world.file(status=Status.CLOSED)
    world.press(world.budi, case, "archive")
    world.press(world.budi, case, "arch_to", "601,pemdes")
    world.press(world.budi, case, "arch_on", "601,pemdes,w")
    world.budi.says("Memeriksa penyaluran di Desa Raci.", reply_to=world.prompt(case))
    world.budi.presses("save")
    world.later(days=8)
    chat.feed(DeadlinePassed(chat.now, case=case.id, kind=WakeupKind.PLAN_DUE))
    world.press(world.budi, world.now(case), "plan_done")


def finding(chat: Chat) -> None:
    """An officer lists, searches and reads the history."""
    world = Desk(chat)
    case = world.file()
    world.file()
    for command, argument in (
        ("daftar", ""),
        ("daftar", "xyz"),
        ("register", "2026"),
        ("register", "kapan"),
        ("cari", "bantuan"),
        ("cari", ""),
        ("tiket", case.reference),
        ("riwayat", case.reference),
        ("xyz", ""),
    ):
        world.budi.commands(command, argument)


def reminding(chat: Chat) -> None:
    """Mornings pass without an answer."""
    world = Desk(chat)
    started = ConversationKey(LEADER, LEADER)
    chat.conversations[str(started)] = Conversation(chat=LEADER, person=LEADER).model_dump_json()
    case = world.file()
    for days in (0, 3):
        chat.now = FRIDAY
        world.later(days=days)
        chat.feed(DeadlinePassed(chat.now, case=case.id))
    world.budi.says("Sedang dikerjakan.", reply_to=world.reply_to(f"reminder:{case.id}"))
    assert world.messages(GROUP)


DESK_PLAYS: Sequence[Callable[[Chat], None]] = (
    introducing,
    verifying,
    completing,
    assigning,
    approving,
    ending,
    archiving,
    finding,
    reminding,
)
