"""Turns message names, dates and labels into the words that people read."""
