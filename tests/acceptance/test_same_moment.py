"""Two officers press conflicting buttons at the same moment: one wins, and the other reads who it was."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.acceptance.bot_setup import BUDI, RINA, ChatUser, Message, Setup, opened, words

Press = tuple[ChatUser, Message]


async def at_once(label: str, first: Press, second: Press) -> tuple[str, str]:
    """Both press the button on the message as they see it; what the winner and the other one read."""
    presses = (officer.presses_old(label, shown) for officer, shown in (first, second))
    answers = [str(answer.get("text") or "") for answer in await asyncio.gather(*presses)]
    return answers[0], answers[1]


def says_who(answers: tuple[str, str], what: str) -> bool:
    """Whether just one of them reads that the other one has done it."""
    others = zip(answers, ("Budi", "Rina"), strict=True)
    return sum(f"{what} oleh {name}" in text for text, name in others) == 1


async def with_answers(reference: str, officers: tuple[ChatUser, ChatUser]) -> list[Press]:
    """Both have written a response and see its preview."""
    previews = []
    for number, officer in enumerate(officers):
        preview = await officer.says(f"/jawab {reference} Jawaban {number}.", f"Jawaban {number}.")
        previews.append((officer, preview))
    return previews


async def with_classes(setup: Setup, reference: str, officers: tuple[ChatUser, ChatUser]) -> list[Press]:
    """Both have chosen the class and are asked for the level."""
    asked = []
    for officer in officers:
        question = await officer.presses("Verifikasi", "termasuk kelas apa", on=await setup.card(reference))
        first = question["reply_markup"]["inline_keyboard"][0][0]["text"]
        asked.append((officer, await officer.presses(first, "ingkat", on=question)))
    return asked


async def test_of_two_officers_one_wins_and_the_other_reads_who(tmp_path: Path) -> None:
    async with opened(tmp_path) as setup:
        officers = setup.officer(RINA), setup.officer(BUDI)
        _, _, taken = await setup.filed()
        card = await setup.card(taken)
        assert says_who(await at_once("Ambil", (officers[0], card), (officers[1], card)), "diambil")

        _, _, verified = await setup.filed()
        asked = await with_classes(setup, verified, officers)
        assert says_who(await at_once("Tingkat 1: petugas", *asked), "diverifikasi")

        _, siti, answered = await setup.filed()
        previews = await with_answers(answered, officers)
        siti.mark_read()
        assert says_who(await at_once("Kirim", *previews), "ditanggapi")
        await siti.sees("Jawaban")
        await setup.card_shows(answered, "Ditanggapi")
        assert sum("Jawaban" in words(message) for message in siti.new_messages()) == 1
