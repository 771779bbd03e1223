"""Files that are sent again at Telegram: by the id that Telegram gave, those of WhatsApp from the store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels import stored
from bot.channels.base import DeliveryError, Failure
from bot.channels.stored import bytes_of
from bot.channels.telegram.albums import FileSender, batches
from bot.channels.telegram.request import NO_FILES, RefusedError, Upload
from conversations.events import Attachment
from tests.unit.kept_files import Kept

OWN = Attachment("photo", "AgAC", "u1")
FOREIGN = Attachment("photo", "whatsapp:4711", "u2", mime="image/jpeg")
PAPER = Attachment("document", "whatsapp:4712", "u3", "surat.pdf", "application/pdf")


class Calls:
    """Telegram: notes each call; refuses ids of files that it has forgotten."""

    def __init__(self, *forgotten: str) -> None:
        self.made: list[tuple[str, Mapping[str, Any], dict[str, bytes]]] = []
        self._forgotten = forgotten

    async def __call__(
        self, method: str, parameters: Mapping[str, Any], files: Mapping[str, Upload] = NO_FILES
    ) -> Any:
        if any(name in str(parameters) for name in self._forgotten):
            raise RefusedError(400, "Bad Request: wrong file identifier", {})
        uploads = {name: file.content for name, file in files.items() if isinstance(file.content, bytes)}
        self.made.append((method, parameters, uploads))
        return [{"message_id": 5}, {"message_id": 6}] if method == "sendMediaGroup" else {"message_id": 5}


async def sent(kept: Kept, calls: Calls, *keys: str) -> tuple[int, ...]:
    (batch,) = batches([(key, kept.attachments[key]) for key in keys])
    return await FileSender(calls, kept, {"chat_id": -100}).step(batch).run()


async def test_a_file_from_whatsapp_is_uploaded_from_the_store() -> None:
    kept, calls = Kept(), Calls()
    assert await sent(kept, calls, kept.add("a", PAPER, b"%PDF")) == (5,)
    asked = {"chat_id": -100, "document": "attach://file0"}
    assert calls.made == [("sendDocument", asked, {"file0": b"%PDF"})]


async def test_an_album_holds_files_of_both_messengers() -> None:
    kept, calls = Kept(), Calls()
    assert await sent(kept, calls, kept.add("a", OWN, None), kept.add("b", FOREIGN, b"foto")) == (5, 6)
    ((method, asked, uploads),) = calls.made
    assert (method, [each["media"] for each in asked["media"]]) == (
        "sendMediaGroup",
        ["AgAC", "attach://file1"],
    )
    assert uploads == {"file1": b"foto"}


async def test_what_telegram_has_forgotten_is_uploaded_with_the_rest() -> None:
    kept, calls = Kept(), Calls("AgAC")
    await sent(kept, calls, kept.add("a", OWN, b"satu"), kept.add("b", FOREIGN, b"dua"))
    assert [uploads for _, _, uploads in calls.made] == [{"file0": b"satu", "file1": b"dua"}]


async def test_a_file_of_whatsapp_that_is_not_stored_is_refused_and_its_id_stays_here() -> None:
    kept, calls = Kept(), Calls()
    with pytest.raises(DeliveryError) as raised:
        await sent(kept, calls, kept.add("a", FOREIGN, None))
    assert raised.value.kind is Failure.REFUSED
    assert calls.made == []


@pytest.mark.parametrize("forgotten", [(), ("AgAC",)], ids=["known by its id", "forgotten"])
async def test_an_album_without_one_of_its_files_is_sent_and_says_so(forgotten: tuple[str, ...]) -> None:
    kept, calls = Kept(), Calls(*forgotten)
    with pytest.raises(DeliveryError) as raised:
        await sent(kept, calls, kept.add("a", OWN, b"satu"), kept.add("b", FOREIGN, None))
    assert (raised.value.kind, raised.value.made) == (Failure.REFUSED, (5,))
    assert [method for method, _, _ in calls.made] == ["sendPhoto"]


async def test_a_file_that_is_being_fetched_is_waited_for() -> None:
    kept = Kept()
    kept.add("a", FOREIGN, b"foto")
    kept.late["a"] = 3
    assert await bytes_of(kept, "a", [0, 0, 0]) == b"foto"
    kept.late["a"] = 99
    assert await bytes_of(kept, "a", [0, 0, 0]) is None
    assert sum(stored.PAUSES) < 20


async def test_a_file_that_is_lost_is_not_waited_for() -> None:
    kept = Kept()
    assert await bytes_of(kept, "lost", [0, 0, 0]) is None
    assert kept.opened == ["lost"]


class StoredMeanwhile(Kept):
    """A store that finishes a file right after each question about it."""

    async def open_file(self, key: str) -> bytes | None:
        content = await super().open_file(key)
        self.late.pop(key, None)
        return content


async def test_a_file_that_is_stored_between_two_questions_is_found() -> None:
    kept = StoredMeanwhile()
    kept.add("a", FOREIGN, b"foto")
    kept.late["a"] = 1
    assert await bytes_of(kept, "a", [0, 0, 0]) == b"foto"
