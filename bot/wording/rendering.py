"""Turns message names into text. All texts are in templates/; values are escaped for Telegram's HTML.

A file of templates is read and compiled when its first message is asked for.
"""

from __future__ import annotations

import html
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, cast, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound
from jinja2.runtime import Context
from markupsafe import Markup

import templates
from bot.wording.compiled import CompiledTexts
from bot.wording.dates import day_in_figures, day_in_words, moment_in_words, month_in_words, short_day
from bot.wording.lists import word_lists
from conversations.catalogue import BUTTONS, MESSAGES
from conversations.complaints.rules import Language
from conversations.messages import OutgoingMessage, Params
from conversations.reading.words import WordLists, plain

FOLDER = Path(templates.__file__).parent
LANGUAGES: tuple[Language, ...] = get_args(Language)
FIRST_LANGUAGE: Language = "id"

TAG = re.compile(r"<[^<>]*>")
BLOCK = re.compile(r"({%-?\s*block\s+\w+\s*-?%})(.*?)({%-?\s*endblock\b)", re.DOTALL)
TAGS = r"[ \t]*(?:{[%#](?:(?![%#]}).)*[%#]}[ \t]*)+$"
SAYING_LINE = re.compile(rf"^(?!{TAGS})(.*[^-+])%}}(?=[ \t]*$)", re.MULTILINE)

# An emoji of several characters or a letter with marks is not cut when a preview ends next to it.
JOINERS = frozenset("\u200d\ufe0e\ufe0f\u20e3")
SKIN_TONES = range(0x1F3FB, 0x1F400)
ELLIPSIS = "…"
# The most characters of a button's label, so that it fits every messenger.
LONGEST_LABEL = 20


class UnknownTextError(LookupError):
    """There is no such block in the templates of this language."""


class Blocks(FileSystemLoader):
    """Reads templates as people format them: a block may be indented, and a line of tags is not output.

    A line that says something ends where it ends, with a tag or without (trim_blocks would join it to the
    next one; "+" keeps it from doing so).
    """

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        """The file's text without the indentation that all lines of a block share."""
        source, path, fresh = super().get_source(environment, template)
        return SAYING_LINE.sub(r"\1+%}", BLOCK.sub(_dedented, source)), path, fresh


def _dedented(block: re.Match[str]) -> str:
    return block[1] + textwrap.dedent(block[2]) + block[3]


