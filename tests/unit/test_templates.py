"""The templates hold exactly what the catalogues list, in every language, as markup for the messenger."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, get_args

import pytest
from jinja2 import Environment, meta, nodes

from bot.channels.telegram.sending import LONGEST_CAPTION
from bot.documents.blocks import blocks
from bot.simulator.api.html import Parser, utf16_length
from bot.wording.rendering import FOLDER, Renderer, Texts
from conversations.catalogue import BUTTONS, MESSAGES
from conversations.catalogue.commands import COMMANDS
from conversations.catalogue.letters import CAPTIONS, PAPER
from conversations.catalogue.report import REPORT
from conversations.complaints.case import Purpose
from conversations.complaints.complaint import QUESTIONS, LossKind, Part, Step
from conversations.complaints.kind import Choice, ReplyKey
from conversations.complaints.life_cycle import Status
from conversations.complaints.mornings import Duty
from conversations.complaints.rules import Language
from conversations.complaints.shown_answers import shown
from conversations.desk import division_cards
from conversations.desk.actions import CARD
from conversations.desk.digest import SECTIONS
from conversations.messages import OutgoingMessage
from conversations.reading.identity import Problem
from tests.unit.template_samples import DAY, samples
from tests.unit.transcript import agency

LANGUAGES = get_args(Language)
PAPERS = ("letters", "captions", "report")
# The words of documents: the files, and the messages in them.
ON_PAPER = (*(f"letters.{name}" for name in PAPER), *(f"report.{name}" for name in REPORT))
DIALOGUES = (
    "intake",
    "explain",
    "followup",
    "completion",
    "desk",
    "mornings",
    "limits",
    "system",
    "told",
    "authenticity",
)
LONGEST_TEXT = 4096
LONGEST_LABEL = 20
# Buttons of the messenger itself.
MESSENGERS = ("Mulai", "Start")
# "press <b>Send</b>": what is pressed, unless it is a parameter.
PRESSED = re.compile(r"(?:[Tt]ekan|[Pp]ress|[Uu]se|lewat|tombol|button|with|lalu|then) <b>([^<{]+)</b>")

RENDERER = Renderer()
TEXTS = Texts("id")

AGENCY, TODAY = agency("dpmd"), date(2026, 3, 17)

# "Langkah n dari m" counts the steps of everybody's path: an addition is asked without a number.
UNTOLD = {
    f"intake.ask_{name}": frozenset({"step", "steps"})
    for name, question in QUESTIONS.items()
    if question.step is Step.SUMMARY
}

# Names that templates may use in addition to their parameters.
GIVEN = frozenset({"word", "explanation", "message", "range"})
TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "a", "blockquote"})


def blocks_of(language: str, file: str) -> dict[str, frozenset[str]]:
    """Block -> the parameters that it uses."""
    path = FOLDER / language / f"{file}.html"
    if not path.exists():
        return {}
    environment = TEXTS._environment
    blocks = environment.parse(path.read_text(encoding="utf-8")).find_all(nodes.Block)
    return {block.name: _used(block, environment) for block in blocks}


def _used(block: nodes.Block, environment: Environment) -> frozenset[str]:
    alone = nodes.Template(block.body, lineno=1)
    alone.set_environment(environment)
    return frozenset(meta.find_undeclared_variables(alone)) - GIVEN


def listed(file: str) -> dict[str, frozenset[str]]:
    return {
        name.partition(".")[2]: parameters - UNTOLD.get(name, frozenset())
        for name, parameters in MESSAGES.items()
        if name.startswith(f"{file}.")
    }


def needed_words() -> Iterable[str]:
    yield from (f"status_{status}" for status in Status)
    yield from (f"loss_{kind}" for kind in LossKind)
    yield from (f"field_{name}" for name in QUESTIONS)
    yield from ("field_confidential", "field_place", "field_signature", "field_represents")
    yield from (f"problem_{problem}" for problem in Problem)
    yield from (f"purpose_{purpose}" for purpose in Purpose)
    for choice in get_args(Part.model_fields["kind"].annotation):
        yield from (f"kind_{kind}" for kind in get_args(choice) or (choice,))
    yield from ("yes", "no", "unsure", "skipped")
    yield from (f"help_{command.audience}_{command.name}" for command in COMMANDS if command.help)
    yield from (f"argument_{command.argument}" for command in COMMANDS if command.argument)
    yield from (f"help_button_{button.label}" for button in (*CARD, *division_cards.CARD))
    yield from (f"limit_{duty}" for duty in get_args(Duty))
    yield from (f"section_{name}" for name in SECTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", [*DIALOGUES, *PAPERS])
def test_each_message_has_its_block_with_exactly_its_parameters(language: str, file: str) -> None:
    assert blocks_of(language, file) == listed(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_button_has_its_label_with_exactly_its_parameters(language: str) -> None:
    assert blocks_of(language, "buttons") == BUTTONS


@pytest.mark.parametrize("file", ["words", "profile", "lists"])
def test_both_languages_have_the_same_words(file: str) -> None:
    first, second = (blocks_of(language, file) for language in LANGUAGES)
    assert first == second


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_field_and_problem_has_its_word(language: str) -> None:
    assert set(needed_words()) <= blocks_of(language, "words").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_problem_asks_for_nothing_but_the_limit(language: str) -> None:
    words = blocks_of(language, "words")
    problems = {name: needs for name, needs in words.items() if name.startswith("problem_")}
    assert {name for name, needs in problems.items() if needs - {"limit"}} == set()
    assert words["problem_too_long"] == {"limit"}


# status -> how product.md shows it
SHOWN_AS = {
    Status.DRAFT: "Draf",
    Status.RECEIVED: "Diterima",
    Status.VERIFIED: "Terverifikasi",
    Status.INCOMPLETE: "Perlu dilengkapi",
    Status.IN_PROGRESS: "Ditangani petugas",
    Status.ASSIGNED: "Didisposisikan",
    Status.AWAITING_APPROVAL: "Menunggu persetujuan",
    Status.RESPONDED: "Ditanggapi",
    Status.REOPENED: "Dibuka kembali",
    Status.CLOSED: "Selesai",
    Status.ARCHIVED: "Diarsipkan",
    Status.REDIRECTED: "Diteruskan (bukan kewenangan)",
    Status.REJECTED: "Tidak dapat diproses",
    Status.DUPLICATE: "Duplikat",
    Status.WITHDRAWN: "Dicabut",
    Status.LAPSED: "Dianggap dicabut",
}


@pytest.mark.parametrize("status", Status)
def test_a_status_is_shown_as_the_product_says(status: Status) -> None:
    assert TEXTS.word(f"status_{status}") == SHOWN_AS[status]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted({*MESSAGES} - {*ON_PAPER}))
def test_each_message_is_markup_that_the_messenger_takes(language: str, name: str) -> None:
    for params in samples(name, MESSAGES[name]):
        markup = RENDERER.text(OutgoingMessage(name, params), language)
        shown, _ = Parser(markup).parse()
        assert shown.strip()
        assert "\n\n\n" not in shown
        assert utf16_length(shown) <= LONGEST_TEXT
        assert set(re.findall(r"</?([a-z-]+)", markup)) <= TAGS
        # An empty value that no condition keeps out; in English it is a word.
        assert language != "id" or "None" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(f"captions.{name}" for name in CAPTIONS))
def test_each_caption_fits_below_a_document(language: str, name: str) -> None:
    for params in samples(name, MESSAGES[name]):
        shown, _ = Parser(RENDERER.text(OutgoingMessage(name, params), language)).parse()
        assert utf16_length(shown) <= LONGEST_CAPTION


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(ON_PAPER))
def test_each_document_is_blocks_that_can_be_typeset(language: str, name: str) -> None:
    for params in samples(name, MESSAGES[name]):
        shown = RENDERER.text(OutgoingMessage(name, params), language)
        assert blocks(shown)
        assert "None" not in shown


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_text_addresses_its_reader_in_one_way(name: str) -> None:
    for params in samples(name, MESSAGES[name]):
        shown = RENDERER.text(OutgoingMessage(name, params), "id")
        assert not ("Bapak/Ibu" in shown and re.search(r"\b(?:Anda|kamu)\b", shown)), shown


def labelled(name: str) -> Iterable[Mapping[str, Any]]:
    """The parameters of a button, with every field that the summary can change."""
    if name in {"change_field", "ticked", "unticked"}:
        return [{"field": field} for field in QUESTIONS]
    return samples(f"buttons.{name}", BUTTONS[name])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(BUTTONS))
def test_each_label_is_one_short_plain_line(language: str, name: str) -> None:
    for params in labelled(name):
        label = RENDERER.label(name, params, language)
        assert label
        # The words of a "choice" and the name of a "division" are the agency's own.
        assert len(label) <= LONGEST_LABEL or name in {"choice", "division"}
        assert "\n" not in label
        assert not re.search(r"<[a-z]+>", label)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_says_press_names_a_button(language: Language) -> None:
    words = Texts(language)
    labels = {*words.fixed_labels.values(), *MESSENGERS}
    labels |= {str(words.word(f"field_{name}")) for name in QUESTIONS}
    for path in sorted((FOLDER / language).glob("*.html")):
        named = set(PRESSED.findall(path.read_text(encoding="utf-8")))
        assert named <= labels, path.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_template_turns_escaping_off(language: str) -> None:
    for path in sorted((FOLDER / language).glob("*.html")):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe\b|autoescape", source), path.name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "choice"),
    [
        (name, choice)
        for name, asked in QUESTIONS.items()
        for row in asked.kind.choices(AGENCY, TODAY)
        for choice in row
    ],
    ids=lambda value: value if isinstance(value, str) else value.label,
)
def test_every_choice_has_a_button_and_its_answer_is_printed(
    field: str, choice: Choice, language: Language
) -> None:
    assert RENDERER.label(choice.label, choice.params, language)
    answered = {"field": field, "answer": shown(field, choice.answer, AGENCY)}
    assert RENDERER.text(OutgoingMessage("intake.answered", params=answered), language)


@pytest.mark.parametrize(
    "key", [key for asked in QUESTIONS.values() for key in asked.kind.keys], ids=lambda key: key.label
)
def test_every_key_has_its_label(key: ReplyKey) -> None:
    assert key.label in BUTTONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_digest_fits_into_one_message(language: str) -> None:
    line = {"reference": f"{'X' * 16}-2026-00042", "waits_for": "officer", "name": "W" * 128, "limit": DAY}
    sections = [{"name": name, "total": 9999, "more": 9991, "cases": [line] * 8} for name in SECTIONS]
    params = {"day": DAY, "next_day": DAY, "sections": sections, "incomplete": 1000, "unread": 1000}
    text = RENDERER.text(OutgoingMessage("mornings.digest", params), language)
    assert utf16_length(re.sub(r"<[^<>]*>", "", text)) < LONGEST_TEXT
