"""Scripted officers: they work on the cards in a staff group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.simulator.people.groups import Group
from bot.simulator.people.person import Answer, Person
from bot.simulator.state.waiting import transcript, wait_until
from tests.questions import Message, labels_of


@dataclass
class OfficerPlayer:
    """An officer at the cards of a staff group; of a card that came twice the newest counts."""

    person: Person
    group: Group
    seconds: float = 60.0

    async def card(self, reference: str) -> Message:
        """Return the complaint's card once it is there."""
        return await self._until(f"Pengaduan {reference}", "Baca lengkap")

    async def press(self, reference: str, label: str) -> Answer | None:
        """Press a button of the card and return what the bot answers."""
        card = await self.card(reference)
        return await self.person.press(label, self.group, card, self.seconds)

    async def take(self, reference: str) -> Answer | None:
        """Press Ambil."""
        return await self.press(reference, "Ambil")

    async def verify(self, reference: str) -> Answer | None:
        """Press Verifikasi."""
        return await self.press(reference, "Verifikasi")

    async def answer(self, reference: str, text: str, photos: Sequence[bytes] = ()) -> Message:
        """Press Jawab, answer the prompt, look at the preview and send it."""
        preview = await self.draft(reference, text, photos)
        return await self.send(preview)

    async def draft(self, reference: str, text: str, photos: Sequence[bytes] = ()) -> Message:
        """Press Jawab, answer the prompt and return the preview that shows all of it."""
        prompt = await self._prompt(reference, "Jawab")
        await self.person.say(text, self.group, reply_to=prompt)
        for photo in photos:
            await self.person.send_photo(photo, None, self.group, reply_to=prompt)
        first_line = text.strip().splitlines()[0]
        return await self._until("Periksa dahulu.", "Kirim", reference, first_line, *_counted(photos))

    async def send(self, preview: Message) -> Message:
        """Press Kirim under a preview and return what it became."""
        await self.person.press("Kirim", self.group, preview, self.seconds)
        shown = preview["message_id"]

        def sent() -> Message | None:
            message = self.group.chat.messages[shown].message
            return None if "Kirim" in labels_of(message) else message

        return await self._seen(sent, "the preview to be sent")

    async def ask(self, reference: str, text: str) -> Message:
        """Reply to the card with a question to the citizen, and send it."""
        card = await self.card(reference)
        await self.person.say(text, self.group, reply_to=card)
        purposes = await self._until("tulisan ini untuk apa", "Pertanyaan", reference)
        await self.person.press("Pertanyaan", self.group, purposes, self.seconds)
        return await self.send(await self._until("Periksa dahulu.", "Kirim", reference, text))

    async def note(self, reference: str, text: str) -> Message:
        """Press Catatan and answer the prompt with an internal note."""
        prompt = await self._prompt(reference, "Catatan")
        await self.person.say(text, self.group, reply_to=prompt)
        return await self._until("Catatan", "", f"disimpan pada {reference}")

    async def _prompt(self, reference: str, label: str) -> Message:
        last = self.group.chat.last_message_id
        await self.press(reference, label)
        return await self._until("mohon balas pesan ini", "", reference, since=last)

    async def _until(self, mark: str, label: str, *marks: str, since: int = 0) -> Message:
        """Return the newest message of the bot that holds all marks and, unless empty, the button."""

        def newest() -> Message | None:
            for stored in self.group.chat.newest_first():
                message, text = stored.message, stored.message.get("text", "")
                fits = all(each in text for each in (mark, *marks))
                if stored.by_bot and fits and message["message_id"] > since:
                    return message if not label or label in labels_of(message) else None
            return None

        return await self._seen(newest, mark)

    async def _seen(self, condition: Callable[[], Message | None], what: str) -> Message:
        try:
            found: Message = await wait_until(lambda: self.group.chat.signal, condition, self.seconds)
        except TimeoutError:
            raise AssertionError(f"waited in vain for {what!r}; {transcript(self.group.chat)}") from None
        return found


def _counted(photos: Sequence[bytes]) -> tuple[str, ...]:
    return (f"{len(photos)} foto",) if photos else ()
