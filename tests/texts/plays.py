"""What people do so that the bot shows its screens. Each play is a small world of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from conversations.complaints.agency import Contact
from conversations.complaints.complaint import QUESTIONS, Step
from conversations.complaints.rules import Rules
from conversations.desk import dialogue as desk
from conversations.events import DeadlinePassed, Delivery
from conversations.followup import dialogue as followup
from tests.texts.desk_plays import DESK_PLAYS
from tests.unit.entering import answers_with, opened
from tests.unit.filed import CITIZEN, Desk, LeanChat
from tests.unit.following import STRANGER
from tests.unit.played import Play
from tests.unit.transcript import RULES, STAFF, Actor, Chat
from tests.unit.walker import SITI, Answer, back, change, walk

FULL_NAMES = {
    "dpmd": "Dinas Pemberdayaan Masyarakat dan Desa",
    "bakesbangpol": "Badan Kesatuan Bangsa dan Politik",
}
HANDLES = {
    "dpmd": "Dana Desa, perangkat desa, BUM Desa, Posyandu",
    "bakesbangpol": "ormas, izin penelitian, bantuan parpol, konflik sosial",
}
SHORT_NAMES = {"dpmd": "DPMD", "bakesbangpol": "Bakesbangpol"}
CONTACT = Contact(
    address="Jl. Raya Raci Km. 9 Pasuruan - Bangil 67153",
    phones=("(0343) 749035", "08165456650"),
    website="dpmd.pasuruankab.go.id",
    counter_hours="Senin-Jumat 08.00-15.00 WIB",
)
DAY = timedelta(days=1)
STORY = "Bantuan saya belum cair sejak Januari."

# The answers that lead over questions which most complaints do not have.
DETOURS: Sequence[Mapping[str, Answer]] = (
    {"loss_kind": "both", "occurred": "12 Maret 2025", "occurred_place": "Balai Desa Raci"},
    {
        "reported_person": "Kepala seksi",
        "reported_handles": "yes",
        "phone": "0812 3456 7890",
        "earlier_complaint": "DPMD-2026-0042",
    },
    {"agency": "bakesbangpol", "reported_person": "Kepala seksi", "reported_handles": "yes"},
)

# Asked only of people who represent somebody.
REPRESENTING = ("represented_name", "represented_address", "power_of_attorney")


def rules() -> Rules:
    """The rules of the tests, with the agencies' real names and a contact that has everything."""
    named = (
        agency.model_copy(
            update={
                "full_name": FULL_NAMES[agency.id],
                "short_name": SHORT_NAMES[agency.id],
                "handles": HANDLES[agency.id],
                "contact": CONTACT,
            }
        )
        for agency in RULES.agencies
    )
    return RULES.model_copy(update={"agencies": tuple(named)})


def filing(chat: Chat) -> None:
    """A citizen begins with a text, looks around, and files."""
    siti = chat.person(SITI)
    siti.says("Assalamualaikum, saya mau mengadu")
    siti.commands("start")
    for command in ("bantuan", "standar", "privasi", "bahasa", "batal", "status", "xyz", "id"):
        siti.commands(command)
    siti.presses("choice", "bakesbangpol")
    siti.commands("lapor")
    walk(siti, until="filed", answers=DETOURS[0])
    siti.commands("batal")


def representing(chat: Chat) -> None:
    """A citizen files on behalf of somebody, without a village in the address."""
    siti = chat.person(SITI)
    walk(siti, until="name")
    siti.presses("for_another")
    walk(siti, until="filed", answers={"address": "RT 02 RW 01 Gang Nomor 12"})


def adding(chat: Chat) -> None:
    """A citizen adds what is optional, and reports a person who handles complaints."""
    walk(chat.person(SITI), until="filed", answers=DETOURS[1])


def reporting_without_a_channel(chat: Chat) -> None:
    """The reported person would read the complaint, and the agency has no restricted chat."""
    walk(chat.person(SITI), until="filed", answers=DETOURS[2])


def correcting(chat: Chat) -> None:
    """A citizen sends what does not fit, goes back, and changes answers in the summary."""
    siti = chat.person(SITI)
    walk(siti, until="story")
    siti.sends("voice")
    siti.says("Lanjut")
    siti.sticks()
    first = next(chat.messages)
    siti.says(STORY, message=first)
    siti.edits(first, f"{STORY} Petugas tidak menjawab.")
    siti.sends("photo")
    siti.says("Lanjut")
    back(siti)
    siti.says("Lanjut")
    walk(siti, until="name")
    siti.sends("photo")
    siti.says("7")
    siti.shares("081234567890")
    siti.commands("lapor")
    siti.presses("resume_draft")
    walk(siti, until="summary")
    siti.presses("read_all")
    change(siti, "story")
    siti.presses("replace_part")
    siti.says(STORY)
    siti.says("Lanjut")
    siti.presses("add_optional")
    siti.presses("add_confidential")
    walk(siti, until="signing")
    siti.says("Budi Santoso")
    siti.presses("change_name")
    siti.commands("batal")
    siti.presses("cancel_no")
    chat.wake(SITI, DAY)
    chat.wake(SITI, 7 * DAY)


