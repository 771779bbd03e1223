"""The whole path in English, without an Indonesian sentence."""

from __future__ import annotations

import pytest

from tests.acceptance.bot_setup import Setup, words
from tests.questions import ANSWERS

pytestmark = pytest.mark.asyncio(loop_scope="module")

INDONESIAN = ("Langkah", "Silakan", "Mohon", "Bapak", "Tekan", "tekan", "Kirim", "pengaduan", "Pengaduan")
# What agencies and officers wrote themselves stays as they wrote it.
OWN_WORDS = ("Dinas Pemberdayaan Masyarakat dan Desa", "Pelayanan diselesaikan segera")


async def test_a_complaint_in_english_is_english_to_the_end(setup: Setup) -> None:
    jane = setup.user("Jane")
    await jane.says("/bahasa", "Which language")
    chosen = await jane.presses("English", "we use English")
    await jane.says("/start dpmd", "Step 1 of 10")
    await jane.presses("I understand, go on", "Step 2 of 10")
    await jane.presses("Pembinaan BUM Desa", "Step 3 of 10")
    await jane.says("The office was closed.", "Noted: 1")
    await jane.taps("Continue", "(1 message)", "Step 4 of 10")
    await jane.presses("Today", "Where did it happen?")
    await jane.says("the counter", "Step 5 of 10")
    await jane.presses("None", "Step 6 of 10")
    await jane.presses("Pelayanan diselesaikan segera", "Step 7 of 10")
    await jane.says("Jane Doe", "Step 8 of 10")
    await jane.says(ANSWERS.address, "Step 9 of 10")
    await jane.presses("Continue", "Step 10 of 10")
    await jane.presses("I declare it is true", "Declared to be true")
    await jane.says("Jane Doe", "Please press Send")
    receipt = await jane.presses("Send", "Registration number")
    reference = words(receipt).partition("Registration number: ")[2].split()[0]
    rina = setup.officer()
    preview = await rina.says(f"/jawab {reference} Done.", "Done.")
    jane.mark_read()
    await rina.presses("Kirim", "dikirim oleh Rina", on=preview)
    await jane.sees("Response to complaint")
    await jane.presses("Not satisfied", "reason")
    await jane.says("Not yet.", "Noted: 1")
    await jane.presses("Send", reference)
    await setup.card_shows(reference, "Status: Dibuka kembali")
    await jane.says("/status", "Your complaints (1)")
    for command in ("/bantuan", "/privasi", "/batal", "/tidakada"):
        await jane.says(command)
        await jane.waits_for(jane.new_messages, f"an answer to {command}")
    said = [each for each in jane.person.messages if each["message_id"] > chosen["message_id"]]
    ours = "\n".join(words(each) for each in said if each["from"]["is_bot"])
    for own in OWN_WORDS:
        ours = ours.replace(own, "")
    assert [word for word in INDONESIAN if word in ours] == []
