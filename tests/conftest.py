"""What holds for every test: slow machines, the number of workers, and the PostgreSQL server of the run."""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests import compiled
from tests.postgres_server import Server, server_of_this_run

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
compiled.keep()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than processors: tests of real processes and servers wait for much of their time."""
    return len(os.sched_getaffinity(0)) + 2


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Collect without the garbage collector, which would look at twelve thousand tests again and again.

    Each worker collects all of them: 9.6 s of processor time instead of 11.5.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The PostgreSQL server of all workers; without its programs the test is skipped, in CI it fails."""
    own = tmp_path_factory.getbasetemp()
    server = server_of_this_run(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)
    if server is None and os.environ.get("CI") == "true":
        pytest.fail("no PostgreSQL: .ci/run installs it")
    if server is None:
        pytest.skip("no PostgreSQL on this machine")
    return server
