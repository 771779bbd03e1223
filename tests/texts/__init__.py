"""The book of all texts: every message in both languages, with the buttons of its screen."""
