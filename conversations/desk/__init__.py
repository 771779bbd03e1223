"""Officers work on complaints from their staff group."""
