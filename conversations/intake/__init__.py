"""Citizens file a complaint, question by question."""
