"""What the recipes of docs/recipes.md promise. test_recipes.py runs this in a copy with all of them applied.

The changes are in the copy alone, so that their names are texts here.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.channels.telegram import profile
from bot.practice import acting
from bot.practice.stories import STORIES, Play
from bot.simulator.server import Simulator
from conversations.catalogue import MESSAGES
from conversations.catalogue.commands import Audience
from conversations.effects import RecordHistory
from conversations.messages import OutgoingMessage
from tests.bot_process import STAFF as STAFF_GROUPS
from tests.bot_process import UNPACED, BotProcess
from tests.players import Citizen
from tests.unit.filed import GROUP, RENDERER, Desk, wording
from tests.unit.transcript import STAFF
from tests.unit.walker import FILED, SITI, change, citizen, last, questions_asked, walk

ATTEMPT = "Sudah melapor ke balai desa dua kali."
DAY = timedelta(days=1)


def shown_to(chat_log_messages: list[OutgoingMessage]) -> str:
    return "\n".join(wording(message) for message in chat_log_messages)


def test_a_field_of_the_complaint() -> None:
    siti = citizen()
    walk(siti, until="summary", answers={"earlier_attempt": ATTEMPT})
    asked = questions_asked(siti)
    assert asked.index("earlier_attempt") == asked.index("resolution") + 1
    assert f"Upaya sebelumnya: {ATTEMPT}" in RENDERER.plain(last(siti).template, last(siti).params, "id")
    assert change(siti, "earlier_attempt") == ["intake.ask_earlier_attempt"]
    assert ATTEMPT in wording(last(siti), "en")
    siti.presses("keep_answer")
    assert walk(siti, until="filed") == FILED
    case = siti.chat_log.case()
    assert getattr(case.complaint, "earlier_attempt") == ATTEMPT  # noqa: B009 - a field of the copy alone
    officer = siti.chat_log.person(601, "Budi", STAFF["dpmd"])
    assert officer.presses("read_all") == ["desk.full"]
    assert f"<b>Upaya sebelumnya</b>\n{ATTEMPT}" in shown_to(siti.chat_log.sent(officer.chat))
    siti.commands("privasi")
    assert ATTEMPT in shown_to(siti.chat_log.sent(siti.chat))


async def test_scripted_people_answer_new_fields_of_the_real_bot(tmp_path: Path) -> None:
    simulator = await Simulator.start()
    rina, budi = simulator.person(801, "Rina"), simulator.person(402, "Budi")
    for chat in STAFF_GROUPS.values():
        simulator.group(chat, "Petugas", members=[rina])
    bot = await BotProcess.run(simulator, tmp_path, pacing=UNPACED)
    try:
        await Citizen.new(simulator, 401, link="dpmd").file()
        group = simulator.groups[STAFF_GROUPS["dpmd"]]
        desk = acting.Desk(group, rina, rina)
        await Play(STORIES["dpmd"], acting.Cast(budi, desk, desk, desk), acting.Stage(0.02)).play()
    finally:
        await bot.stop()
        await simulator.close()
    texts = "".join(str(message.get("text")) for message in budi.messages)
    assert "Cara meminta layanan: di loket" in texts
    assert "Upaya sebelumnya: (dilewati)" in texts


def test_a_field_of_the_complaint_that_is_skipped() -> None:
    siti = citizen()
    walk(siti, until="earlier_attempt")
    assert walk(siti, until="filed", answers={"earlier_attempt": None}) == FILED
    assert getattr(siti.chat_log.case().complaint, "earlier_attempt") is None  # noqa: B009 - the same


def test_a_complaint_from_before_the_field_still_opens() -> None:
    world = Desk()
    case = world.file()
    assert getattr(case.complaint, "earlier_attempt") is None  # noqa: B009 - the same
    assert world.press(world.budi, case, "read_all") == ["desk.full"]


def test_a_choice_field() -> None:
    siti = citizen()
    walk(siti, until="service_way")
    offered = [(button.label, button.value) for row in last(siti).buttons for button in row][:2]
    assert offered == [("way_counter", "counter"), ("way_online", "online")]
    walk(siti, until="summary", answers={"service_way": "online"})
    summary = RENDERER.plain(last(siti).template, last(siti).params, "id")
    assert "Cara meminta layanan: lewat internet" in summary
    walk(siti, until="filed")
    assert getattr(siti.chat_log.case().complaint, "service_way") == "online"  # noqa: B009 - the same


def test_a_button_of_the_card() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "take")
    card = world.chat.sent(GROUP)[-1]
    shown = [RENDERER.label(button.label, button.params, "id") for row in card.buttons for button in row]
    assert "Perbarui" in shown
    world.press(world.rina, case, "refresh")
    assert world.chat.alert.template == "desk.taken"
    version = world.now(case).version
    world.press(world.budi, case, "refresh")
    assert world.now(case).version == version + 1
    assert [message.template for message in world.chat.sent(GROUP)] == ["desk.card"]
    assert [effect.what for effect in world.chat.fresh if isinstance(effect, RecordHistory)] == ["refreshed"]
    world.budi.commands("bantuan")
    assert "Perbarui" in shown_to(world.chat.sent(GROUP))


def test_a_message() -> None:
    assert MESSAGES["followup.emergency"] == {"emergency"}
    message = OutgoingMessage("followup.emergency", {"emergency": "112"})
    assert "hubungi <b>112</b>" in wording(message)
    assert "call <b>112</b>" in wording(message, "en")


def test_a_command() -> None:
    siti = citizen()
    assert siti.commands("darurat") == ["followup.emergency"]
    assert ("darurat", "Nomor darurat") in profile.commands(Audience.CITIZEN, "id", RENDERER)
    siti.commands("bantuan")
    assert "melihat nomor darurat: /darurat" in shown_to(siti.chat_log.sent(siti.chat))


def test_a_reminder() -> None:
    siti = citizen()
    walk(siti, until="story")
    chat = siti.chat_log
    templates = []
    for days in (DAY, DAY, DAY, 4 * DAY):
        chat.wake(SITI, days)
        templates.append([message.template for message in chat.sent(SITI)])
    assert templates == [
        ["intake.reminder"],
        [],
        ["intake.reminder"],
        ["system.keyboard_closed", "intake.dropped"],
    ]
