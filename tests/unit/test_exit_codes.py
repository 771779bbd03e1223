"""The exit codes: each error that ends the start has one, and a service manager knows which are final."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import bot
from bot import app
from bot.database.stores.store import AlreadyRunningError
from bot.foundation.exit_codes import FINAL, OF_ERRORS, ExitCode, code_of

# An error of the start that another try may end.
PASSING = frozenset({"AlreadyRunningError"})


def exceptions() -> dict[str, type[BaseException]]:
    modules = (
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(bot.__path__, "bot.")
        if ".versions." not in found.name and not found.name.endswith(".env")
    )
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, BaseException)
    }


def test_each_name_is_an_error_of_this_program() -> None:
    assert set(OF_ERRORS) <= exceptions().keys()


def test_each_error_that_ends_the_start_has_a_code() -> None:
    raised = set(re.findall(r"\w+Error", app.run.__doc__ or ""))
    assert raised
    assert raised - PASSING <= OF_ERRORS.keys()
    assert {OF_ERRORS[name] for name in raised - PASSING} <= set(FINAL)


@pytest.mark.parametrize(
    ("error", "code"),
    [(OSError("x"), ExitCode.STOPPED), (AlreadyRunningError("x"), ExitCode.STOPPED), (KeyError("x"), 1)],
)
def test_an_error_that_may_pass_is_started_again(error: BaseException, code: int) -> None:
    assert code_of(error) == code
    assert code_of(error) not in FINAL
