"""Words that count in any spelling: typed buttons, confused words, titles. The lists are in the templates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property

from pydantic import BaseModel, ConfigDict

# What surrounds words, and separates them: everything but letters, digits and the marks above letters.
_WORDS = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
# The list of the words with which people address each other ("pak", "bu"): they do not count at both ends.
ADDRESSING = "addressing"
# A longer text is in no list: it is not compared, because stories have thousands of characters.
LONGEST_PHRASE = 100
# The list of all wordings of a button, and the list of its labels alone.
BUTTON, LABEL = "as_", "label_"
# The list of the short forms of words, each with the whole word at the end: "tdk gak tidak".
SHORT = "short_forms"
# Letters that a person holds down: "lanjuttt", "iyaa".
_HELD_DOWN = re.compile(r"([^\W\d_])\1{2,}|([^\W\d_])\2+$")


def plain(text: str) -> str:
    """The words of the text without case and punctuation, with single spaces between them."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def has_a_word(text: str) -> bool:
    """Whether the text has a letter or a digit: without one it is never an answer."""
    return any(character.isalnum() for character in text)


class WordLists(BaseModel):
    """The lists of templates/<language>/lists.html, of all languages together, in the form of `plain`.

    `as_<label>` lists the wordings that count as a press of the button with that label, `label_<label>` its
    label in each language. A phrase of a list also counts with short forms of its words, and with letters
    that were held down.
    """

    model_config = ConfigDict(frozen=True)

    lists: Mapping[str, frozenset[str]] = {}

    def has(self, name: str, text: str) -> bool:
        """Whether the text consists of a phrase of this list, perhaps with "pak" or "bu" around it."""
        return not self.forms(text).isdisjoint(self.lists.get(name, frozenset()))

    def mentions(self, name: str, text: str) -> bool:
        """Whether a phrase of this list occurs in the text, as whole words."""
        return any(map(f" {plain(text)} ".__contains__, self._whole_words.get(name, ())))

    def is_button(self, label: str, text: str) -> bool:
        """Whether the text is the wording, or a synonym, of the button with this label."""
        return self.has(f"{BUTTON}{label}", text)

    def is_wording(self, label: str, text: str) -> bool:
        """Whether the text is the wording of the button with this label."""
        return self.has(f"{LABEL}{label}", text)

    def is_any_button(self, text: str) -> bool:
        """Whether the text is the wording, or a synonym, of any button."""
        return not self.forms(text).isdisjoint(self._of_buttons)

    @cached_property
    def _whole_words(self) -> Mapping[str, tuple[str, ...]]:
        """The phrases of each list with a space at both ends."""
        return {name: tuple(f" {phrase} " for phrase in phrases) for name, phrases in self.lists.items()}

    @cached_property
    def _of_buttons(self) -> frozenset[str]:
        """The wordings of all buttons."""
        listed = (phrases for name, phrases in self.lists.items() if name.startswith(BUTTON))
        return frozenset().union(*listed)

    @cached_property
    def _in_full(self) -> Mapping[str, str]:
        """The word of each short form."""
        known = (phrase.split() for phrase in self.lists.get(SHORT, frozenset()))
        return {form: whole for *forms, whole in known for form in forms}

    def forms(self, text: str) -> frozenset[str]:
        """The text as lists contain it, with and without "pak" or "bu"; none of a text that is too long."""
        if len(text) > LONGEST_PHRASE:
            return frozenset()
        typed = plain(text)
        written = {typed, self._written_out(typed)}
        return frozenset({*written, *map(self._without_addressing, written)} - {""})

    def _written_out(self, typed: str) -> str:
        """The words without letters that were held down, in place of short forms the whole word."""
        words = (_HELD_DOWN.sub(lambda held: held[1] or held[2], word) for word in typed.split())
        return " ".join(self._in_full.get(word, word) for word in words)

    def _without_addressing(self, typed: str) -> str:
        courtesies = self.lists.get(ADDRESSING, frozenset())
        words = typed.split()
        while len(words) > 1 and words[-1] in courtesies:
            words.pop()
        while len(words) > 1 and words[0] in courtesies:
            words.pop(0)
        return " ".join(words)
