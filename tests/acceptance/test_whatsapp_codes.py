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
AFTER: Place = "after"

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


def both(*codes: int) -> list[tuple[int, Place]]:
    """Return each code in the answer to a call, and in a status."""
    places: tuple[Place, Place] = "call", "status"
    return [(code, place) for code in codes for place in places]


async def failing(
    phones: CloudSetup, cases: Sequence[tuple[int, Place]]
) -> list[tuple[int, Place, CloudCitizen]]:
    """Let an officer respond to a new citizen for each case, whose response fails in this way."""
    citizens = await phones.filed_on_whatsapp(len(cases))
    failed = [(code, place, citizen) for (code, place), citizen in zip(cases, citizens, strict=True)]
    for code, place, citizen in failed:
        if place == "status":
            phones.simulator.whatsapp.receipts.fail(code, citizen.person)
        else:
            effect: Literal["before", "after"] = "before" if place == "call" else "after"
            phones.simulator.whatsapp.fault("messages", citizen.person, 1, effect, code=code)
        await phones.respond(citizen, answer_to(citizen))
    return failed


async def told(operator: ChatUser, codes: Iterable[int], sentence: str) -> None:
    """See one message with this sentence for each code."""
    for code in codes:
        await operator.sees(f"{code}: ", unless=lambda message: sentence not in words(message))


async def quiet(phones: CloudSetup, operator: ChatUser) -> None:
    """See that the operator was told nothing."""
    await phones.rested()
    assert [words(each) for each in operator.new_messages()] == []


async def test_what_passes_by_itself_arrives_and_the_operator_is_told_nothing(phones: CloudSetup) -> None:
    operator = await phones.operator()
    cases: list[tuple[int, Place]] = [
        (code, place) for code in (*WAIT, *AGAIN) for place in ("call", "status")
    ]
    failed = await failing(phones, [*cases, *((code, "after") for code in AGAIN)])
    for code, place, citizen in failed:
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        most = 2 if place == "after" else 1
        assert 1 <= copies(citizen) <= most, (code, place)
    await quiet(phones, operator)


async def test_what_the_operator_has_to_end_waits_and_names_its_code(phones: CloudSetup) -> None:
    operator = await phones.operator()
    failed = await failing(phones, both(*ACCOUNT))
    await told(operator, ACCOUNT, "karena akun, nomor, atau templat")
    for code, place, citizen in failed:
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        assert copies(citizen) == 1, (code, place)


async def test_who_cannot_be_reached_gets_the_response_after_writing(phones: CloudSetup) -> None:
    operator = await phones.operator()
    failed = await failing(phones, both(*UNREACHABLE))
    for code, place, citizen in failed:
        await phones.card_shows(citizen.reference, "tidak dapat dihubungi lewat bot")
        assert copies(citizen) == 0, (code, place)
        await citizen.person.say("apa kabarnya?")
        await citizen.sees(answer_to(citizen))
        await phones.card_shows(citizen.reference, "Terkirim")
        assert copies(citizen) == 1, (code, place)
    await quiet(phones, operator)


async def test_what_is_wrong_with_the_message_is_told_and_can_still_be_read(phones: CloudSetup) -> None:
    operator = await phones.operator()
    failed = await failing(phones, both(*OURS))
    await told(operator, OURS, "tidak dapat dikirim")
    for code, place, citizen in failed:
        await phones.card_shows(citizen.reference, "tidak dapat dihubungi lewat bot")
        assert copies(citizen) == 0, (code, place)
        await citizen.person.say(f"/status {citizen.reference}")
        await citizen.sees(answer_to(citizen))


async def test_a_refused_template_waits_for_the_operator_and_nothing_else_is_sent(phones: CloudSetup) -> None:
    operator, cloud = await phones.operator(), phones.simulator.whatsapp
    citizens = await phones.filed_on_whatsapp(2 * len(TEMPLATE))
    before = len(cloud.calls)
    for code, in_call, in_status in zip(TEMPLATE, citizens[::2], citizens[1::2], strict=True):
        for citizen in (in_call, in_status):
            citizen.person.heard = cloud.clock.now() - A_DAY
        # The bot thinks that the window is open: the response itself is refused, then the template is.
        cloud.fault("messages", in_call.person, code=131047)
        cloud.fault("messages", in_call.person, code=code)
        cloud.receipts.fail(code, in_status.person)
        for citizen in (in_call, in_status):
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
    assert sum(call.outcome == "ok" for call in shown) == len(citizens) + len(TEMPLATE)
