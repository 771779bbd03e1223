"""What holds for every test: a slow machine makes no generated example fail."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
