"""What is recorded of the real bot, and what the other bots make of it."""

import pytest

from bot.simulator.api.dispatch import Call
from tests.bench.bots.replay import Upload, acts_of, snake
from tests.bench.recording import OtherPathError, Recording, answering, recorded

PERSON, GROUP = 50_001, -100
NAME = "Sulastri <Handayani>"
SUMMARY = "Langkah 9 dari 10 — <b>Ringkasan</b>\n\nNama: Sulastri &lt;Handayani&gt; {x}"
RECEIPT = "<b>Tanda terima pengaduan</b>\nNomor registrasi: <b>DPMD-2026-0001</b>\nKode akses: AB12"


def call(method: str, result: object = True, **params: object) -> Call:
    return Call(method, {name: str(value) for name, value in params.items()}, outcome="ok", result=result)


def fetched(update_id: int, **content: object) -> Call:
    return Call(
        "getUpdates",
        {},
        outcome="ok",
        result=[{"update_id": update_id, **content}, {"update_id": 99, "message": {}}],
    )


def written(text: str) -> dict[str, object]:
    return {"from": {"id": PERSON}, "text": text}


def sent(message_id: int, **more: object) -> dict[str, object]:
    return {"message_id": message_id, **more}


# Each act's update is fetched by a call that began before the act.
CALLS = [
    call("getMe"),
    fetched(1, message=written("/start dpmd")),
    call("sendMessage", sent(2), chat_id=PERSON, text="Siapa nama Anda?"),
    fetched(2, message=written(NAME)),
    call("sendMessage", sent(4), chat_id=PERSON, text=SUMMARY),
    call("editMessageReplyMarkup", sent(2), chat_id=PERSON, message_id=2),
    fetched(3, callback_query={"from": {"id": PERSON}, "id": "77"}),
    call("answerCallbackQuery", callback_query_id=77),
    call("sendMessage", sent(5), chat_id=PERSON, text=RECEIPT),
    call("sendMessage", sent(1), chat_id=GROUP, text="Pengaduan DPMD-2026-0001"),
    call("editMessageText", sent(1), chat_id=GROUP, message_id=1, text="Pengaduan DPMD-2026-0001: surat"),
    call(
        "sendDocument",
        sent(6, document={"file_size": 30_000}),
        chat_id=PERSON,
        document="attach://made",
        made="surat.pdf",
    ),
]
MARKS = [2, 4, 7, 12]


def recording() -> Recording:
    return recorded(CALLS, MARKS, PERSON)


def test_each_act_has_the_calls_that_followed_it() -> None:
    acts = recording()["acts"]
    assert [act["kind"] for act in acts] == ["command", "text", "press"]
    assert [act["said"] for act in acts] == ["/start dpmd", NAME, ""]
    assert [[made["method"] for made in act["calls"]] for act in acts] == [
        ["sendMessage"],
        ["sendMessage", "editMessageReplyMarkup"],
        ["answerCallbackQuery", "sendMessage", "sendMessage", "editMessageText", "sendDocument"],
    ]


def test_what_differs_from_person_to_person_is_a_field() -> None:
    acts = recording()["acts"]
    assert acts[1]["calls"][0]["params"]["text"].endswith("Nama: {said1} {{x}}")
    assert acts[1]["calls"][1]["params"] == {"chat_id": "$person", "message_id": "$sent 0"}
    assert acts[2]["calls"][0]["params"] == {"callback_query_id": "$press"}
    assert "{reference}" in acts[2]["calls"][1]["params"]["text"]
    assert acts[2]["calls"][2]["params"] == {"chat_id": GROUP, "text": "Pengaduan {reference}"}
    assert acts[2]["calls"][3]["params"]["message_id"] == "$sent 3"
    assert acts[2]["calls"][4]["params"] == {"chat_id": "$person", "document": "$upload surat.pdf 30000"}


def test_the_citizen_waits_for_the_question_and_not_for_what_surrounds_it() -> None:
    answers = [[made.get("answers", False) for made in act["calls"]] for act in recording()["acts"]]
    assert answers == [[True], [True, False], [False, True, False, False, False]]


@pytest.mark.parametrize(
    ("methods", "texts", "expected"),
    [
        (("sendMessage", "editMessageText"), ("Langkah 4 dari 10 — Waktu", "Layanan: KTP"), 0),
        (("editMessageText", "sendMessage"), ("Langkah 10 dari 10 — Tempat", "Terima kasih."), 0),
        (("editMessageText", "sendMessage", "sendMessage"), ("Layanan: KTP", "Satu", "Dua"), 2),
        (("editMessageText", "editMessageText"), ("Layanan: KTP", "Tercatat: 2"), 1),
    ],
)
def test_the_answer_is_the_question_else_a_message_else_an_edit(
    methods: tuple[str, ...], texts: tuple[str, ...], expected: int
) -> None:
    calls = [
        {"method": method, "params": {"chat_id": "$person", "text": text}}
        for method, text in zip(methods, texts, strict=True)
    ]
    assert answering([*calls, {"method": "getFile", "params": {}}]) == expected


def test_another_person_gets_the_same_calls_with_their_own_values() -> None:
    acts = acts_of(recording(), single=False)
    memory = {"said": {"said1": "Budi & Co", "reference": "DPMD-2026-0042", "code": "X"}, "sent": {0: 812}}
    summary, edit = (made.arguments(memory, "", "", 7) for made in acts[1].calls)
    assert summary["chat_id"] == 7
    assert summary["text"].endswith("Nama: Budi &amp; Co {x}")
    assert edit == {"chat_id": 7, "message_id": 812}
    assert acts[2].calls[0].arguments(memory, "78", "", 7) == {"callback_query_id": "78"}
    assert acts[2].calls[2].arguments(memory, "78", "", 7)["text"] == "Pengaduan DPMD-2026-0042"
    assert acts[2].calls[4].arguments(memory, "78", "", 7)["document"] == Upload("surat.pdf", bytes(30_000))


def test_the_author_of_a_plain_bot_sends_one_message_for_each_act_and_the_card() -> None:
    acts = acts_of(recording(), single=True)
    assert [[made.method for made in act.calls] for act in acts] == [
        ["sendMessage"],
        ["sendMessage"],
        ["answerCallbackQuery", "sendMessage", "sendMessage"],
    ]


@pytest.mark.parametrize(
    ("calls", "marks", "words"),
    [
        (CALLS, [2, 4, 7], "3 updates in 2 acts"),
        (
            [*CALLS[:5], call("editMessageText", chat_id=PERSON, message_id=3, text="x"), *CALLS[6:]],
            MARKS,
            "message 3",
        ),
        ([*CALLS[:8], *CALLS[9:]], [2, 4, 7, 11], "no receipt"),
        ([*CALLS[:5], call("sendMessage", text="x", reply_parameters="{}"), *CALLS[6:]], MARKS, "replies"),
        (
            [*CALLS[:5], Call("sendMessage", {}, outcome="error", error="too long"), *CALLS[6:]],
            MARKS,
            "too long",
        ),
    ],
)
def test_what_cannot_be_replayed_stops_the_recording(calls: list[Call], marks: list[int], words: str) -> None:
    with pytest.raises(OtherPathError, match=words):
        recorded(calls, marks, PERSON)


def test_methods_are_named_as_the_libraries_name_them() -> None:
    assert snake("editMessageReplyMarkup") == "edit_message_reply_markup"
