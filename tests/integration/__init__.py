"""Tests of the shell's rooms with a real database and a real socket."""
