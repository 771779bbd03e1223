"""A message, a label or an answer to a press names only what the catalogues list."""

import pytest

from conversations.effects import AnswerPress
from conversations.messages import Button, CatalogueError, OutgoingMessage


@pytest.mark.parametrize(
    ("template", "params"),
    [("system.no_such", {}), ("system.press_outdated", {"name": "Siti"}), ("system.own_id", {})],
)
def test_a_name_or_a_parameter_outside_the_catalogue_is_refused(
    template: str, params: dict[str, str]
) -> None:
    with pytest.raises(CatalogueError, match=template):
        OutgoingMessage(template, params)
    with pytest.raises(CatalogueError, match=template):
        AnswerPress("press", template, params)


def test_a_label_outside_the_catalogue_is_refused() -> None:
    with pytest.raises(CatalogueError, match="no_such"):
        Button("no_such")


def test_a_press_without_words_names_no_template() -> None:
    assert AnswerPress("press").template == ""
