"""The command as a module: ``python -m portal.cli``."""

from portal.cli.commands import main

main()
