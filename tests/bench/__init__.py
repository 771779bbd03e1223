"""The benchmark: the real bot beside a plain one, with the same people, messages and files."""
