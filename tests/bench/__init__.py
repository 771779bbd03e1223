"""The benchmark: the real bot and a plain one, with the same people, messages and files."""
