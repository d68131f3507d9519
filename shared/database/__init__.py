"""One unit of work over PostgreSQL: rows, tables, migrations."""
