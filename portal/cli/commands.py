"""The commands and their options; what they do stands beside."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from portal.local.problem import LocalProblem
from portal.settings import SettingsProblem

_PLAIN: tuple[type[Exception], ...] = (LocalProblem, SettingsProblem)


class Plain(click.Group):
    """Problems a person can mend are told as a sentence on standard error, with exit code 1; misuse with 2."""

    group_class = type  # groups of commands within it are told of in the same way

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run and end the process."""
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal that knows no umlauts
        try:
            code = super().main(*args, **{**kwargs, "standalone_mode": False})
        except click.exceptions.NoArgsIsHelpError as question:
            click.echo(question.message)
            sys.exit(0)
        except click.UsageError as misuse:
            command = misuse.ctx.command_path if misuse.ctx else "hilfenetz"
            click.echo(f"{_in_german(misuse)} Hilfe: {command} --help", err=True)
            sys.exit(2)
        except click.Abort:
            sys.exit(130)
        sys.exit(code if isinstance(code, int) else 0)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Find the command."""
        if args and self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f"Den Befehl „{args[0]}“ gibt es nicht.", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except _PLAIN as problem:
            click.echo(str(problem), err=True)
            ctx.exit(1)


class Whole(click.ParamType):
    """A whole number, refused with a German sentence."""

    name = "zahl"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        try:
            return int(value)
        except ValueError:
            self.fail(f"„{value}“ ist keine ganze Zahl.", param, ctx)


def _in_german(misuse: click.UsageError) -> str:
    if isinstance(misuse, click.MissingParameter) and misuse.param is not None:
        return f"Es fehlt {misuse.param.metavar or misuse.param.opts[0]}."
    if isinstance(misuse, click.NoSuchOption):
        return f"Die Option {misuse.option_name} gibt es nicht."
    if isinstance(misuse, click.BadParameter) and misuse.param is not None:
        return f"{misuse.param.opts[0]}: {misuse.message}"
    return misuse.message


@click.group(
    cls=Plain,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
)
@click.version_option(package_name="hilfenetz", message="%(package)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Hilfenetz: das Portal der Netzwerke der Wohnungsnotfallhilfe."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@main.command()
def up() -> None:
    """Alles auf diesem Rechner starten, mit Demo-Welt (Strg+C beendet alles)."""
    from portal.cli.up import run_everything

    run_everything()


@main.command()
def serve() -> None:
    """Das Portal im Web anbieten (PORT, WEB_WORKERS)."""
    from portal.cli.run import serve as run

    run()


@main.command()
@click.option("--queues", default="", help="Nur diese Warteschlangen, durch Komma getrennt. Ohne Angabe alle.")
def worker(queues: str) -> None:
    """Aufträge im Hintergrund abarbeiten (WORKER_CONCURRENCY)."""
    from portal.cli.run import worker as run

    run(queues)


@main.command()
def beat() -> None:
    """Den Takt geben, in dem nach Fälligem gesehen wird (TICK_SECONDS)."""
    from portal.cli.run import beat as run

    run()


@main.command()
def migrate() -> None:
    """Tabellen, Rollen und Zugriffsregeln auf den neuesten Stand bringen."""
    from portal.cli.database import bring_up_to_date

    applied = bring_up_to_date()
    click.echo(f"{len(applied)} Änderung(en) angewendet." if applied else "Es war nichts zu ändern.")


@main.command()
def seed() -> None:
    """Die Demo-Welt anlegen: zwei Netzwerke mit erfundenen Menschen."""
    from portal.cli.database import seed_demo

    seed_demo()
    click.echo("Die Demo-Welt ist angelegt.")


@main.command()
@click.option("--part", default="", help="Nur diesen Teil prüfen, zum Beispiel worker.")
def doctor(part: str) -> None:
    """Jeden Teil prüfen und sagen, was fehlt und wie es behoben wird."""
    from portal.cli.report import examine_and_print

    sys.exit(0 if examine_and_print(part) else 1)


@main.command()
@click.confirmation_option("--yes", prompt="Alle Daten dieser lokalen Installation löschen?", help="Nicht nachfragen.")
def reset() -> None:
    """Die Daten der lokalen Installation löschen."""
    from portal.local.state import State, default_folder

    folder = default_folder()
    if not folder.exists():
        click.echo("Es gibt nichts zu löschen.")
        return
    state = State(folder)
    with state.locked():
        state.remove()
    click.echo(f"{folder} ist gelöscht. Der nächste Start legt die Demo-Welt neu an.")


@main.command()
@click.option("--rule", required=True, help="Die Mehrheit des Regelwerks, zum Beispiel exclusion.")
@click.option("--members", required=True, type=Whole(), help="Zahl der Mitglieder.")
@click.option("--yes", default=0, type=Whole(), help="Stimmen dafür.")
@click.option("--no", default=0, type=Whole(), help="Stimmen dagegen.")
@click.option("--abstain", default=0, type=Whole(), help="Enthaltungen.")
@click.option("--candidate", "candidates", multiple=True, type=Whole(), help="Stimmen je Vorschlag (mehrfach).")
@click.option("--rulebook", default="bielefeld", show_default=True, help="Das Netzwerk oder eine TOML-Datei.")
def tally(rule: str, rulebook: str, **numbers: Any) -> None:
    """Ein Ergebnis mit seinem Rechenweg: 0 beschlossen, 1 abgelehnt, 2 unmögliche Angaben."""
    from portal.cli.tally import tally_in_words

    code, words = tally_in_words(rule, rulebook, **numbers)
    click.echo(words, err=code == 2)  # noqa: PLR2004 - impossible input
    sys.exit(code)


@main.command()
@click.argument("day", metavar="TAG")
@click.option("--days", type=Whole(), help="Länge in Tagen.")
@click.option("--months", type=Whole(), help="Länge in Monaten.")
@click.option("--years", type=Whole(), help="Länge in Jahren.")
@click.option(
    "--land", default="", help="Das Bundesland, dessen Feiertage gelten, zum Beispiel NW. [default: des Netzwerks]"
)
@click.option(
    "--receipt-rule",
    default="",
    help="Was TAG ist: retrievable (eingestellt), opened (geöffnet), acknowledged (bestätigt), event (kein Zugang). "
    "[default: des Netzwerks]",
)
@click.option("--rulebook", default="bielefeld", show_default=True, help="Das Netzwerk oder eine TOML-Datei.")
@click.option("--count-first-day", is_flag=True, help="Den ersten Tag mitzählen (§ 187 Absatz 2 BGB).")
@click.option("--no-shift", is_flag=True, help="Nicht auf den nächsten Werktag verschieben (§ 193 BGB).")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
def deadline(day: str, **wanted: Any) -> None:
    """Der letzte Tag einer Frist mit ihrem Rechenweg.

    TAG ist der Tag, der die Frist auslöst, als Jahr-Monat-Tag: 2026-12-11, mit Uhrzeit 2026-12-11T17:30.
    Exit-Code 0: berechnet, 2: unmögliche Angaben.
    """
    from portal.cli.deadline import deadline_in_words

    code, words = deadline_in_words(day, **wanted)
    click.echo(words, err=code == 2)  # noqa: PLR2004 - impossible input
    sys.exit(code)


@main.group()
def rulebook() -> None:
    """Das Regelwerk eines Netzwerks."""


@rulebook.command()
@click.argument("file", metavar="DATEI", type=click.Path(dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Eine Regelwerk-Datei prüfen: 0 in Ordnung, 2 mit jeder Stelle, die zu ändern ist."""
    from portal.cli.rulebooks import check_file

    code, words = check_file(file)
    click.echo(words, err=code == 2)  # noqa: PLR2004 - impossible input
    sys.exit(code)


@main.group()
def audit() -> None:
    """Das Protokoll der Organisationen."""


@audit.command()
def verify() -> None:
    """Die Hashketten nachrechnen."""
    from portal.cli.database import verify_audit

    sys.exit(0 if verify_audit() else 1)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="secrets")
def secrets(folder: Path) -> None:
    """Kennwörter für docker-compose.yml erzeugen, als Dateien in FOLDER."""
    from portal.cli.secret_files import write

    written = write(folder)
    click.echo(f"{len(written)} neue Datei(en) in {folder}. Vorhandene bleiben, wie sie sind.")


@main.command("directory-realm")
@click.option(
    "--public-url",
    default="${PUBLIC_URL}",
    show_default=True,
    help="Die Adresse des Portals; ohne Angabe setzt Keycloak sie beim Einlesen aus seiner Umgebung ein.",
)
def directory_realm(public_url: str) -> None:
    """Die Demo-Menschen als Keycloak-Realm (JSON) ausgeben."""
    from portal.demo.directory import keycloak_realm

    click.echo(json.dumps(keycloak_realm(public_url), ensure_ascii=False, indent=2))
