"""The command line: `aduan run`, `demo` and `version`, and the table of all commands (bot/commands/).

Each command imports what it needs, so that it starts without loading the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Annotated

import typer

from bot.commands import keeping, papers, store
from bot.commands.shared import (
    DEFAULT_CONFIG,
    ConfigPath,
    collector_off,
    errors_as_sentences,
    log_fault,
    settings_of,
)
from bot.foundation.exit_codes import ExitCode

application = typer.Typer(
    help="Aduan: a chatbot for complaints about public services.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if wanted:
        version()
        raise typer.Exit


@application.callback()
def _options(
    context: typer.Context,
    _version: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    # How a server of PostgreSQL lists the sessions of this command.
    os.environ["PGAPPNAME"] = f"aduan {context.invoked_subcommand}"


def main() -> None:
    """Run the command that the arguments name."""
    try:
        application()
    except Exception as error:  # noqa: BLE001 - Python would print its message, which may hold people's words
        log_fault(error)
        raise SystemExit(ExitCode.STOPPED) from None


def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Run the bot until it is stopped (Ctrl-C or SIGTERM)."""
    with collector_off():
        settings = settings_of(config, token=True)
        from bot import logs
        from bot.app import run as run_bot
        from bot.foundation import event_loop
        from bot.operations.settings_problems import finder
    logs.configure(settings.log)
    with errors_as_sentences():
        event_loop.run(run_bot(settings, finder(settings)))


def demo(
    port: Annotated[int, typer.Option(help="The port of the practice page; 0 takes a free one.")] = 8080,
    host: Annotated[
        str,
        typer.Option(
            help="The address of the practice page; 0.0.0.0: other machines of the network can open it."
        ),
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,  # noqa: FBT002 - a flag
) -> None:
    """Practise on this machine: the real bot with invented citizens, officers and groups on one page."""
    import asyncio

    from bot import logs
    from bot.config.sections import Log
    from bot.practice.demo import practise

    logs.configure(Log())
    with errors_as_sentences():
        code = asyncio.run(practise(port, open_browser=browser, host=host))
    raise typer.Exit(code)


def version() -> None:
    """Print the version."""
    from importlib.metadata import version as version_of

    typer.echo(version_of("aduan"))


# In the order of `aduan --help`.
COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    store.init,
    store.check,
    store.migrate,
    store.move,
    store.verify,
    keeping.backup,
    keeping.restore,
    papers.export,
    papers.archive,
    keeping.erase,
    keeping.orders,
    keeping.retention,
    store.reindex,
    keeping.rotate_key,
    keeping.quarantine,
    papers.poster,
    papers.report,
    demo,
    version,
)
for _command in COMMANDS:
    application.command()(_command)


if __name__ == "__main__":
    main()
