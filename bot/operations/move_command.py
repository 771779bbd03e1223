"""What `aduan move` does around the move itself: the settings of the target, the keys, and what is next."""

from __future__ import annotations

from pydantic import ValidationError

from bot.config.sections import Database as Settings
from bot.database.key_guard import load_fitting
from bot.database.sealing import Codec, KeysDamagedError
from bot.database.stores.choice import store_of
from bot.operations.move import Move, Progress, held
from bot.operations.move_checks import Moved, MoveError


def move(source: Settings, to: str, progress: Progress, *, accept_faults: bool) -> str:
    """Move the store of the configuration to the address `to`; return what was done and what is next.

    Raises MoveError, AlreadyRunningError, what load_fitting() raises, and as Move.run() does.
    """
    target = target_of(source, to)
    rows = store_of(source)
    if not rows.exists():
        raise MoveError(rows.not_there)
    codec = load_fitting(rows, source.keys_path)
    _require_keys(source, target, codec)
    made = Move(source, target, codec, accept_faults=accept_faults, progress=progress)
    made.require_empty()
    with held(source, target) as hold:
        moved = made.run(hold)
    return f"{moved}\n{_next(source, target, moved)}"


def target_of(source: Settings, to: str) -> Settings:
    """The settings with another address. Raises MoveError for one that is wrong or the same."""
    try:
        target = Settings.model_validate({**source.model_dump(), "url": to})
    except ValidationError as error:
        reason = str(error.errors()[0].get("ctx", {}).get("error", "not understood"))
        raise MoveError(f"--to: expected {reason}") from None
    same = source.path.resolve() == target.path.resolve() if source.is_file else source.url == target.url
    if source.is_file == target.is_file and same:
        raise MoveError(f"--to: {store_of(target)} is the store of the configuration; name another one")
    return target


def _require_keys(source: Settings, target: Settings, codec: Codec) -> None:
    """Raise MoveError when the new store would find another key file at its place."""
    place = target.keys_path
    if place.resolve() == source.keys_path.resolve() or not place.exists():
        return
    try:
        same = Codec.load(place, create=False).fingerprint == codec.fingerprint
    except KeysDamagedError:
        same = False
    if not same:
        raise MoveError(
            f"{place} is another key file, and {store_of(target)} would be opened with it: move it to "
            f"another place, or set database.keys to {source.keys_path.absolute()}; nothing was changed"
        )


def _next(source: Settings, target: Settings, moved: Moved) -> str:
    keys = f"Keep the key file {source.keys_path}"
    if target.keys_path.absolute() != source.keys_path.absolute() and not target.keys_path.exists():
        keys += f", and set database.keys to {source.keys_path.absolute()} (or copy it to {target.keys_path})"
    return (
        f"Next: set database.url to the address of {moved.target}. {keys}. Start the bot, and run "
        f"`aduan backup`. Keep {moved.source} as it is until that backup is made, and start no bot on it "
        "again: both would answer"
    )
