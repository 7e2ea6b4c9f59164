"""`hilfenetz rulebook check FILE`: every place that has to be changed, or that all is in order."""

from pathlib import Path

from click.testing import CliRunner

from portal.cli.commands import main
from tenants.rulebook import NETWORKS
from tests.agreement.office import BIELEFELD


def check(path: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["rulebook", "check", str(path)])
    return result.exit_code, result.output


def test_every_rulebook_that_we_bring_along_and_the_invented_one_are_in_order():
    for path in (*NETWORKS.glob("*.toml"), Path(__file__).parent / "lindenau.toml"):
        assert check(path) == (0, "in Ordnung\n"), path


def test_every_problem_is_a_line_with_file_line_key_and_expectation(tmp_path):
    broken = tmp_path / "stadt.toml"
    text = BIELEFELD.source.replace('land = "NW"', 'land = "XY"').replace("days = 28", "days = 10000")
    broken.write_text(text.replace("every_years = 4", "every_years = 0"), encoding="utf-8")
    code, words = check(broken)
    lines = words.splitlines()
    assert (code, len(lines)) == (2, 3)
    assert all(line.startswith("stadt.toml, Zeile ") and "erwartet" in line for line in lines)
    assert check(tmp_path / "fehlt.toml")[0] == 2
