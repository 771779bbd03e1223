"""kill -9 while an erasure order is noted: nothing is erased before every copy has it, none is lost."""

from __future__ import annotations

import signal

import pytest
from sqlalchemy import text

from bot.database.order_log import OrderLog
from bot.database.sealing import Codec
from tests.commands import aduan
from tests.integration.both_stores import Place
from tests.integration.ended_store import SITI, ended
from tests.integration.test_erase_command import NUMBER, ORDER, Installation
from tests.integration.test_killed_commands import killed


def noted(here: Installation, codec: Codec) -> tuple[int, int]:
    """How many orders the table has, and the file."""
    with here.store.reading() as connection:
        rows = connection.scalar(text("SELECT count(*) FROM erasure_orders")) or 0
    return rows, len(here.orders(codec))


def is_erased(here: Installation) -> bool:
    with here.store.reading() as connection:
        return not connection.scalar(text("SELECT access_hash FROM cases"))


# The point -> how many orders the table and the file have after the kill.
POINTS = {"order.row": (1, 0), "order.files": (1, 1)}


@pytest.mark.parametrize("point", POINTS)
async def test_a_kill_while_an_order_is_noted(place: Place, point: str) -> None:
    here = Installation(place)
    codec = await here.fill(ended("aaaa00000001", 1, SITI))
    command = ("erase", NUMBER, "--order", ORDER, "--yes")
    assert killed(point, *command, folder=here.folder) == -signal.SIGKILL
    assert (noted(here, codec), is_erased(here)) == (POINTS[point], False)
    done = aduan(*command, folder=here.folder)
    assert (done.returncode, "the person is erased" in done.stdout) == (0, True)
    assert (noted(here, codec), is_erased(here)) == ((1, 1), True)


@pytest.mark.parametrize("point", POINTS)
async def test_an_order_whose_command_was_killed_is_carried_out_by_another_machine(
    place: Place, point: str
) -> None:
    here = Installation(place)
    codec = await here.fill(ended("aaaa00000001", 1, SITI))
    killed(point, "erase", NUMBER, "--order", ORDER, "--yes", folder=here.folder)
    for path in here.config.database.watermark_path.parent.iterdir():
        path.unlink()
    done = aduan("migrate", folder=here.folder)
    assert (done.returncode, "1 complaints were erased again" in done.stdout) == (0, True)
    assert (noted(here, codec), is_erased(here)) == ((1, 1), True)
    assert OrderLog(codec, store=here.store).orders()[0].number == NUMBER
