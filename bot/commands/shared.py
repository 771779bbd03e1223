"""What the commands share: the option of the configuration, and errors as sentences.

An error is printed as a sentence, with an exit code (bot/foundation/exit_codes.py).
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.foundation.exit_codes import ExitCode, code_of

if TYPE_CHECKING:
    from bot.config.settings import Config

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", help="The file of settings; config.example.toml explains them.")
]
DEFAULT_CONFIG = Path("config.toml")


def settings_of(path: Path, *, token: bool = False) -> Config:
    """The settings in this file; ends the command with a sentence when they are wrong.

    `token`: the command calls the messenger, and needs the bot's token.
    """
    from bot.config.errors import ConfigError
    from bot.config.settings import load

    try:
        return load(path, token=token)
    except ConfigError as error:
        typer.echo(_sentence(error.kind, path=str(error.path)), err=True)
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.WRONG) from None


def _sentence(name: str, **params: str) -> str:
    """An Indonesian sentence, for the person at the agency who keeps the bot; the details are in English."""
    from bot.wording.rendering import Renderer

    return Renderer().word(name, "id", **params)


def confirmed(question: str) -> bool:
    """Whether the person at the terminal says yes; no without a terminal."""
    try:
        return typer.confirm(question)
    except typer.Abort:
        return False


def answered(question: str, default: str) -> str | None:
    """What the person at the terminal types; None without a terminal."""
    try:
        return str(typer.prompt(question, default=default, show_default=bool(default))).strip()
    except typer.Abort:
        return None


@contextmanager
def collector_off() -> Iterator[None]:
    """Import without the garbage collector: what modules make stays, and looking at it again costs 0.3 s."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Print our own exceptions and the operating system's as a sentence, and end with an exit code.

    Any other exception is an error in this program: the log says where it was raised.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    except Exception as error:  # noqa: BLE001 - every error is printed or logged
        if isinstance(error, OSError) or type(error).__module__.startswith("bot."):
            typer.echo(f"aduan: {error}", err=True)
        elif said := _said_of_database(error):
            typer.echo(f"aduan: {said}", err=True)
        else:
            log_fault(error)
        raise typer.Exit(code_of(error)) from None


def _said_of_database(error: Exception) -> str:
    """What an error of the database means, empty for any other error."""
    from bot.database.pages import meaning
    from bot.database.stores.server_errors import server_meaning

    return meaning(error) or server_meaning(error)


def log_fault(error: Exception) -> None:
    """Log where an error of this program was raised."""
    import structlog

    from bot import logs
    from bot.config.sections import Log

    if not structlog.is_configured():
        logs.configure(Log())
    structlog.get_logger(__name__).error("aduan.failed", exc_info=error)