def being_confused(chat: Chat) -> None:
    """A citizen asks "?" at each question, and each one is explained."""
    siti = chat.person(SITI)
    siti.commands("lapor")
    others = {Step.SUMMARY, Step.ENTRY}
    asked = (name for name, question in QUESTIONS.items() if question.step not in others)
    for question in ("agency", "notice", *asked, "summary", "signing"):
        if question not in REPRESENTING:
            walk(siti, until=question, answers=DETOURS[0])
            siti.says("?")


def declining(chat: Chat) -> None:
    """A citizen does not accept the privacy notice; another one cancels."""
    siti, ani = chat.person(SITI), chat.person(STRANGER, "Ani")
    walk(siti, until="notice")
    siti.presses("decline")
    walk(ani, until="service")
    ani.presses("other_service")
    ani.says("Surat pengantar")
    ani.says(STORY)
    ani.commands("batal")
    ani.presses("cancel_yes")


def _file(actor: Actor, _text: str) -> None:
    walk(actor, until="filed")


def _described(dialogue: str) -> Callable[[Chat], None]:
    """The conversation at the top of a dialogue's file."""

    def play(chat: Chat) -> None:
        siti, rina = chat.person(SITI), chat.person(602, "Rina", STAFF["dpmd"])
        people = {"Siti": siti, "Rina": rina, "the group": rina, "Telegram": siti}
        Play(people, {"files a complaint": _file}).check(dialogue)

    return play


def following_up(chat: Chat) -> None:
    """A citizen reads, is satisfied, and gives stars; a stranger opens the case by its code."""
    world = Desk(chat)
    case = world.file()
    world.press(world.rina, case, "verify")
    world.citizen.commands("status", case.reference)
    world.citizen.presses("read_all")
    world.citizen.presses("add_information")
    world.citizen.sends("photo")
    world.later(hours=2)
    chat.wake(CITIZEN, DAY)
    world.citizen.presses("send")
    stranger = chat.person(STRANGER, "Anak Siti")
    stranger.commands("status")
    for text in (case.reference, "WRONG234", "ABCD2345"):
        stranger.says(text)
    world.answered(world.rina, case)
    world.delivered(case)
    world.citizen.presses("satisfied")
    world.citizen.presses("star")


def waiting(chat: Chat) -> None:
    """A response is followed by silence; another does not reach the citizen."""
    world = Desk(chat)
    case, other = world.file(), world.file()
    world.answered(world.budi, case)
    world.delivered(case)
    world.later(days=11)
    chat.feed(DeadlinePassed(chat.now, case=case.id))
    world.answered(world.budi, other)
    world.delivered(other, how=Delivery.UNREACHABLE)


def handling(chat: Chat) -> None:
    """Officers take, read, ask, list, and meet refusals; one case is confidential."""
    world = Desk(chat)
    case, secret = world.file(), world.file(confidential=True)
    world.budi.commands("bantuan")
    world.budi.commands("daftar")
    world.budi.commands("tiket", case.reference)
    world.budi.commands("tiket", secret.reference)
    world.budi.commands("tiket", "DPMD-2026-9999")
    for action in ("take", "verify", "evidence", "read", "identity"):
        world.press(world.budi, case, action)
        world.press(world.rina, case, action)
    world.press(world.rina, secret, "read")
    world.asked(world.budi, case)
    world.later(hours=30)


def entering(chat: Chat) -> None:
    """An officer enters a complaint for a citizen, and passes the response on."""
    world = Desk(chat)
    private = opened(world, world.rina)
    walk(private, until="received_on", answers=answers_with({"channel": "lapor"}))
    private.says("12 Januari 2026")
    walk(private, until="signing", answers=answers_with())
    private.presses("told_orally")
    private.presses("send")
    case = chat.case(-1)
    world.answered(world.budi, case)
    world.rina.presses("passed_on")
    world.asked(world.budi, case)


PLAYS: Sequence[Callable[[Chat], None]] = (
    filing,
    representing,
    adding,
    reporting_without_a_channel,
    correcting,
    being_confused,
    declining,
    _described(followup.__doc__ or ""),
    following_up,
    waiting,
    _described(desk.__doc__ or ""),
    handling,
    entering,
    *DESK_PLAYS,
)


def chat() -> Chat:
    """An empty world."""
    return LeanChat(rules=rules())
