"""The core: dialogues, complaints and their rules. Pure functions and data, without input and output."""
