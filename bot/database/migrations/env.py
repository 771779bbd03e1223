"""What Alembic runs: the revisions over the connection that `run()` hands in."""

from __future__ import annotations

from alembic import context

from bot.database.tables import metadata

# SQLite alters a table by making a new one, which Alembic calls batch mode. The transaction is the
# caller's: a migration that fails leaves the store unchanged.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
