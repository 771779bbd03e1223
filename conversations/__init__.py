"""The core: what is said and decided. Pure functions and data, no input or output."""
