"""The commands: `aduan run`, `init`, `check`, `verify`, `export`, `report`, `archive`, `poster` and others.

An error is printed as a sentence, with an exit code (bot/foundation/exit_codes.py). Each command imports what
it needs, so that it starts without loading the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.foundation.exit_codes import ExitCode, code_of

if TYPE_CHECKING:
    from bot.config.settings import Config

ConfigPath = Annotated[
    Path, typer.Option("--config", "-c", help="The file of settings; config.example.toml explains them.")
]
DEFAULT_CONFIG = Path("config.toml")


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
    _version: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--version", help="Print the version.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command that the arguments name."""
    try:
        application()
    except Exception as error:  # noqa: BLE001 - Python would print its message, which may hold people's words
        _log_fault(error)
        raise SystemExit(ExitCode.STOPPED) from None


@application.command()
def run(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Run the bot until it is stopped (Ctrl-C or SIGTERM)."""
    settings = _settings(config, token=True)
    import asyncio

    from bot import logs
    from bot.app import run as run_bot

    logs.configure(settings.log)
    with _errors_as_sentences():
        asyncio.run(run_bot(settings))


@application.command()
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
    settings = _settings(config)
    import asyncio

    from bot import logs
    from bot.operations.initialise import initialise

    logs.configure(settings.log)
    with _errors_as_sentences():
        work = initialise(settings.database, new_register=new_register, confirm=_confirmed)
        typer.echo(asyncio.run(work))


@application.command()
def check(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Report what prevents complaints from being filed or answered. Changes nothing."""
    settings = _settings(config, token=True)
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


@application.command()
def migrate(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Upgrade the database to this version's tables. Stop the bot and make a backup first."""
    settings = _settings(config)
    from bot import logs
    from bot.operations.migrate import migrate as bring_up_to_date
    from bot.operations.restore_command import erased_again

    logs.configure(settings.log)
    with _errors_as_sentences():
        paths = settings.database
        typer.echo(bring_up_to_date(paths.path, paths.keys_path, paths.files_path))
        typer.echo(erased_again(settings), nl=False)


@application.command()
def verify(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Check every seal and every history. Changes nothing; the bot may be running."""
    settings = _settings(config)
    from bot import logs
    from bot.operations.progress import progress
    from bot.operations.verify import verify_with_keys

    logs.configure(settings.log)
    with _errors_as_sentences(), progress("Verifying") as advance:
        report = verify_with_keys(settings.database.path, settings.database.keys_path, advance)
    typer.echo(str(report))
    if report.faults:
        raise typer.Exit(ExitCode.STOPPED)


@application.command()
def backup(
    to: Annotated[
        Path | None, typer.Option("--to", help="The folder of the backups; without it backup.folder.")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Make a verified copy of complaints and files, without the keys. The bot may be running."""
    settings = _settings(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.backup_command import back_up
    from bot.operations.progress import progress

    logs.configure(settings.log)
    with _errors_as_sentences(), progress("Backing up") as advance:
        made = back_up(settings.database, settings.backup, to, datetime.now(ZONE), advance)
    typer.echo(str(made))
    if made.faults:
        raise typer.Exit(ExitCode.STOPPED)


@application.command()
def restore(
    backup: Annotated[Path, typer.Argument(help="The folder of one backup, such as aduan-000007-….")],
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
    settings = _settings(config)
    from bot import logs
    from bot.operations.progress import progress
    from bot.operations.restore_command import restore as put_back

    logs.configure(settings.log)
    with _errors_as_sentences(), progress("Restoring") as advance:
        done = put_back(backup, settings, issued or (), advance, accept_faults=accept_faults)
    typer.echo(str(done))


@application.command()
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
    settings = _settings(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.export import Store, Wanted
    from bot.operations.export import export as write
    from bot.operations.progress import progress
    from bot.wording.rendering import Renderer

    logs.configure(settings.log)
    wanted = Wanted(agency, period, form, identities, output, force)
    store = Store(settings.database.path, settings.database.keys_path)
    with _errors_as_sentences(), progress("Exporting") as advance:
        done = write(wanted, store, settings.rules, Renderer(), datetime.now(ZONE).date(), advance)
    typer.echo(str(done))
    if done.warning:
        typer.echo(f"aduan: {done.warning}", err=True)


@application.command()
def archive(
    number: Annotated[str, typer.Argument(help="The registration number, such as DPMD-2026-0042.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; if left out, NUMBER.zip.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write everything about one complaint to a ZIP, internal notes as well. The bot may be running."""
    settings = _settings(config)
    import asyncio

    from bot import logs
    from bot.operations.archive import Store
    from bot.operations.archive import archive as write
    from bot.wording.rendering import Renderer

    logs.configure(settings.log)
    paths = settings.database
    store = Store(paths.path, paths.keys_path, paths.files_path)
    with _errors_as_sentences():
        done = asyncio.run(write(number, output, store, settings.rules, Renderer(), force=force))
    typer.echo(str(done))
    if done.warning:
        typer.echo(f"aduan: {done.warning}", err=True)


@application.command()
def erase(
    number: Annotated[str, typer.Argument(help="The registration number, such as DPMD-2026-0042.")],
    order: Annotated[str, typer.Option("--order", help="The order, without the name of the person.")],
    yes: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Remove the person from a complaint on order. Tells first what would go. The bot may be running."""
    settings = _settings(config)
    from bot import logs
    from bot.operations.erase import Order
    from bot.operations.erase import erase as erase_person

    logs.configure(settings.log)
    with _errors_as_sentences():
        confirm = (lambda _question: True) if yes else _confirmed
        done = erase_person(Order(number, order), settings, confirm, typer.echo)
    typer.echo(done.sentence)


@application.command()
def retention(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """List whose persons the running bot erases by retention.closed_years. Changes nothing."""
    settings = _settings(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.retention import Settings, listed

    logs.configure(settings.log)
    wanted = Settings(settings.database, settings.backup, settings.retention)
    with _errors_as_sentences():
        lines = listed(wanted, datetime.now(ZONE))
    years = settings.retention.closed_years
    for line in lines:
        typer.echo(line)
    typer.echo(f"{len(lines)} complaints" if years else "retention.closed_years is 0: nothing is erased")


@application.command()
def reindex(config: ConfigPath = DEFAULT_CONFIG) -> None:
    """Fill the index of words again, which /cari searches. Stop the bot first."""
    settings = _settings(config)
    from bot import logs
    from bot.operations.reindex import reindex as fill_again

    logs.configure(settings.log)
    with _errors_as_sentences():
        typer.echo(fill_again(settings.database.path, settings.database.keys_path))


@application.command(name="rotate-key")
def rotate_key(
    forget_damaged: Annotated[  # noqa: FBT002 - a flag
        bool,
        typer.Option("--forget-damaged", help="Remove the old key although damaged values name it."),
    ] = False,
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Make a new key, seal everything with it, remove the old one. Stop the bot first; may be repeated."""
    settings = _settings(config)
    from bot import logs
    from bot.operations.rotate_keys import rotate

    logs.configure(settings.log)
    with _errors_as_sentences():
        typer.echo(rotate(settings.database, forget_damaged=forget_damaged))


@application.command()
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
    settings = _settings(config)
    from bot import logs
    from bot.operations.quarantine import Wanted, attend

    logs.configure(settings.log)
    with _errors_as_sentences():
        done = attend(Wanted(action, entry, before), settings.database, _confirmed)
        typer.echo(done)


@application.command()
def poster(
    agency: Annotated[str, typer.Argument(help="The id of the agency, as in the configuration.")],
    output: Annotated[Path | None, typer.Option(help="The file; if left out, poster-AGENCY.pdf.")] = None,
    language: Annotated[Literal["id", "en"], typer.Option(help="The language of its words.")] = "id",
    bot: Annotated[str, typer.Option(help="The bot's user name, where Telegram cannot be reached.")] = "",
    cards: Annotated[bool, typer.Option("--cards", help="Ten small cards instead.")] = False,  # noqa: FBT002
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write a poster for the service counter, with a QR code that opens the bot at the agency."""
    settings = _settings(config, token=True)
    import asyncio

    from bot import logs
    from bot.operations.poster import Order, write_sheet

    logs.configure(settings.log)
    order = Order("cards" if cards else "poster", agency, language, bot, output)
    with _errors_as_sentences():
        typer.echo(asyncio.run(write_sheet(order, settings)))


@application.command()
def report(
    agency: Annotated[str, typer.Argument(help="The id of the agency, as in the configuration.")],
    output: Annotated[Path, typer.Option(help="The file to write: .pdf, or .png for the picture.")],
    period: Annotated[str, typer.Option(help="2026-11, 2026-Q4 or 2026; without it the present month.")] = "",
    config: ConfigPath = DEFAULT_CONFIG,
) -> None:
    """Write the figures of a period to a file. Changes nothing else; the bot may be running."""
    settings = _settings(config)
    from datetime import datetime

    from bot import logs
    from bot.clock.zone import ZONE
    from bot.operations.report import write_report

    logs.configure(settings.log)
    with _errors_as_sentences():
        typer.echo(write_report(settings, agency, period, output, datetime.now(ZONE)))


@application.command()
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
    from bot.config.settings import Log
    from bot.practice.demo import practise

    logs.configure(Log())
    with _errors_as_sentences():
        code = asyncio.run(practise(port, open_browser=browser, host=host))
    raise typer.Exit(code)


@application.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as version_of

    typer.echo(version_of("aduan"))


def _settings(path: Path, *, token: bool = False) -> Config:
    """The settings. `token`: the command calls the messenger, and needs the bot's token."""
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


def _confirmed(question: str) -> bool:
    """Whether the person at the terminal says yes; no without a terminal."""
    try:
        return typer.confirm(question)
    except typer.Abort:
        return False


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
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
            _log_fault(error)
        raise typer.Exit(code_of(error)) from None


def _said_of_database(error: Exception) -> str:
    """What an error of the database means, empty for any other error."""
    from bot.database.pages import meaning

    return meaning(error)


def _log_fault(error: Exception) -> None:
    """Log where an error of this program was raised."""
    import structlog

    from bot import logs
    from bot.config.settings import Log

    if not structlog.is_configured():
        logs.configure(Log())
    structlog.get_logger(__name__).error("aduan.failed", exc_info=error)


if __name__ == "__main__":
    main()
