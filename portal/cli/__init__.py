"""The `hilfenetz` command: everything an operator does, one command each."""

from portal.cli.main import main

__all__ = ["main"]
