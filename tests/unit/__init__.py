"""Plain tests of the pure core, without a database or a messenger."""
