"""The store: SQLite through SQLAlchemy Core. One writer, many readers; personal columns are sealed."""
