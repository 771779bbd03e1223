"""What holds for every test: a slow machine makes no generated example fail, and no worker waits alone."""

import os

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: tests of the real process also wait, for retries and for silence."""
    return len(os.sched_getaffinity(0)) + 1
