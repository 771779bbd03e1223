"""A walker answers each question of the bot until a given one, so that a new question breaks no other test.

    walk(siti, until="name")                                  stops when the name is asked
    walk(siti, until="filed", answers={"loss_kind": "both"})  files, with this answer

`until` is a question (`Draft.screen`), `"sending"` (declared and signed) or `"filed"`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from conversations.complaints import kinds
from conversations.complaints.complaint import QUESTIONS
from conversations.complaints.draft import Draft
from conversations.complaints.kind import Kind
from conversations.effects import Edit, Send
from conversations.messages import Button, Keyboard, OutgoingMessage
from tests.questions import ANSWERS
from tests.unit.transcript import Actor, Chat

SITI = 5001
NAME, ADDRESS = ANSWERS.name, ANSWERS.address
STORY = str(ANSWERS.story[0])

# A button's value or a text; None skips; a function does what the actor has to do.
Answer = str | None | Callable[[Actor], object]

# Question -> the answer unless a test gives another one. Optional questions are skipped.
SAMPLES: Mapping[str, Answer] = {
    "agency": "dpmd",
    "service": "blt",
    "story": STORY,
    "loss_kind": "none",
    "loss": ANSWERS.loss,
    "resolution": "0",
    "name": NAME,
    "represented_name": "Sumiati Rahayu",
    "represented_address": ANSWERS.represented_address,
    "address": ADDRESS,
    "reported_handles": "no",
    "place": "Bangil",
}

# The answer to a question of this kind that SAMPLES does not list. Others: the first button.
BY_KIND: Sequence[tuple[Kind, Answer]] = (
    (kinds.TEXT, "Contoh jawaban"),
    (kinds.NAME, "Contoh Nama"),
    (kinds.ADDRESS, "Dusun Krajan RT 02/RW 01, Desa Raci, Kecamatan Bangil"),
    (kinds.PLACE, "Balai desa"),
    (kinds.PHONE, "081234567890"),
    (kinds.FILE, lambda siti: siti.sends("photo")),
)

# Buttons that lead on where nothing is to be chosen.
ONWARD = ("resume_draft", "understood", "send_anyway", "continue_to_signing", "declare", "send")
SKIPS = ("skip", "send_later")
MOST_STEPS = 60
# What a citizen reads when a complaint is filed.
FILED = ["intake.receipt", "captions.complaint", "captions.receipt"]


def citizen(chat: Chat | None = None) -> Actor:
    """A citizen who has not written to the bot before."""
    return (chat or Chat()).person(SITI)


def draft_of(siti: Actor) -> Draft:
    """The draft, as it is stored."""
    draft = _stored(siti)
    assert draft, "there is no draft"
    return draft


def asked(siti: Actor) -> str:
    """The question whose answer the bot waits for."""
    return draft_of(siti).screen


def labels(message: OutgoingMessage) -> list[str]:
    """The labels of its buttons."""
    return [button.label for row in message.buttons for button in row]


def last(siti: Actor) -> OutgoingMessage:
    """The newest message that is not the mark left on the pressed question."""
    sent = siti.chat_log.sent(siti.chat)
    return [message for message in sent if message.template != "intake.answered"][-1]


def questions_asked(siti: Actor) -> list[str]:
    """The fields that the bot asked for so far, in order."""
    sent = (effect.message.template for effect in siti.chat_log.effects if isinstance(effect, Send))
    return [name.removeprefix("intake.ask_") for name in sent if name.startswith("intake.ask_")]


def change(siti: Actor, field: str) -> list[str]:
    """Open one answer from the summary ("Ubah")."""
    siti.presses("change")
    return siti.presses("change_field", field)


def back(siti: Actor) -> list[str]:
    """Go back one question ("Kembali"), by the key of the keyboard where there is one."""
    return siti.says("Kembali") if siti.keyboard else siti.presses("back")


def back_to(siti: Actor, question: str) -> None:
    """Go back until the bot asks this question again."""
    for _ in range(MOST_STEPS):
        if asked(siti) == question:
            return
        back(siti)
    message = f"no way back to {question!r}"
    raise AssertionError(message)


def walk(siti: Actor, until: str, answers: Mapping[str, Answer] | None = None) -> list[str]:
    """Answer until the bot asks `until`. Returns the templates that the last act sent to the chat.

    A complaint is begun if there is no draft. A field in `answers` that is an optional addition is added
    from the summary. AssertionError with the question if an answer is refused or no question follows.
    """
    filed, own = len(siti.chat_log.cases), dict(answers or {})
    sent: list[str] = []
    for _ in range(MOST_STEPS):
        draft = _stored(siti)
        if len(siti.chat_log.cases) > filed:
            assert until == "filed", f"{until!r} was not asked before the complaint was filed"
            return sent
        if draft and _is_reached(siti, draft, until, own):
            return sent
        sent = _step(siti, draft, own)
        asking = draft.screen if draft else "the start"
        assert "intake.problem" not in sent, f"{asking!r}: the walker's answer was refused; see SAMPLES"
    message = f"{until!r} was not asked within {MOST_STEPS} answers; the draft is {_stored(siti)}"
    raise AssertionError(message)


def give(siti: Actor, answer: Answer) -> list[str]:
    """Skip, act, press the button of that value, or write the text."""
    if callable(answer):
        answer(siti)
        return [message.template for message in siti.chat_log.sent(siti.chat)]
    for button in _offered(siti):
        if button.label in SKIPS if answer is None else button.value == answer:
            return siti.presses_button(button)
    assert answer is not None, f"{asked(siti)!r} cannot be skipped"
    return siti.says(answer)


def _stored(siti: Actor) -> Draft | None:
    return siti.chat_log.conversation(siti.identity.id, siti.chat).draft


def _is_reached(siti: Actor, draft: Draft, until: str, own: Mapping[str, Answer]) -> bool:
    if until == "sending":
        return any(button.label == "send" for button in _offered(siti))
    return draft.screen == until and not (until == "summary" and _additions(draft, own))


def _additions(draft: Draft, own: Mapping[str, Answer]) -> list[str]:
    """The optional additions that the test gives and the draft does not have yet."""
    return [
        name
        for name, question in QUESTIONS.items()
        if question.addition and name in own and name not in draft.answers
    ]


def _step(siti: Actor, draft: Draft | None, own: Mapping[str, Answer]) -> list[str]:
    if draft is None:
        return siti.commands("start", str(own.get("agency", SAMPLES["agency"])))
    offered = _offered(siti)
    if draft.screen == "summary" and (wanted := _additions(draft, own)):
        siti.presses("add_optional")
        return siti.presses_button(next(b for b in _offered(siti) if b.value == wanted[0]))
    for button in offered:
        if button.label in ONWARD:
            return siti.presses_button(button)
    if draft.screen == "signing":
        return give(siti, own.get("signature", draft.answers["name"]))
    if draft.screen == "story":
        return _tell(siti, draft, own)
    return _answer(siti, draft, own)


def _tell(siti: Actor, draft: Draft, own: Mapping[str, Answer]) -> list[str]:
    """Tell the story unless the test did, then press "Lanjut"."""
    if draft.story and (sent := siti.says("Lanjut")) != ["intake.story_needs_text"]:
        return sent
    give(siti, own.get("story", SAMPLES["story"]))
    return siti.says("Lanjut")


def _answer(siti: Actor, draft: Draft, own: Mapping[str, Answer]) -> list[str]:
    field = draft.screen
    if field in own:
        return give(siti, own[field])
    question = QUESTIONS.get(field)
    for button in _offered(siti):
        if button.label == "keep_answer" or (question and question.optional and button.label in SKIPS):
            return siti.presses_button(button)
    if field in SAMPLES:
        return give(siti, SAMPLES[field])
    if question and (known := [answer for kind, answer in BY_KIND if kind is question.kind]):
        return give(siti, known[0])
    return siti.presses_button(_offered(siti)[0])


def _offered(siti: Actor) -> list[Button]:
    """The buttons of the newest message that has any; none below a reply keyboard."""
    for effect in reversed(siti.chat_log.effects):
        if isinstance(effect, Send | Edit) and effect.chat == siti.chat:
            if isinstance(effect.message.keyboard, Keyboard) and effect.message.keyboard.rows:
                return []
            if effect.message.buttons:
                return [button for row in effect.message.buttons for button in row]
    return []
