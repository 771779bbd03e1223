"""The commands that write a file for people: registers, archives, posters, reports.

Each command imports what it needs, so that it starts without loading the others.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.shared import DEFAULT_CONFIG, ConfigPath, errors_as_sentences, settings_of


def export(
    agency: Annotated[str, typer.Argument(help="The id of an agency; without it, all agencies.")] = "",
    period: Annotated[str, typer.Option(help="2026-11, 2026-Q4 or 2026; without it the present month.")] = "",
    form: Annotated[Literal["xlsx", "csv"], typer.Option("--format", help="XLSX, or CSV.")] = "xlsx",
    identities: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option(
            "--identities",
            help="With the answers about persons, and all of confidential and restricted complaints.",
        ),
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; without it register-AGENCY-PERIOD.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write the register of a period to a file. Changes nothing; the bot may be running."""
    settings = settings_of(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.database.stores.choice import store_of
    from bot.operations.export import Source, Wanted
    from bot.operations.export import export as write
    from bot.operations.progress import progress
    from bot.wording.rendering import Renderer

    logs.configure(settings.log)
    wanted = Wanted(agency, period, form, identities, output, force)
    source = Source(store_of(settings.database), settings.database.keys_path)
    with errors_as_sentences(), progress("Exporting") as advance:
        done = write(wanted, source, settings.rules, Renderer(), datetime.now(ZONE).date(), advance)
    typer.echo(str(done))
    if done.warning:
        typer.echo(f"aduan: {done.warning}", err=True)


def archive(
    number: Annotated[str, typer.Argument(help="The registration number, such as DPMD-2026-0042.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; if left out, NUMBER.zip.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write everything about one complaint to a ZIP, internal notes as well. The bot may be running."""
    settings = settings_of(config)
    import asyncio

    from bot import logs
    from bot.database.own_contents import contents_of
    from bot.database.stores.choice import store_of
    from bot.operations.archive import Source
    from bot.operations.archive import archive as write
    from bot.wording.rendering import Renderer

    logs.configure(settings.log)
    paths = settings.database
    source = Source(store_of(paths), paths.keys_path, contents_of(paths))
    with errors_as_sentences():
        done = asyncio.run(write(number, output, source, settings.rules, Renderer(), force=force))
    typer.echo(str(done))
    if done.warning:
        typer.echo(f"aduan: {done.warning}", err=True)


def poster(
    agency: Annotated[str, typer.Argument(help="The id of the agency, as in the configuration.")],
    output: Annotated[Path | None, typer.Option(help="The file; if left out, poster-AGENCY.pdf.")] = None,
    language: Annotated[Literal["id", "en"], typer.Option(help="The language of its words.")] = "id",
    bot: Annotated[str, typer.Option(help="The bot's user name, where Telegram cannot be reached.")] = "",
    cards: Annotated[bool, typer.Option("--cards", help="Ten small cards instead.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write a poster for the service counter, with a QR code for each messenger that opens the bot."""
    settings = settings_of(config, token=True)
    import asyncio

    from bot import logs
    from bot.operations.poster import Order, write_sheet

    logs.configure(settings.log)
    order = Order("cards" if cards else "poster", agency, language, bot, output)
    with errors_as_sentences():
        typer.echo(asyncio.run(write_sheet(order, settings)))


def report(
    agency: Annotated[str, typer.Argument(help="The id of the agency, as in the configuration.")],
    output: Annotated[Path, typer.Option(help="The file to write: .pdf, or .png for the picture.")],
    period: Annotated[str, typer.Option(help="2026-11, 2026-Q4 or 2026; without it the present month.")] = "",
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write the figures of a period to a file. Changes nothing else; the bot may be running."""
    settings = settings_of(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.report import write_report

    logs.configure(settings.log)
    with errors_as_sentences():
        typer.echo(write_report(settings, agency, period, output, datetime.now(ZONE)))
