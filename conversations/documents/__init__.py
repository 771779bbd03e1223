"""What the documents of a case say: the parameters of their words, from the case and its history."""
