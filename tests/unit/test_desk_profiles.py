"""The name of an officer's profile replaces the messenger's name in messages, receipts and the history."""

from conversations.complaints.case import Officer, Purpose
from conversations.conversation import OfficerProfile
from conversations.effects import RecordHistory
from conversations.events import DeadlinePassed
from tests.unit.filed import CITIZEN, GROUP, Desk, prompted, wording

PROFILE = OfficerProfile(name="Budi Santoso, S.Sos.", position="Analis Pelayanan", nip="198001012005011001")
BUDI = 601


def introduced(world: Desk, person: int = BUDI, profile: OfficerProfile = PROFILE) -> None:
    """Store this profile as if the officer had introduced themselves."""
    world.introduced(person, profile)


def _texts(world: Desk) -> list[str]:
    return [e.text for e in world.chat.effects if isinstance(e, RecordHistory)]


def test_a_case_names_its_officer_by_the_profile() -> None:
    world = Desk()
    introduced(world)
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.budi, case, "verify")
    known = Officer(id=BUDI, name=PROFILE.name, position=PROFILE.position, nip=PROFILE.nip)
    assert world.now(case).officer == known
    assert world.now(case).verified_by == known
    assert PROFILE.name in wording(world.messages(CITIZEN)[-1])
    assert set(_texts(world)) == {PROFILE.name}


def test_refusals_and_responses_use_the_name_of_the_profile() -> None:
    world = Desk()
    introduced(world)
    case = world.file()
    world.press(world.budi, case, "take")
    world.press(world.rina, case, "take")
    assert (world.chat.alert.template, world.chat.alert.params["name"]) == ("desk.taken", PROFILE.name)
    world.answered(world.budi, case)
    [response] = world.now(case).responses
    assert (response.purpose, response.by) == (Purpose.RESPONSE, PROFILE.name)
    assert PROFILE.name in wording(world.messages(CITIZEN)[-2])


def test_an_officer_is_asked_when_the_messenger_name_fits_that_of_the_reported_person() -> None:
    world = Desk()
    introduced(world, profile=OfficerProfile(name="Slamet Riyadi"))
    case = world.file()
    reported = case.complaint.model_copy(update={"reported_person": "Budi Santoso"})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": reported}).model_dump_json()
    assert world.press(world.budi, case, "take") == ["desk.meant_sure"]


def test_an_officer_is_asked_when_the_name_of_the_profile_fits_that_of_the_reported_person() -> None:
    world = Desk()
    introduced(world, profile=OfficerProfile(name="Slamet Riyadi"))
    case = world.file()
    reported = case.complaint.model_copy(update={"reported_person": "Pak Slamet"})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": reported}).model_dump_json()
    assert world.press(world.budi, case, "take") == ["desk.meant_sure"]


def test_a_reminder_names_the_officer_by_the_profile() -> None:
    world = Desk()
    introduced(world)
    case = prompted(world)
    world.later(days=1, hours=1)
    world.chat.feed(DeadlinePassed(world.chat.now, chat=GROUP, person=BUDI))
    assert case.reference in wording(world.messages(GROUP)[-1])
    assert world.messages(GROUP)[-1].params["officer"] == {"id": BUDI, "name": PROFILE.name}
