"""Any sequence of events keeps the invariants: one complaint per draft, no lost answer, a next step."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.complaints.draft import Draft
from conversations.effects import AnswerPress, Edit, Send
from conversations.messages import Button
from tests.unit.transcript import STAFF, Actor, Chat
from tests.unit.walker import ADDRESS, NAME, SITI, walk

BUDI = 7001
GROUP = STAFF["dpmd"]
SIGNATURE = {"signature", "signature_file"}


def _shares(actor: Actor) -> list[str]:
    return actor.shares("6281234567890")


OTHER = {
    "sticker": Actor.sticks,
    "location": Actor.locates,
    "contact": _shares,
}

text = st.sampled_from(
    [
        *(NAME, ADDRESS, "Cerita saya", "kemarin", "Rp1.000", "x" * 2500, "  ", "/apa", "😀"),
        *("?", "bingung", "LANJUT", "sudah", "ya", "tidak", "benar", "kirim.", "batal", "ubah", "kembali"),
        *("tidak ada", "minggu lalu", "siapa kamu!", "sudah saya tulis di atas", "Mbah Karto"),
        *("Lanjut", "Kembali", "Lewati", "Batalkan", "Hari ini", "Tidak ada", "Kirim"),
    ]
)
commands = st.sampled_from(["start", "lapor", "batal", "status", "bantuan", "privasi"])
action = st.one_of(
    st.tuples(st.just("says"), text),
    st.tuples(st.just("presses"), st.integers(0, 60)),
    st.tuples(st.just("presses"), st.integers(0, 8)),
    st.tuples(st.just("sends"), st.sampled_from(["photo", "voice", "document"]), st.sampled_from(["", "A"])),
    st.tuples(
        st.just("commands"), st.sampled_from(["start", "lapor", "batal", "status", "bantuan", "privasi"])
    ),
    st.tuples(st.just("edits"), st.integers(0, 10)),
    st.tuples(st.just("other"), st.sampled_from(["sticker", "location", "contact"])),
    st.tuples(st.just("wakes"), st.integers(1, 200)),
    st.tuples(st.just("officer"), st.integers(0, 12)),
)


def buttons(actor: Actor) -> list[Button]:
    """Every button in the chat, newest first."""
    return [
        button
        for effect in reversed(actor.chat_log.effects)
        if isinstance(effect, Send | Edit) and effect.chat == actor.chat
        for row in effect.message.buttons
        for button in row
        if button.action
    ]


def act(actor: Actor, step: tuple[object, ...], own: list[int]) -> bool:
    """Do the step; False when it is not possible, such as a button that does not exist."""
    match step:
        case ("says", str(words)):
            own.append(next(actor.chat_log.messages))
            actor.says(words, message=own[-1])
        case ("presses", int(index)):
            shown = buttons(actor)
            if index >= len(shown):
                return False
            actor.presses_button(shown[index])
        case ("sends", str(kind), str(album)):
            actor.sends(kind, album=album)  # type: ignore[arg-type]
        case ("commands", str(command)):
            actor.commands(command)
        case ("edits", int(index)):
            if index >= len(own):
                return False
            actor.edits(own[-1 - index], f"Teks yang diubah {actor.chat_log.now}")
        case ("other", str(kind)):
            OTHER[kind](actor)
    return True


def check_answered(actor: Actor) -> None:
    """Every message of a citizen gets an answer, every press is answered once."""
    fresh = actor.chat_log.fresh
    assert any(isinstance(effect, Send | Edit | AnswerPress) for effect in fresh)
    assert len([effect for effect in fresh if isinstance(effect, AnswerPress)]) <= 1


def check_nothing_lost(before: Draft | None, after: Draft | None, chat: Chat) -> None:
    """An answer stays, or is kept as superseded; a draft ends as a case or at the person's request."""
    if before is None or after is None or before.id != after.id:
        return
    gone = set(before.answers) - set(after.answers)
    assert gone <= SIGNATURE | {"service"}
    for field, value in before.answers.items():
        if field in after.answers and after.answers[field] != value:
            assert any(entry.field == field and entry.value == value for entry in after.superseded)
    assert after.id not in chat.cases


def check_numbers(chat: Chat) -> None:
    """Numbers run without a gap, and no draft has become two cases."""
    cases = [chat.case(index) for index in range(len(chat.cases))]
    serials = sorted(int(case.reference.rsplit("-", 1)[1]) for case in cases if case.agency == "dpmd")
    assert serials == list(range(1, len(serials) + 1))


def finish(siti: Actor) -> None:
    """File the complaint from the draft's present question, which is shown again first."""
    draft = siti.chat_log.conversation(SITI).draft
    if draft and "intake.resume_or_start_over" in siti.commands("lapor"):
        siti.presses_button(Button("resume_draft", "resume", value=draft.id))
    walk(siti, until="filed")


@settings(max_examples=120)
@given(st.lists(action, max_size=40))
def test_any_sequence_of_events_keeps_the_invariants(steps: list[tuple[object, ...]]) -> None:
    chat = Chat()
    siti, budi = chat.person(SITI, "Siti"), chat.person(BUDI, "Budi", GROUP)
    own: list[int] = []
    siti.commands("start", "dpmd")
    for step in steps:
        before = chat.conversation(SITI).draft
        chat.fresh = []
        if step[0] == "wakes":
            chat.wake(SITI, timedelta(hours=int(str(step[1]))))
        elif step[0] == "officer":
            act(budi, ("presses", step[1]), [])
        elif act(siti, step, own):
            check_answered(siti)
        check_nothing_lost(before, chat.conversation(SITI).draft, chat)
        check_numbers(chat)
    finish(siti)
    check_numbers(chat)
