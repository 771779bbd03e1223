"""The part of `aduan check` about file modes: who else on this machine could read the bot's files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bot.config.settings import Config
from bot.database.own_files import own_files, own_folders
from bot.foundation.modes import wide
from bot.operations.check_findings import Finding, note, ok

# The keys of secrets, and what they are called.
SECRETS = (
    ("telegram", "token", "bot's token"),
    ("telegram", "webhook_secret", "secret of the webhook"),
    ("whatsapp", "token", "token of WhatsApp"),
    ("whatsapp", "app_secret", "secret of the app"),
    ("whatsapp", "verify_token", "verify token of WhatsApp"),
)


def examine_modes(config: Config, file: Path | None) -> Iterator[Finding]:
    """Whether files and folders are the bot's alone; `file` is the configuration, with the token."""
    keys, files = config.database.keys_path, own_files(config.database)
    found = [*_keys(keys), *(_file(path) for path in wide(files) if path != keys)]
    of_keys = keys.absolute().parent if keys.exists() else None
    found += [_folder(path) for path in wide(own_folders(config.database)) if path != of_keys]
    found += _secret(file)
    found += _linked(config.database.path)
    if not found:
        found = [ok("the files and folders of the bot can be read by its own user only")]
    yield from found


def _keys(keys: Path) -> Iterator[Finding]:
    if wide([keys]):
        yield note(f"{keys}: others on this machine may read the keys", f"Run: chmod 600 {keys}")
    if keys.exists() and wide([keys.absolute().parent]):
        folder = keys.absolute().parent
        yield note(
            f"{folder}: others on this machine may open the folder of the keys",
            f"Run: chmod 700 {folder}, or set database.keys to a folder that only the bot uses.",
        )


def _file(path: Path) -> Finding:
    return note(f"{path}: others on this machine may open this file", f"Run: chmod 600 {path}")


def _folder(folder: Path) -> Finding:
    return note(
        f"{folder}: others on this machine may open this folder",
        f"Run: chmod 700 {folder}, if only the bot uses it.",
    )


def _secret(file: Path | None) -> Iterator[Finding]:
    """A configuration that takes its secrets from the environment may be read."""
    secret = _secret_in(file) if file and wide([file]) else ""
    if secret:
        yield note(
            f"{file}: others on this machine may read the {secret}",
            f"Run: chmod 600 {file}. The bot's own user must be able to read it.",
        )


def _secret_in(file: Path) -> str:
    values = tomllib.loads(file.read_text("utf-8-sig"))
    for section, key, name in SECRETS:
        if values.get(section, {}).get(key):
            return name
    url = str(values.get("database", {}).get("url", ""))
    return "password of the database" if urlsplit(url).password else ""


def _linked(database: Path) -> Iterator[Finding]:
    if database.exists() and database.stat().st_nlink > 1:
        yield note(
            f"{database}: the file has a second name (a hard link)",
            "Delete the other name: a bot or a backup that uses it would miss the newest complaints.",
        )
