"""What `hilfenetz deadline` answers, and its exit code."""

import json

import pytest

from portal.cli.commands import main


@pytest.fixture
def ask(capsys):
    """The command as it is called: exit code, standard output, standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["deadline", *arguments])
        shown = capsys.readouterr()
        return ended.value.code, shown.out, shown.err

    return call


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        ("2026-12-10 --days 14 --land NW", "Donnerstag, 24. Dezember 2026, 24 Uhr (2026-12-24)"),
        ("2026-12-11 --days 14 --land NW", "Montag, 28. Dezember 2026, 24 Uhr (2026-12-28)"),
        ("2027-03-13 --days 14 --land nw", "(2027-03-30)"),
        ("2027-05-13 --days 14 --rulebook duesseldorf", "(2027-05-28)"),
        ("2027-05-13 --days 14 --land HH", "(2027-05-27)"),
        ("2026-08-31 --months 6", "(2027-03-01)"),
        ("2026-08-31 --months 6 --no-shift", "(2027-02-28)"),
        ("2028-02-29 --years 1", "(2029-02-28)"),
        ("2026-12-12 --days 2", "(2026-12-16)"),
        ("2026-12-12 --days 2 --receipt-rule opened", "(2026-12-14)"),
        ("2026-12-12 --days 3 --receipt-rule acknowledged", "(2026-12-15)"),
        ("2026-12-12 --days 5 --receipt-rule event --count-first-day", "(2026-12-16)"),
        ("2026-12-10T15:59 --days 1", "(2026-12-11)"),
        ("2026-12-10T16:00 --days 1 --receipt-rule retrievable", "(2026-12-14)"),
    ],
)
def test_the_last_day_and_its_three_steps(ask, arguments, last):
    code, out, err = ask(*arguments.split())
    first, *steps = out.splitlines()
    assert (code, err) == (0, "")
    assert first.startswith("Letzter Tag: ")
    assert first.endswith(last)
    assert [step[:3] for step in steps] == ["1. ", "2. ", "3. "]


def test_as_json(ask):
    code, out, _ = ask("2026-12-11", "--days", "14", "--land", "NW", "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["last_day"], found["due_at"]) == ("2026-12-28", "2026-12-28T23:00:00+00:00")
    assert (found["receipt"]["day"], found["end"]["day"], found["shift"]["day"]) == (
        "2026-12-11", "2026-12-25", "2026-12-28",
    )  # fmt: skip
    assert found["shift"]["skipped"][0] == {"day": "2026-12-25", "holiday": "Erster Weihnachtstag"}
    assert [step.partition(":")[0] for step in found["explanation"]] == ["Zugang", "Frist", "Fristende"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("2026-12-11 --days 0", "mindestens 1 Tag und höchstens 3660 Tage"),
        ("2026-12-11 --days 10000", "mindestens 1 Tag und höchstens 3660 Tage"),
        ("2026-12-11 --days -1", "mindestens 1 Tag"),
        ("2026-12-11 --days viele", "„viele“ ist keine ganze Zahl."),
        ("2026-12-11 --months 361", "höchstens 360 Monate"),
        ("2026-12-11 --years 31", "höchstens 30 Jahre"),
        ("2026-12-11", "Bitte genau eine Länge angeben: --days, --months oder --years."),
        ("2026-12-11 --days 3 --months 1", "Bitte genau eine Länge angeben"),
        ("2026-12-11 --days 3 --land XX", "Dieses Bundesland gibt es nicht. Es gibt: BB, BE, BW"),
        ("2027-02-29 --days 3", "Den Tag „2027-02-29“ gibt es nicht im Kalender."),
        ("0000-01-01 --days 3", "Den Tag „0000-01-01“ gibt es nicht im Kalender."),
        ("11.12.2026 --days 3", "„11.12.2026“ ist kein Tag. Bitte schreiben Sie Jahr-Monat-Tag"),
        ("20261211 --days 3", "„20261211“ ist kein Tag."),
        ("2026-12-11T25:00 --days 3", "Die Uhrzeit „25:00“ gibt es nicht."),
        ("2027-03-28T02:30 --days 3", "Die Uhr wird vorgestellt."),
        ("0001-01-01T00:00 --days 3", "1991 bis 2100"),
        ("2100-12-31 --days 3", "1991 bis 2100"),
        ("9999-12-31 --years 3", "1991 bis 2100"),
        ("2026-12-11 --days 3 --receipt-rule x", "Es gibt: retrievable, opened, acknowledged, event."),
        ("2026-12-11 --days 3 --rulebook köln", "Das Regelwerk „köln“ gibt es nicht. Es gibt: bielefeld, duesseldorf."),
        ("--days 3", "Es fehlt TAG."),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(ask, arguments, words):
    code, out, err = ask(*arguments.split())
    assert (code, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_the_hours_of_receipt_are_the_rulebooks(ask, tmp_path):
    from tenants.rulebook import NETWORKS

    written = (NETWORKS / "bielefeld.toml").read_text(encoding="utf-8")
    path = tmp_path / "stadt.toml"
    path.write_text(written.replace("until_hour = 16", "until_hour = 20").replace('land = "NW"', 'land = "BE"'))
    assert "(2026-06-05)" in ask("2026-06-03T19:00", "--days", "2", "--rulebook", str(path))[1]
    path.write_text("slug = 1")
    code, _, err = ask("2026-06-03", "--days", "1", "--rulebook", str(path))
    assert code == 2
    assert "stadt.toml" in err


def test_the_help_names_every_choice(ask):
    code, out, _ = ask("--help")
    assert code == 0
    for word in ("TAG", "--days", "--months", "--years", "--land", "--receipt-rule", "retrievable", "--json"):
        assert word in out
