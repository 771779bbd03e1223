"""Marked words go every way through the real process; its log and its commands' errors hold none of them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import aiohttp

from bot.database.stores.sqlite import SqliteStore
from bot.simulator.api.faults import Fault
from tests.acceptance.bot_setup import ChatUser, Setup, opened
from tests.breaking import bit, break_row
from tests.commands import aduan
from tests.integration.test_web_server import free_port
from tests.marked import MARKS, find_in_bytes
from tests.players import ANSWERS

PLACES = {
    "story": (f"Saya menunggu {MARKS['story']}.", b"\xff\xd8\xff\xe0 a photo"),
    "occurred": MARKS["when"],
    "occurred_place": MARKS["place"],
    "loss": MARKS["loss"],
    "resolution": MARKS["resolution"],
    "name": f"{MARKS['name']} Aminah",
    "represented_name": f"{MARKS['represented']} Aminah",
    "represented_address": f"Dusun {MARKS['representedhome']} RT 01/RW 01, Desa Raci, Kecamatan Bangil",
    "address": f"Dusun {MARKS['address']} RT 02/RW 01, Desa Raci, Kecamatan Bangil",
    "reported_person": MARKS["accused"],
    "phone": "0812 3456 7890",
}
# Telegram's words about what was sent to it.
QUOTING = {
    "ok": False,
    "error_code": 400,
    "description": f'Bad Request: can\'t parse entities: tag "{MARKS["response"]}" of {MARKS["name"]}',
}
COMMANDS = (
    ("check",),
    ("verify",),
    ("export", "dpmd", "--output", "register.csv", "--format", "csv", "--identities"),
    ("report", "dpmd", "--output", f"{MARKS['filename']}/no/such/folder.pdf"),
    ("archive", MARKS["name"]),
    ("poster", MARKS["name"]),
)


async def file_and_follow_up(setup: Setup) -> tuple[ChatUser, str]:
    """A citizen whose names, answers and files are marked files a complaint, and adds to it."""
    facts = {"last_name": MARKS["lastname"], "username": MARKS["username"][:-1]}
    citizen = setup.citizen(dataclasses.replace(ANSWERS, **PLACES))  # type: ignore[arg-type]
    citizen.person.user |= {"first_name": MARKS["firstname"], **facts}
    reference = await citizen.file()
    siti = ChatUser(citizen.person)
    await siti.presses("Tambah Keterangan")
    await siti.says(MARKS["addition"])
    await siti.person.send_document(b"%PDF " + MARKS["content"].encode(), f"{MARKS['filename']}.pdf")
    await siti.edits(await siti.says(MARKS["before"]), MARKS["edit"])
    return siti, reference


async def handle(setup: Setup, reference: str) -> None:
    """Officers with marked names write marked texts at each prompt, and in the group."""
    rina, group = setup.officer(), setup.groups["dpmd"]
    rina.person.user |= {"last_name": MARKS["officer"]}
    group.chat.public["title"] = MARKS["grouptitle"]
    card = await setup.card(reference)
    await rina.presses("Ambil", on=card)
    for label, mark, seen in (
        ("Catatan", "note", "disimpan pada"),
        ("Tanya", "question", "Periksa dahulu."),
        ("Jawab", "response", "Periksa dahulu."),
    ):
        prompt = await rina.presses(label, "mohon balas pesan ini", on=await setup.card(reference))
        shown = await rina.says(MARKS[mark], seen, reply_to=await setup.named(prompt))
        if seen == "Periksa dahulu.":
            await rina.presses("Kirim", on=shown)
    await rina.says(MARKS["grouptext"])
    await rina.says(f"/cari {MARKS['held']}")
    await rina.says(f"/jawab {reference} {MARKS['answer']}")
    await rina.says(f"/tiket {MARKS['reason']}")


async def break_the_wire(setup: Setup, siti: ChatUser) -> None:
    """Updates of no known form, and answers that fail and quote."""
    simulator = setup.simulator
    message = {
        "message_id": MARKS["quarantine"],
        "date": "x",
        "chat": siti.chat.public,
        "text": MARKS["draft"],
    }
    simulator.inject({"message": message})
    simulator.inject({"message": {**message, "message_id": 10**30}, "callback_query": MARKS["callback"]})
    simulator.inject({MARKS["waiting"]: {"text": MARKS["unsent"]}})
    body = json.dumps(QUOTING).encode()
    for method in ("sendMessage", "editMessageText", "answerCallbackQuery", "getFile", "getChatMember"):
        simulator.dispatcher.faults.add(Fault("body", method, times=2, body=body))
    simulator.replace_answer("sendMessage", MARKS["quoted"].encode())
    simulator.replace_answer("getUpdates", b'{"ok":true,"result":["' + MARKS["forwarded"].encode() + b'"]}')
    simulator.dispatcher.faults.add(Fault("502", "sendMessage"))
    simulator.dispatcher.faults.add(Fault("drop", "getUpdates"))
    await siti.person.send_photo(b"\xff\xd8 " + MARKS["content"].encode(), MARKS["caption"])
    for word in ("held", "objection", "withdrawal"):
        await siti.person.say(MARKS[word])
    await setup.settled()


async def pages(port: int) -> str:
    """Both pages of the web server."""
    async with aiohttp.ClientSession() as session:
        answers = []
        for path in ("healthz", "metrics"):
            async with session.get(f"http://127.0.0.1:{port}/{path}?{MARKS['name']}") as answer:
                answers.append(await answer.text())
        async with session.post(f"http://127.0.0.1:{port}/{MARKS['name']}", data=MARKS["story"]) as answer:
            assert answer.status == 404
    return "\n".join(answers)


async def test_no_marked_word_is_in_the_log_whatever_happens(tmp_path: Path) -> None:
    port = free_port()
    settings: dict[str, Any] = {
        "log": {"level": "debug", "format": "json"},
        "web": {"listen": f"127.0.0.1:{port}"},
    }
    async with opened(tmp_path, **settings) as setup:
        siti, reference = await file_and_follow_up(setup)
        await handle(setup, reference)
        await break_the_wire(setup, siti)
        seen = await pages(port)
        assert '"healthy": true' in seen
        assert 'aduan_cases{agency="dpmd",state="open"} ' in seen
        assert 'aduan_calls_total{method="sendMessage",outcome="refused"} ' in seen
        assert find_in_bytes(seen.encode()) == []
        # A row that does not open, met at the start and by its own person.
        await setup.bot.stop()
        break_row(SqliteStore(tmp_path / "aduan.db"), tmp_path / "aduan.key", "cases", "1 = 1", bit("state"))
        setup.bot.start()
        await setup.bot.started()
        await siti.says("/status")
        await setup.settled()
        log = setup.bot.log
        for event in ("turn.taken", "outbox.delivered", "outbox.not_delivered", "files.stored"):
            assert f'"event": "{event}"' in log
        for event in (
            "outbox.document_made",
            "turn.set_aside",
            "telegram.markup_refused",
            "turn.row_damaged",
        ):
            assert f'"event": "{event}"' in log
        assert find_in_bytes(setup.bot.log_path.read_bytes()) == []
        assert all(json.loads(line) for line in log.splitlines())
    for command in COMMANDS:
        done = aduan(*command, folder=tmp_path)
        assert setup.simulator.token not in done.stdout + done.stderr
        # What the person typed is repeated, what the store holds is not.
        said = [MARKS["name"], MARKS["filename"]]
        written = (done.stdout + done.stderr).replace(said[0], "").replace(said[1], "")
        assert find_in_bytes(written.encode()) == [], command