class Texts:
    """The texts of one language."""

    def __init__(self, language: Language, folder: Path = FOLDER) -> None:
        self._language = language
        self._words: dict[str, Markup] = {}
        self._files: dict[str, Template] = {}
        self._environment = Environment(
            loader=Blocks(folder / language),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.bytecode_cache = CompiledTexts(folder / language, self._environment)
        self._environment.filters["day"] = partial(day_in_words, language=language)
        self._environment.filters["short_day"] = partial(short_day, language=language)
        self._environment.filters["day_in_figures"] = partial(day_in_figures, language=language)
        self._environment.filters["month"] = partial(month_in_words, language=language)
        self._environment.filters["moment"] = partial(moment_in_words, language=language)
        self._environment.filters["preview"] = preview
        self._environment.filters["shown"] = self.shown
        self._environment.globals["word"] = self.word
        self._environment.globals["explanation"] = self.explanation
        self._environment.globals["message"] = self.message

    def compile(self) -> None:
        """Compile all files now, so that no message waits for it."""
        for name in self._environment.list_templates(["html"]):
            self._template(name.removesuffix(".html"))

    def _template(self, file: str) -> Template:
        template = self._files.get(file)
        if template is None:
            template = self._files[file] = self._environment.get_template(f"{file}.html")
        return template

    def render(self, file: str, block: str, params: Params) -> str:
        """The block as Telegram's HTML, without blank lines around it. Raises UnknownTextError."""
        template = self._template(file)
        # The block's own function: rendering the file would run all of its blocks.
        function = template.blocks.get(block)
        if function is None:
            raise UnknownTextError(f"{template.filename}: no block {block}")
        # `Template.new_context` copies the list of all blocks, which costs more than rendering most blocks.
        known = {**self._environment.globals, **params}
        context = Context(self._environment, known, file, {})
        return "".join(function(context)).strip("\n ")

    def word(self, name: str, /, **params: Any) -> Markup:
        """A block of words.html, for use inside a sentence."""
        if params:
            return Markup(self.render("words", name, params))  # noqa: S704 - its values are escaped
        if name not in self._words:
            self._words[name] = Markup(self.render("words", name, {}))  # noqa: S704 - the same
        return self._words[name]

    def explanation(self, screen: str, /, **params: Any) -> Markup:
        """A block of explain.html, for use below a greeting."""
        return Markup(self.render("explain", screen, params))  # noqa: S704 - its values are escaped

    def message(self, template: str, params: Params) -> Markup:
        """Another message, for use inside one that tells what it says."""
        file, _, block = template.partition(".")
        return Markup(self.render(file, block, params))  # noqa: S704 - its values are escaped

    def shown(self, answer: Params, length: int) -> str:
        """An answer (`draft.shown`) in words, cut to `length` characters; 0 does not cut."""
        if "word" in answer:
            return self.word(answer["word"])
        if "day" in answer:
            return day_in_words(answer["day"], language=self._language)
        text = preview(answer["text"], length) if length else str(answer["text"])
        return self.word("said_on", text=text, day=answer["said"]) if "said" in answer else text

    def missing(self, file: str, blocks: Iterable[str]) -> Iterable[str]:
        """Those of the blocks that the file does not have."""
        try:
            present = self._environment.get_template(f"{file}.html").blocks
        except TemplateNotFound:
            present = {}
        return (block for block in blocks if block not in present)

    @cached_property
    def fixed_labels(self) -> Mapping[str, str]:
        """The labels without parameters, as people read them."""
        return {
            name: html.unescape(self.render("buttons", name, {}))
            for name, parameters in BUTTONS.items()
            if not parameters
        }

    @property
    def lists(self) -> Mapping[str, str]:
        """The blocks of lists.html, whose phrases are separated by commas and line ends."""
        template = self._template("lists")
        return {name: html.unescape(self.render("lists", name, {})) for name in template.blocks}

    @property
    def field_labels(self) -> Mapping[str, str]:
        """The labels of the buttons that are named after a field, as `change_field_<field>`."""
        fields = (name for name in self._template("words").blocks if name.startswith("field_"))
        return {f"change_{name}": html.unescape(self.word(name)) for name in fields}


@cache
def _texts(language: Language, folder: Path) -> Texts:
    """The texts of a folder; each file of it is compiled once in a process."""
    return Texts(language, folder)


class Renderer:
    """Words for names, in the language asked for; an unknown language gets the first one."""

    def __init__(self, folder: Path = FOLDER) -> None:
        """Take the folder with one folder a language."""
        self._texts = {language: _texts(language, folder) for language in LANGUAGES}

    def compile(self) -> None:
        """Compile the first language's texts; the others are compiled when a person chooses them."""
        self._texts[FIRST_LANGUAGE].compile()

    def compile_all(self) -> None:
        """Compile the texts of all languages, so that the next start reads them compiled."""
        for texts in self._texts.values():
            texts.compile()

    def text(self, message: OutgoingMessage, language: str) -> str:
        """The message as Telegram's HTML."""
        return self._rendered(message.template, message.params, language)

    def label(self, name: str, params: Params, language: str) -> str:
        """A button's label as plain text; a number in it is shortened where it would be too long."""
        texts = self._of(language)
        if params:
            label = html.unescape(texts.render("buttons", name, params))
            return fitting(label, str(params.get("reference", "")))
        if name in texts.fixed_labels:
            return texts.fixed_labels[name]
        raise UnknownTextError(f"no button {name}")

    def plain(self, template: str, params: Params, language: str) -> str:
        """A message without its markup, for alerts. A person's own text stays unchanged."""
        return html.unescape(TAG.sub("", self._rendered(template, params, language)))

    def word(self, name: str, language: str, /, **params: Any) -> str:
        """A block of words.html, plain."""
        return html.unescape(str(self._of(language).word(name, **params)))

    def word_lists(self) -> WordLists:
        """The word lists of all languages together."""
        texts = self._texts.values()
        labels = ({**text.fixed_labels, **text.field_labels} for text in texts)
        return word_lists((text.lists for text in texts), labels)

    def wordings(self, name: str, params: Params) -> frozenset[str]:
        """A button's label in each language, as a person types it."""
        return frozenset(plain(self.label(name, params, language)) for language in self._texts) - {""}

    def missing(self) -> tuple[str, ...]:
        """The messages and buttons without words, each as `language/file.block`."""
        wanted = {"buttons": set(BUTTONS)}
        for name in MESSAGES:
            file, _, block = name.partition(".")
            wanted.setdefault(file, set()).add(block)
        return tuple(
            f"{language}/{file}.{block}"
            for language, texts in self._texts.items()
            for file, blocks in wanted.items()
            for block in texts.missing(file, sorted(blocks))
        )

    def _rendered(self, template: str, params: Params, language: str) -> str:
        file, _, block = template.partition(".")
        return self._of(language).render(file, block, params)

    def _of(self, language: str) -> Texts:
        return self._texts.get(cast("Language", language), self._texts[FIRST_LANGUAGE])


def fitting(label: str, reference: str) -> str:
    """The label with the agency's part of the registration number cut to LONGEST_LABEL characters.

    "Puas BAKESBANGPOL-2026-0042" becomes "Puas BAKES-2026-0042"; year and serial are never cut.
    """
    too_many = len(label) - LONGEST_LABEL
    if too_many <= 0 or not reference:
        return label
    prefix, _, number = reference.partition("-")
    short = prefix[: max(0, len(prefix) - too_many)]
    return label.replace(reference, f"{short}-{number}" if short else number)


def preview(text: str, length: int) -> str:
    """The text's first characters, at most `length`, cut between words with "…" if it was cut."""
    if len(text) <= length:
        return text
    room = length - len(ELLIPSIS)
    # A word that ends exactly at the limit is kept; one longer than half of the preview is cut.
    cut = next((index for index in range(room, room // 2, -1) if text[index].isspace()), 0)
    if not cut:
        cut = room
        while cut > 0 and _continues(text, cut):
            cut -= 1
    return text[:cut].rstrip() + ELLIPSIS


def _continues(text: str, index: int) -> bool:
    """Whether the character at `index` belongs to the one before it."""
    here, before = text[index], text[index - 1]
    if here in JOINERS or before == "\u200d" or ord(here) in SKIN_TONES:
        return True
    return unicodedata.category(here) in {"Mn", "Me", "Mc"}
