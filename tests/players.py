"""Scripted citizens (officers are in officers.py): they look at what the bot asks and answer, as people do.

What is asked decides what is done, so a question that comes twice, or again after a restart, is answered
once. A bot that loses nothing needs no second try: `Citizen.retried` names the questions that got one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from bot.database.sealing import Codec
from bot.simulator.people.person import Person
from bot.simulator.server import Simulator
from bot.simulator.state.waiting import transcript, wait_until
from tests.officers import OfficerPlayer
from tests.questions import (
    ADDITIONS,
    ANSWERS,
    ONWARD,
    PHOTO,
    RECEIPT,
    RECURRING,
    SHARE,
    SKIPS,
    TALLY,
    Answers,
    Question,
    StoryPart,
    any_answer,
    name_of,
    part_of_signing,
)
from tests.showing import shown

__all__ = ["ANSWERS", "PHOTO", "SHARE", "Answers", "Citizen", "OfficerPlayer"]

MOST_STEPS = 100


@dataclass
class Citizen:
    """A person who files a complaint.

    `link` opens the bot by its deep link (`dpmd`) instead of writing /lapor. A step without an answer
    within `seconds` is an AssertionError with the chat's end; with `patient` the newest question is
    read once more and answered again. `waits` are the seconds from each act to its visible answer.
    """

    person: Person
    answers: Answers = ANSWERS
    link: str = ""
    seconds: float = 60.0
    patient: bool = False
    patience: int = 20
    waits: list[float] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    done: dict[str, tuple[int, int]] = field(default_factory=dict)
    added: set[str] = field(default_factory=set)
    sent_parts: int = 0
    since: int = 0

    @classmethod
    def new(cls, simulator: Simulator, user_id: int, answers: Answers = ANSWERS, **options: Any) -> Citizen:
        """Return a citizen who is new to the messenger."""
        return cls(simulator.person(user_id, answers.name.split()[0]), answers, **options)

    async def file(self) -> str:
        """File the whole complaint and return its registration number."""
        await self.begin()
        await self.play()
        return self.reference

    async def begin(self) -> None:
        """Come to the bot, by link or by command, with nothing answered yet."""
        self.done, self.added, self.sent_parts = {}, set(), 0
        self.since = self.person.chat.last_message_id + 1
        if self.link:
            await self.person.open(f"https://t.me/{self.person.world.bot['username']}?start={self.link}")
        else:
            await self.person.say("/lapor")
        await self._wait(self.question, "begin")

    async def play(self, until: str = "receipt") -> Question:
        """Answer question after question until the named one is asked, and return that."""
        for _ in range(MOST_STEPS):
            question = self.question()
            if question and question.name == until:
                return question
            await self.step()
        raise AssertionError(f"{until!r} never came; {transcript(self.person.chat)}")

    async def step(self) -> None:
        """Answer the present question and wait for the bot's reaction."""
        question = self.question()
        if question is None:
            await self._wait(self.question, "the next question")
            return
        self.done[question.name], self.since = question.form, question.at
        await self._act(question)
        await self._wait(self.question, question.name)

    def again(self, *names: str) -> None:
        """Answer these questions again when they are asked again, as after Ubah or Kembali."""
        for name in names:
            self.done.pop(name, None)

    def question(self) -> Question | None:
        """Return the newest question that is not answered yet."""
        return next((found for found in self._questions() if not self._is_done(found)), None)

    def _is_done(self, question: Question) -> bool:
        answered = self.done.get(question.name)
        if answered is None:
            return False
        return question.name not in RECURRING or question.form <= answered

    def _questions(self) -> Iterator[Question]:
        for stored in self.person.chat.newest_first():
            if stored.message["message_id"] < self.since:
                return
            name = name_of(stored.message.get("text", "")) if stored.by_bot else ""
            if name:
                name = part_of_signing(stored.message) if name == "signing" else name
                yield Question(name, stored.message, stored.version)

    @property
    def receipts(self) -> dict[str, str]:
        """Return registration number -> access code of every receipt in the chat."""
        texts = (message.get("text", "") for message in self.person.messages)
        return {found[1]: found[2] for text in texts if (found := RECEIPT.search(text))}

    @property
    def has_photo(self) -> bool:
        """Tell whether the bot has sent a photo."""
        stored = self.person.chat.messages.values()
        return any(each.by_bot and "photo" in each.message for each in stored)

    def was_told(self, text: str) -> bool:
        """Tell whether a message of the bot holds this text."""
        stored = self.person.chat.messages.values()
        return any(each.by_bot and text in each.message.get("text", "") for each in stored)

    async def sees(self, *texts: str, button: str = "") -> dict[str, Any]:
        """Return the bot's newest message that holds all this, as soon as its button is there."""
        return await shown(self.person.chat, self.seconds, *texts, button=button)

    async def chooses(self, label: str, *texts: str) -> None:
        """Press this button of the newest message that holds all these texts."""
        message = await self.sees(*texts, button=label)
        await self.person.press(label, message=message, wait=False)

    def transcript(self) -> str:
        """Return the end of the chat as readable lines."""
        return transcript(self.person.chat)

    def stored_id(self, _connection: Connection, _codec: Codec) -> int:
        """Return the number that the bot has for this person."""
        return self.person.id

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
            await self._press(question, ONWARD[name])
        elif name == "name" and answers.represented_name:
            await self._press(question, "Mewakili orang lain")
        elif name == "representative":
            await self._reply(question, answers.name)
        else:
            await self._reply(
                question, getattr(answers, name) if hasattr(answers, name) else any_answer(question)
            )

    async def _reply(self, question: Question, value: str | bytes | None) -> None:
        """Skip, send a photo, press, share or write, as this answer requires."""
        if value is None:
            await self._press(question, next(label for label in SKIPS if question.offers(label)))
        elif isinstance(value, bytes):
            await self.person.send_photo(value)
        elif question.offers(value):
            await self._press(question, value)
        elif value == SHARE:
            await self.person.tap(SHARE)
        else:
            await self.person.say(value)

    async def _press(self, question: Question, label: str) -> None:
        await self.person.press(label, message=question.message, wait=False)

    async def _tell(self) -> None:
        """Send the parts that were not sent yet, each after the last one was counted, then Lanjut."""
        sent = 0
        for part in self.answers.story:
            size = len(part) if not isinstance(part, str | bytes) else 1
            sent += size
            if sent <= self.sent_parts:
                continue
            self.sent_parts = sent
            await self._send(part)
            await self._wait(
                lambda: self._tallied() >= self.sent_parts, f"part {self.sent_parts} of the story"
            )
        await self.person.tap("Lanjut")

    async def _send(self, part: StoryPart) -> None:
        if isinstance(part, str):
            await self.person.say(part)
        elif isinstance(part, bytes):
            await self.person.send_photo(part)
        else:
            await self.person.send_album([("photo", photo) for photo in part])

    def _tallied(self) -> int:
        texts = (
            stored.message.get("text", "")
            for stored in self.person.chat.newest_first()
            if stored.by_bot and stored.message["message_id"] >= self.since
        )
        return max((int(found[1]) for text in texts if (found := TALLY.match(text))), default=0)

    async def _look_over(self, question: Question) -> None:
        """Give the additions that are wanted, one after another, then go on to the signature."""
        wanted = [name for name in ADDITIONS if getattr(self.answers, name) and name not in self.added]
        if question.name == "additions" and wanted:
            self.added.add(wanted[0])
            await self._press(question, ADDITIONS[wanted[0]])
        elif question.name == "additions":
            await self._press(question, "Kembali")
        else:
            await self._press(question, "Tambah (opsional)" if wanted else "Lanjut")

    async def _wait(self, condition: Callable[[], Any], name: str) -> None:
        """Wait for the condition and note the seconds; when patient, look at the question once more."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(self.patience if self.patient else 1):
            try:
                await wait_until(lambda: self.person.chat.signal, condition, self.seconds)
            except TimeoutError:
                if self.patient and self._looks_again(name):
                    return
            else:
                self.waits.append(loop.time() - began)
                return
        shown = transcript(self.person.chat)
        raise AssertionError(f"no answer to {name!r} within {self.seconds} s; {shown}")

    def _looks_again(self, name: str) -> bool:
        """Let the newest question count as unanswered, unless the bot has yet to fetch what was said.

        What waits in the messenger is not lost: a second answer would only be taken for the next one.
        """
        newest = next(self._questions(), None)
        if self.person.world.pending or newest is None:
            return False
        self.retried.append(name)
        self.done.pop(newest.name, None)
        return True
