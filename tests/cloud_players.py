"""A scripted citizen on WhatsApp: the same answers as on Telegram, on a phone without edits and keyboards.

A question is the newest text with a known heading; its choices may come in a message after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bot.database import addresses
from bot.database.sealing import Codec
from bot.simulator.state.waiting import wait_until
from bot.simulator.whatsapp.people import CloudPerson
from bot.simulator.whatsapp.phone import Choice, Shown
from tests.players import MOST_STEPS
from tests.questions import (
    ADDITIONS,
    ANSWERS,
    ONWARD,
    RECEIPT,
    RECURRING,
    SKIPS,
    TALLY,
    Answers,
    Question,
    StoryPart,
    any_answer,
    name_of,
    part_of_signing,
)

# The signs that stand for bold and italic words.
MARKS = str.maketrans("", "", "*_")


def words_of(shown: Shown) -> str:
    """Return the text of a message without its marks."""
    return shown.text.translate(MARKS)


@dataclass
class CloudCitizen:
    """A person on WhatsApp who files a complaint; `link` is the prepared text of a wa.me link.

    A step without an answer within `seconds` is an AssertionError with the chat's end; with `patient` the
    newest question is read once more and answered again. A `hasty` one goes on before the bot has counted the
    parts of the story.
    """

    person: CloudPerson
    answers: Answers = ANSWERS
    link: str = "Lapor DPMD"
    seconds: float = 60.0
    patient: bool = False
    patience: int = 20
    hasty: bool = False
    waits: list[float] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    sent_parts: int = 0
    since: int = 0

    async def file(self) -> str:
        """File the whole complaint and return its registration number."""
        await self.begin()
        await self.play()
        return self.reference

    async def begin(self) -> None:
        """Come to the bot by the link."""
        self.done, self.added, self.sent_parts = {}, set(), 0
        self.since = len(self.person.phone.log)
        await self.person.open_link(self.link)
        await self._wait(self.question, "begin")

    async def play(self, until: str = "receipt") -> Question:
        """Answer question after question until the named one is asked, and return that."""
        for _ in range(MOST_STEPS):
            question = self.question()
            if question and question.name == until:
                return question
            await self.step()
        raise AssertionError(f"{until!r} never came; {self.person.phone.transcript()}")

    async def step(self) -> None:
        """Answer the present question and wait for the bot's reaction."""
        question = self.question()
        if question is None:
            await self._wait(self.question, "the next question")
            return
        self.done[question.name], self.since = question.at, question.at
        await self._act(question)
        await self._wait(self.question, question.name)

    def question(self) -> Question | None:
        """Return the newest question that is not answered yet, once its choices are there."""
        return next((found for found in self._questions() if not self._is_done(found)), None)

    def _is_done(self, question: Question) -> bool:
        answered = self.done.get(question.name)
        if answered is None:
            return False
        return question.name not in RECURRING or question.at <= answered

    def _questions(self) -> Iterator[Question]:
        labels: list[str] = []
        log = self.person.phone.log
        for at in range(len(log) - 1, self.since - 1, -1):
            shown = log[at]
            if shown.direction == "person":
                labels = []
                continue
            labels = [*(choice.title for choice in shown.choices), *labels]
            if name := name_of(words_of(shown)):
                message = _as_message(at, words_of(shown), labels)
                yield Question(part_of_signing(message) if name == "signing" else name, message)
                labels = []

    @property
    def receipts(self) -> dict[str, str]:
        """Return registration number -> access code of every receipt on the phone."""
        texts = map(words_of, self.person.phone.of_business())
        return {found[1]: found[2] for text in texts if (found := RECEIPT.search(text))}

    @property
    def reference(self) -> str:
        """Return the number of the newest complaint."""
        return list(self.receipts)[-1]

    @property
    def code(self) -> str:
        """Return its access code."""
        return self.receipts[self.reference]

    async def _act(self, question: Question) -> None:
        name, answers = question.name, self.answers
        if name == "story":
            await self._tell()
        elif name in {"summary", "additions"}:
            await self._look_over(question)
        elif name == "sign":
            await self._reply(question, answers.signature or answers.name)
        elif name in ONWARD:
            await self.presses(ONWARD[name])
        else:
            await self._reply(
                question, getattr(answers, name) if hasattr(answers, name) else any_answer(question)
            )

    async def _reply(self, question: Question, value: str | bytes | None) -> None:
        """Skip, send a photo, press or write, as this answer requires."""
        if value is None:
            await self.presses(next(label for label in SKIPS if question.offers(label)))
        elif isinstance(value, bytes):
            await self.person.send_photo(value)
        elif question.offers(value):
            await self.presses(value)
        else:
            await self.person.say(value)

    async def sees(self, *texts: str, button: str = "", since: int = 0) -> Shown:
        """Return the bot's newest message that holds all this, at the place `since` or after it.

        The button may be in a message after it.
        """

        def found() -> Shown | None:
            if button and not self._offered(button, since):
                return None
            for shown in reversed(self.person.phone.log[since:]):
                if shown.direction == "business" and all(text in words_of(shown) for text in texts):
                    return shown
            return None

        await self._wait(found, f"{texts}", counted=False)
        shown = found()
        assert shown is not None
        return shown

    async def chooses(self, label: str, *texts: str) -> None:
        """Press the newest button with this label, once a message holds all these texts."""
        await self.sees(*texts, button=label)
        await self.presses(label)

    async def presses(self, label: str) -> None:
        """Press the newest button, or pick the newest row, with this label, once it is there."""
        await self._wait(lambda: self._offered(label), f"the choice {label!r}", counted=False)
        offered = self._offered(label)
        assert offered is not None
        shown, choice = offered
        await self.person.choose(choice.id, shown.as_dict())

    def _offered(self, label: str, since: int = 0) -> tuple[Shown, Choice] | None:
        """Return the newest message with this choice, or one that begins so, and the choice."""
        for shown in reversed(self.person.phone.log[since:]):
            alike = [choice for choice in shown.choices if choice.title.startswith(label)]
            if alike and shown.direction == "business":
                return shown, min(alike, key=lambda choice: len(choice.title))
        return None

    @property
    def has_photo(self) -> bool:
        """Tell whether the bot has sent a photo."""
        return any(shown.content["type"] == "image" for shown in self.person.phone.of_business())

    def was_told(self, text: str) -> bool:
        """Tell whether a message of the bot holds this text."""
        return any(text in words_of(shown) for shown in self.person.phone.of_business())

    def transcript(self) -> str:
        """Return the end of the chat as readable lines."""
        return self.person.phone.transcript()

    def stored_id(self, connection: Connection, codec: Codec) -> int:
        """Return the number that the bot has for this person, 0 for an unknown one."""
        names = [self.person.user_id], [self.person.number]
        found = [each for each in addresses.find(connection, codec, *names) if not each.now]
        return found[-1].chat if found else 0

    async def _tell(self) -> None:
        """Send the parts that were not sent yet, then Lanjut; the bot counts them some seconds later."""
        sent = 0
        for part in self.answers.story:
            sent += len(part) if not isinstance(part, str | bytes) else 1
            if sent > self.sent_parts:
                self.sent_parts = sent
                await self.send(part)
        if not self.hasty:
            counted = f"{self.sent_parts} parts of the story"
            await self._wait(lambda: self._tallied() >= self.sent_parts, counted)
        await self.presses("Lanjut")

    async def send(self, part: StoryPart) -> None:
        """Send a part of the story."""
        if isinstance(part, str):
            await self.person.say(part)
        elif isinstance(part, bytes):
            await self.person.send_photo(part)
        else:
            await self.person.send_album(list(part))

    def _tallied(self) -> int:
        texts = (words_of(shown) for shown in self.person.phone.of_business())
        return max((int(found[1]) for text in texts if (found := TALLY.match(text))), default=0)

    async def _look_over(self, question: Question) -> None:
        """Give the additions that are wanted, one after another, then go on to the signature."""
        wanted = [name for name in ADDITIONS if getattr(self.answers, name) and name not in self.added]
        if question.name == "additions" and wanted:
            self.added.add(wanted[0])
            await self.presses(ADDITIONS[wanted[0]])
        elif question.name == "additions":
            await self.presses("Kembali")
        else:
            await self.presses("Tambah (opsional)" if wanted else "Lanjut")

    async def _wait(self, condition: Callable[[], Any], name: str, *, counted: bool = True) -> None:
        """Wait for the condition and note the seconds; when patient, look at the question once more."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(self.patience if self.patient else 1):
            try:
                await wait_until(lambda: self.person.phone.signal, condition, self.seconds)
            except TimeoutError:
                if self.patient and self._looks_again(name):
                    return
            else:
                if counted:
                    self.waits.append(loop.time() - began)
                return
        shown = self.person.phone.transcript()
        raise AssertionError(f"no answer to {name!r} within {self.seconds} s; {shown}")

    def _looks_again(self, name: str) -> bool:
        """Let the newest question count as unanswered."""
        newest = next(self._questions(), None)
        if newest is None:
            return False
        self.retried.append(name)
        self.done.pop(newest.name, None)
        return True


def _as_message(at: int, text: str, labels: list[str]) -> dict[str, Any]:
    """A message in the form in which questions are recognised."""
    rows = [[{"text": label}] for label in labels]
    return {"message_id": at, "text": text, "reply_markup": {"inline_keyboard": rows}}
