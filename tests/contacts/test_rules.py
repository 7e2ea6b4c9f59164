"""What a directory shows and in what two of them differ; no database."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.contacts.rules import Deed, differences, is_phone, split_name, topics_of
from portal.contacts.words import in_words
from tests.contacts.book import a_directory, a_person, an_entry


def said(before, after) -> list[str]:
    return [str(in_words(change)) for change in differences(before, after)]


def test_members_come_go_are_renamed_and_the_office_moves():
    stays, goes = an_entry("Bleibt", is_office=True), an_entry("Geht")
    comes = an_entry("Kommt", a_person(), is_office=True)
    renamed = replace(stays, name="Heißt anders", is_office=False)
    assert said(a_directory(stays, goes), a_directory(renamed, comes)) == [
        "Kommt ist neu im Verzeichnis.",
        "Geht steht nicht mehr im Verzeichnis.",
        "Bleibt heißt jetzt Heißt anders.",
        "Die Geschäftsstelle liegt jetzt bei Kommt.",
    ]
    nobody = a_directory(replace(renamed, is_office=False))
    assert said(a_directory(stays), nobody)[-1] == "Die Geschäftsstelle ist zurzeit nicht besetzt."


def test_contact_persons_come_go_and_change_fact_by_fact():
    ada, ben = a_person("Ada"), a_person("Ben")
    member = an_entry("Träger", ada, ben)
    changed = replace(
        ada, phone="0521 7", mail="", duty="Leitung", level="management", topics=("Aufnahme",),
        stand_in_id=ben.id, stand_in="Ben",
    )  # fmt: skip
    new = a_person("Cem", level="management")
    assert set(said(a_directory(member), a_directory(replace(member, persons=(changed, new))))) == {
        "Träger, Ada: Telefon jetzt „0521 7“, vorher „+49 521 51-0“.",
        "Träger, Ada: E-Mail gestrichen, vorher „ada.neu@example.org“.",
        "Träger, Ada: Funktion jetzt „Leitung“, vorher „Beratung“.",
        "Träger, Ada: Ebene jetzt „Leitungsebene“, vorher „Arbeitsebene“.",
        "Träger, Ada: Themen jetzt „Aufnahme“, vorher „Sucht, Aufnahme“.",
        "Träger, Ada: Vertreten durch jetzt „Ben“.",
        "Träger: Cem ist neu (Leitungsebene).",
        "Träger: Ben ist nicht mehr Ansprechperson.",
    }


def test_the_order_of_topics_and_a_new_name_of_the_stand_in_are_no_difference():
    ben = a_person("Ben")
    ada = a_person("Ada", topics=("a", "b"), stand_in_id=ben.id, stand_in="Ben")
    before = an_entry("Träger", ada, ben)
    after = replace(before, persons=(replace(ada, topics=("b", "a"), stand_in="Ben B"), replace(ben, name="Ben B")))
    assert [change.field for change in differences(a_directory(before), a_directory(after))] == ["name"]


_PERSONS = st.lists(st.builds(a_person, st.sampled_from(["Ada", "Ben", "Cem"])), max_size=3)
_MEMBERS = st.lists(
    st.builds(lambda name, persons, office: an_entry(name, *persons, is_office=office), st.sampled_from("ABC"),
              _PERSONS, st.booleans()), max_size=3,
)  # fmt: skip


@given(_MEMBERS, _MEMBERS)
def test_nothing_differs_from_itself_and_what_comes_one_way_goes_the_other(one, other):
    here, there = a_directory(*one), a_directory(*other)
    assert differences(here, here) == ()
    forth, back = differences(here, there), differences(there, here)
    joined = {change.organisation for change in forth if change.deed is Deed.JOINED}
    assert joined == {change.organisation for change in back if change.deed is Deed.LEFT}
    assert all(str(in_words(change)) for change in (*forth, *back))


def test_a_level_and_a_topic_narrow_it_and_keep_who_stands_in():
    ben = a_person("Ben", level="management", topics=("sucht",))
    ada = a_person("Ada", topics=("Aufnahme",), stand_in_id=ben.id, stand_in="Ben")
    whole = a_directory(an_entry("Leer"), an_entry("Träger", ada, ben))
    assert whole.topics == ["Aufnahme", "sucht"]
    assert [entry.name for entry in whole.only().members] == ["Leer", "Träger"]
    (entry,) = whole.only(level="working").members
    assert [(person.name, person.stand_in) for person in entry.persons] == [("Ada", "Ben")]
    (entry,) = whole.only(topic="SUCHT").members
    assert [person.name for person in entry.persons] == ["Ben"]
    assert whole.only(level="working", topic="Sucht").members == ()
    assert whole.only_person(uuid4()).members == ()


def test_levels_stand_in_the_rulebooks_order_and_unknown_ones_last():
    entry = an_entry("T", a_person("A", level="board"), a_person("B", level="management"), a_person("C"))
    assert [title for title, _ in a_directory(entry).by_level(entry)] == ["Arbeitsebene", "Leitungsebene", "board"]


def test_topics_are_separated_and_named_once():
    assert topics_of(" Sucht,  sucht ;Aufnahme  von\nGästen,, ") == ("Sucht", "Aufnahme von", "Gästen")
    assert topics_of("") == ()


@pytest.mark.parametrize("text", ["0521 51-0", "+49 (0)521/51 20", "112", "(0521) 5120.3"])
def test_numbers_that_can_be_called(text):
    assert is_phone(text)


@pytest.mark.parametrize("text", ["", "12", "anrufen", "0521 51 App. 3", "=1+1", "+ ( )", "0" * 61])
def test_numbers_that_cannot(text):
    assert not is_phone(text)


def test_names_and_numbers_for_programmes():
    assert split_name("Dr. Ada von Neu") == ("Neu", "Dr. Ada von")
    assert split_name("Ada") == ("Ada", "")
    assert a_person(phone="+49 (0)521 / 51-0").number == "+49521510"
