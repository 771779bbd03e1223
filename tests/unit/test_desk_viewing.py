"""Reading a case from its card: story, evidence and identity."""

from __future__ import annotations

from conversations import keys
from conversations.effects import Send
from tests.unit.filed import CITIZEN, GROUP, Desk, wording

PERSONAL = ("Siti", "Krajan", "0812")


def _cases_of_keys(world: Desk) -> list[str]:
    """The case in the key of each message of the last act: by the key an erasure deletes the message."""
    sends = [effect for effect in world.chat.fresh if isinstance(effect, Send)]
    return [key.case if key else "" for key in (keys.parse(send.key) for send in sends)]


def test_evidence_answers_the_card_with_files_and_map_links() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "evidence")
    (message,) = world.chat.sent(GROUP)
    assert message.files == (f"{CITIZEN}-12",)
    assert message.reply_to == f"card:{case.id}"
    assert "https://maps.google.com/?q=-7.600000,112.800000" in wording(message)


def test_reading_all_shows_the_whole_story_without_the_person() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "read_all")
    (message,) = world.chat.sent(GROUP)
    text = wording(message)
    assert case.complaint.account in text
    assert not [word for word in PERSONAL if word in text]


def test_identity_goes_to_the_presser_alone_and_is_logged() -> None:
    world = Desk()
    case = world.file()
    assert world.press(world.budi, case, "identity") == []
    alert = world.chat.alert
    assert alert.alert
    assert alert.overflow == f"identity-{case.id}"
    assert {row["field"] for row in alert.params["fields"]} == {"name", "address", "phone"}
    assert ("officer:601", "identity_viewed") in world.history()


def test_the_identity_link_works_for_its_officer_for_ten_minutes() -> None:
    world = Desk()
    case = world.file()
    world.press(world.budi, case, "identity")
    argument = f"identity-{case.id}"
    private = world.private(world.budi)
    assert private.commands("start", argument) == ["desk.identity"]
    assert _cases_of_keys(world) == [case.id]
    assert world.private(world.rina).commands("start", argument) != ["desk.identity"]
    world.later(minutes=11)
    unknown = private.commands("start", "identity-entahapa")
    assert private.commands("start", argument) == unknown


def test_a_confidential_identity_is_for_leaders_only() -> None:
    world = Desk()
    case = world.file(confidential=True)
    for action in ("identity", "read_all", "evidence", "answer", "note"):
        world.press(world.budi, case, action)
        assert world.chat.alert.template == "desk.leaders_only"
    assert not world.now(case).grants
    world.press(world.leader, case, "identity")
    assert world.chat.alert.template == "desk.identity"


def test_a_leader_reads_a_confidential_case_in_private() -> None:
    world = Desk()
    case = world.file(confidential=True)
    assert world.press(world.leader, case, "read_all") == []
    assert world.chat.alert.link == f"read-{case.id}"
    private = world.private(world.leader)
    assert private.commands("start", f"read-{case.id}") == ["desk.full", "desk.evidence"]
    assert _cases_of_keys(world) == [case.id, case.id]
    assert ("officer:900", "read_viewed") in world.history()


def test_the_power_of_attorney_is_seen_in_private_only() -> None:
    world = Desk()
    case = world.file()
    paper = {"power_of_attorney": (case.complaint.story[1].model_copy(update={"file": "501-77"}),)}
    represents = case.complaint.model_copy(update={"represents": True, **paper})
    world.chat.cases[case.id] = case.model_copy(update={"complaint": represents}).model_dump_json()
    assert world.press(world.budi, case, "identity") == []
    assert world.chat.alert.link == f"identity-{case.id}"
    world.private(world.budi).commands("start", f"identity-{case.id}")
    (message,) = world.chat.sent(601)
    assert message.files == ("501-77",)
