"""Tests of the real process through the embedded messenger."""
