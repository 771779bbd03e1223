"""A person's text as a value, or the Problem that it has."""
