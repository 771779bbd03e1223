"""The practice mode `aduan demo`: an invented town on the embedded messenger, served by the real bot."""
