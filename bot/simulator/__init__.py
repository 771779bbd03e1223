"""The embedded messenger: a strict Bot API server with people who write and press, for tests and practice."""
