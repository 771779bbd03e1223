"""The commands about the store as a whole: create, check, upgrade, verify, index.

Each command imports what it needs, so that it starts without loading the others.
"""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands.shared import DEFAULT_CONFIG, ConfigPath, confirmed, errors_as_sentences, settings_of
from bot.foundation.exit_codes import ExitCode


def init(
    config: ConfigPath = DEFAULT_CONFIG,
    new_register: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option(
            "--new-register",
            help="Create an empty database for keys whose database is lost. Asks for a confirmation.",
        ),
    ] = False,
) -> None:
    """Create the keys and the database, as the first start does. Existing ones are not changed."""
    settings = settings_of(config)
    import asyncio

    from bot import logs
    from bot.operations.initialise import initialise

    logs.configure(settings.log)
    with errors_as_sentences():
        work = initialise(settings.database, new_register=new_register, confirm=confirmed)
        typer.echo(asyncio.run(work))


def check(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Report what prevents complaints from being filed or answered. Changes nothing."""
    settings = settings_of(config, token=True)
    import asyncio
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.check import examine
    from bot.operations.check_findings import Level, show

    logs.configure(settings.log)
    findings = asyncio.run(examine(settings, datetime.now(ZONE).date(), config))
    show(findings)
    if any(finding.level is Level.PROBLEM for finding in findings):
        raise typer.Exit(ExitCode.STOPPED)


def migrate(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Upgrade the database to this version's tables. Stop the bot and make a backup first."""
    settings = settings_of(config)
    from bot import logs
    from bot.database.own_contents import contents_of
    from bot.database.stores.choice import store_of
    from bot.operations.migrate import migrate as bring_up_to_date
    from bot.operations.restore_command import erased_again

    logs.configure(settings.log)
    with errors_as_sentences():
        paths = settings.database
        typer.echo(bring_up_to_date(store_of(paths), paths.keys_path, contents_of(paths)))
        typer.echo(erased_again(settings), nl=False)


def move(
    to: Annotated[str, typer.Option("--to", help="The address of an empty store, as database.url takes it.")],
    accept_faults: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option(
            "--accept-faults", help="Also a store with faults; rows that no other can hold are left out."
        ),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Copy the store to an empty one, SQLite or PostgreSQL, and compare both. Stop the bot first."""
    settings = settings_of(config)
    from bot import logs
    from bot.operations.move_command import move as move_to
    from bot.operations.progress import progress

    logs.configure(settings.log)
    with errors_as_sentences(), progress("Moving") as advance:
        done = move_to(settings.database, to, advance, accept_faults=accept_faults)
    typer.echo(done)


def verify(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Check every seal and every history. Changes nothing; the bot may be running."""
    settings = settings_of(config)
    from bot import logs
    from bot.database.stores.choice import store_of
    from bot.operations.progress import progress
    from bot.operations.verify import verify_with_keys

    logs.configure(settings.log)
    with errors_as_sentences(), progress("Verifying") as advance:
        report = verify_with_keys(store_of(settings.database), settings.database.keys_path, advance)
    typer.echo(str(report))
    if report.faults:
        raise typer.Exit(ExitCode.STOPPED)


def reindex(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Fill the index of words again, which /cari searches. Stop the bot first."""
    settings = settings_of(config)
    from bot import logs
    from bot.database.stores.choice import store_of
    from bot.operations.reindex import reindex as fill_again

    logs.configure(settings.log)
    with errors_as_sentences():
        typer.echo(fill_again(store_of(settings.database), settings.database.keys_path))
