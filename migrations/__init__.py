"""The database's history: dated Piccolo migrations, each with its SQL file; ``runner`` brings a database up to date."""
