"""The embedded messenger: a strict Bot API server with people who type and press, for tests and practice."""
