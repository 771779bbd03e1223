"""The commands that keep data and remove it: backups, erasures, keys, what was set aside.

Each command imports what it needs, so that it starts without loading the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.shared import (
    DEFAULT_CONFIG,
    ConfigPath,
    answered,
    confirmed,
    errors_as_sentences,
    settings_of,
)
from bot.foundation.exit_codes import ExitCode


def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder of the backups; without it backup.folder.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Make a verified copy of complaints and files, without the keys. The bot may be running."""
    settings = settings_of(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.backup_command import back_up
    from bot.operations.progress import progress

    logs.configure(settings.log)
    with errors_as_sentences(), progress("Backing up") as advance:
        made = back_up(settings.database, settings.backup, to, datetime.now(ZONE), advance)
    typer.echo(str(made))
    if made.faults:
        raise typer.Exit(ExitCode.STOPPED)


def restore(
    backup: Annotated[
        Path | None,
        typer.Argument(
            help="The folder of one backup, such as aduan-000007-…. None after a server's own tools have "
            "restored its database: then numbers continue above the last ones that were issued."
        ),
    ] = None,
    issued: Annotated[
        list[str] | None,
        typer.Option(
            "--issued", help="A registration number above those of the backup, on a card or receipt."
        ),
    ] = None,
    accept_faults: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--accept-faults", help="Also a backup of a store that had faults.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Restore a backup to an empty place, with the key file that belongs to it. Stop the bot first."""
    settings = settings_of(config)
    from bot import logs
    from bot.operations.progress import progress
    from bot.operations.restore_command import restore as put_back

    logs.configure(settings.log)
    if backup is None:
        from bot.operations.restore_numbers import continue_numbers

        with errors_as_sentences():
            typer.echo(continue_numbers(settings, issued or (), answered))
        return
    with errors_as_sentences(), progress("Restoring") as advance:
        done = put_back(backup, settings, issued or (), advance, accept_faults=accept_faults)
    typer.echo(str(done))


def erase(
    number: Annotated[str, typer.Argument(help="The registration number, such as DPMD-2026-0042.")],
    order: Annotated[str, typer.Option("--order", help="The order, without the name of the person.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Remove the person from a complaint on order. Tells first what would go. The bot may be running."""
    settings = settings_of(config)
    from bot import logs
    from bot.operations.erase import Order
    from bot.operations.erase import erase as erase_person

    logs.configure(settings.log)
    with errors_as_sentences():
        confirm = (lambda _question: True) if yes else confirmed
        done = erase_person(Order(number, order), settings, confirm, typer.echo)
    typer.echo(done.sentence)


def orders(
    others: Annotated[
        list[Path] | None, typer.Argument(help="Logs of other machines, as their folder state has them.")
    ] = None,
    join: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--join", help="Make one log of copies that differ. Stop the bot first.")
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Show the copies of the log of erasure orders, or make one log of copies that differ."""
    settings = settings_of(config)
    from bot import logs
    from bot.operations.joined_orders import Orders

    logs.configure(settings.log)
    with errors_as_sentences():
        copies = Orders(settings, others or ())
        said, fit = (copies.join(), True) if join else copies.listed()
    typer.echo(said)
    if not fit:
        raise typer.Exit(ExitCode.STOPPED)


def retention(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List whose persons the running bot erases by retention.closed_years. Changes nothing."""
    settings = settings_of(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.retention import Settings, listed

    logs.configure(settings.log)
    wanted = Settings(settings.database, settings.backup, settings.retention)
    with errors_as_sentences():
        lines = listed(wanted, datetime.now(ZONE))
    years = settings.retention.closed_years
    for line in lines:
        typer.echo(line)
    typer.echo(f"{len(lines)} complaints" if years else "retention.closed_years is 0: nothing is erased")


def rotate_key(
    forget_damaged: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--forget-damaged", help="Remove the old key although damaged values name it."),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Make a new key, seal everything with it, remove the old one. Stop the bot first; may be repeated."""
    settings = settings_of(config)
    from bot import logs
    from bot.operations.rotate_keys import rotate

    logs.configure(settings.log)
    with errors_as_sentences():
        typer.echo(rotate(settings.database, forget_damaged=forget_damaged))


def quarantine(
    action: Annotated[
        Literal["list", "show", "ask", "discard"],
        typer.Argument(help="show: what was sent; ask: write to the sender to send it again."),
    ] = "list",
    entry: Annotated[int | None, typer.Argument(help="The number of an entry, as the list shows it.")] = None,
    before: Annotated[str, typer.Option(help="discard: all from before this day, as 2026-11-30.")] = "",
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """List, show, discard the updates that could not be handled, or ask again. The bot may be running."""
    settings = settings_of(config)
    from bot import logs
    from bot.operations.quarantine import Wanted, attend

    logs.configure(settings.log)
    with errors_as_sentences():
        done = attend(Wanted(action, entry, before), settings.database, confirmed)
        typer.echo(done)
