"""Each error of the Cloud API with the real process: what the citizen, the officers and the operator see.

A code comes in the answer to a call, or in a status after the call was accepted. The waits after a failure
are short here (quick_waits.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Literal

import pytest
import pytest_asyncio

from tests.acceptance.bot_setup import ChatUser, words
from tests.acceptance.whatsapp_setup import QUICK, CloudSetup, answer_to, copies, on_whatsapp
from tests.cloud_players import CloudCitizen

pytestmark = pytest.mark.asyncio(loop_scope="module")

# "call": the answer of a call that had no effect; "after": of one that had; "status": later, as a status.
Place = Literal["call", "after", "status"]
# The call fails, and when it is made again it is accepted and fails in a status.
BOTH: tuple[Place, ...] = ("call", "status")
AFTER: tuple[Place, ...] = ("after",)

WAIT = (4, 80007, 130429, 131048, 131056, 131057)
AGAIN = (1, 2, 131000, 131016)
UNREACHABLE = (131026, 130403)
# The ends of the range of rights, too.
ACCOUNT = (0, 10, 190, 200, 299, 368, 131005, 131031, 131042, 131045, 133010)
# The last one is in no list of Meta.
OURS = (33, 100, 131008, 131009, 131051, 131053, 135999)
TEMPLATE = (132000, 132001, 132005, 132007, 132012, 132015, 132016)
A_DAY = 25 * 3600.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def phones(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[CloudSetup]:
    """One bot for all tests of this file."""
    async with on_whatsapp(tmp_path_factory.mktemp("codes"), program=QUICK) as running:
        yield running


async def failing(
    phones: CloudSetup, cases: Sequence[tuple[int, tuple[Place, ...]]]
) -> list[tuple[int, tuple[Place, ...], CloudCitizen]]:
    """Let an officer respond to a new citizen for each case, whose response fails in these ways."""
    citizens = await phones.filed_on_whatsapp(len(cases))
    failed = [(code, places, citizen) for (code, places), citizen in zip(cases, citizens, strict=True)]
    for code, places, citizen in failed:
        for place in places:
            fail(phones, code, place, citizen)
        await phones.respond(citizen, answer_to(citizen))
    return failed


def fail(phones: CloudSetup, code: int, place: Place, citizen: CloudCitizen) -> None:
    """Let a message to this citizen fail in this way."""
    if place == "status":
        phones.simulator.whatsapp.receipts.fail(code, citizen.person)
    else:
        effect: Literal["before", "after"] = "before" if place == "call" else "after"
        phones.simulator.whatsapp.fault("messages", citizen.person, 1, effect, code=code)


async def told(operator: ChatUser, codes: Iterable[int], sentence: str) -> None:
    """See one message with this sentence for each code."""
    for code in codes:
        await operator.sees(f"{code}: ", unless=lambda message: sentence not in words(message))


async def quiet(phones: CloudSetup, operator: ChatUser) -> None:
    """See that the operator was not notified."""
    await phones.rested()
    assert [words(each) for each in operator.new_messages()] == []


async def test_what_passes_by_itself_arrives_and_the_operator_is_told_nothing(phones: CloudSetup) -> None:
    operator = await phones.operator()
    cases = [*((code, BOTH) for code in (*WAIT, *AGAIN)), *((code, AFTER) for code in AGAIN)]
    for code, places, citizen in await failing(phones, cases):
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        most = 2 if places == AFTER else 1
        assert 1 <= copies(citizen) <= most, (code, places)
    await quiet(phones, operator)


async def test_what_the_operator_has_to_end_waits_and_names_its_code(phones: CloudSetup) -> None:
    operator = await phones.operator()
    failed = await failing(phones, [(code, BOTH) for code in ACCOUNT])
    await told(operator, ACCOUNT, "karena akun, nomor, atau templat")
    for code, _, citizen in failed:
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        assert copies(citizen) == 1, code


async def test_who_cannot_be_reached_gets_the_response_after_writing(phones: CloudSetup) -> None:
    operator = await phones.operator()
    cases: list[tuple[int, tuple[Place, ...]]] = [(code, (place,)) for code in UNREACHABLE for place in BOTH]
    for code, places, citizen in await failing(phones, cases):
        await phones.card_shows(citizen.reference, "tidak dapat dihubungi lewat bot")
        assert copies(citizen) == 0, (code, places)
        await citizen.person.say("apa kabarnya?")
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        assert copies(citizen) == 1, (code, places)
    await quiet(phones, operator)


async def test_what_is_wrong_with_the_message_is_told_and_can_still_be_read(phones: CloudSetup) -> None:
    operator = await phones.operator()
    cases = [(code, place) for code in OURS for place in BOTH]
    citizens = await phones.filed_on_whatsapp(len(cases))
    for (code, place), citizen in zip(cases, citizens, strict=True):
        operator.mark_read()
        fail(phones, code, place, citizen)
        await phones.respond(citizen, answer_to(citizen))
        await told(operator, [code], "tidak dapat dikirim")
        await phones.card_shows(citizen.reference, "tidak dapat dihubungi lewat bot")
        assert copies(citizen) == 0, (code, place)
        await citizen.person.say(f"/status {citizen.reference}")
    for citizen in citizens:
        await citizen.sees(answer_to(citizen))


async def test_a_refused_template_waits_for_the_operator_and_nothing_else_is_sent(phones: CloudSetup) -> None:
    operator, cloud = await phones.operator(), phones.simulator.whatsapp
    citizens = await phones.filed_on_whatsapp(len(TEMPLATE))
    before = len(cloud.calls)
    for code, citizen in zip(TEMPLATE, citizens, strict=True):
        citizen.person.heard = cloud.clock.now() - A_DAY
        # The bot thinks that the window is open: the response itself is refused first.
        fail(phones, 131047, "call", citizen)
        for place in BOTH:
            fail(phones, code, place, citizen)
        await phones.respond(citizen, answer_to(citizen))
    await told(operator, TEMPLATE, "karena akun, nomor, atau templat")
    for citizen in citizens:
        await phones.card_shows(citizen.reference, "menunggu")
        await citizen.sees(f"Ada kabar tentang pengaduan {citizen.reference}")
        assert copies(citizen) == 0
        await citizen.presses("Baca")
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
    shown = [call for call in cloud.calls[before:] if call.params.get("type") == "template"]
    assert [call.outcome for call in shown].count("ok") == 2 * len(citizens)
