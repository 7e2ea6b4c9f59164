"""Claims, addresses and devices, without anything running."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.identity.rules import (
    BadClaims,
    ClaimMapping,
    compile_pattern,
    device_of,
    next_address,
    person_id_of,
    read_claims,
)

ROLES = ("director", "lead", "office")
HONEST = {"sub": "mia", "name": "Mia Muster", "email": "mia@a.example"}


def roles(groups, mapping=None, **claims):
    read = read_claims({**HONEST, "groups": groups, **claims}, mapping or ClaimMapping(), ROLES)
    return {slug: sorted(found) for slug, found in read.roles.items()}, read.ignored


def test_groups_become_roles_by_organisation():
    assert roles(["hilfenetz:a:lead", "hilfenetz:a:director", "hilfenetz:b-c:office", "kantine"]) == (
        {"a": ["director", "lead"], "b-c": ["office"]},
        0,
    )


@pytest.mark.parametrize(
    "group",
    [
        "hilfenetz:a:chef",
        "hilfenetz:a:",
        "hilfenetz::lead",
        "hilfenetz:A:lead",
        "hilfenetz:a:lead:x",
        "hilfenetz:a:lead\n",
        "hilfenetz:a b:lead",
        "hilfenetz:-a:lead",
        "hilfenetz:ä:lead",
        "hilfenetz:a:LEAD",
    ],
)
def test_groups_of_ours_that_mean_nothing_are_counted_and_give_nothing(group):
    assert roles([group]) == ({}, 1)


@pytest.mark.parametrize("groups", [None, 5, {}, {"hilfenetz:a:lead": 1}, [], [None, 5, ["hilfenetz:a:lead"]], ""])
def test_whatever_is_no_list_of_names_gives_no_roles(groups):
    assert roles(groups) == ({}, 0)


def test_a_single_name_and_names_with_a_slash_in_front_are_read():
    assert roles("hilfenetz:a:lead") == ({"a": ["lead"]}, 0)
    assert roles(["/hilfenetz:a:lead"]) == ({"a": ["lead"]}, 0)


def test_a_directory_speaks_only_for_the_organisations_it_is_allowed_to():
    mapping = ClaimMapping(organisations=("b",))
    assert roles(["hilfenetz:a:director", "hilfenetz:b:lead"], mapping) == ({"b": ["lead"]}, 1)


def test_another_directory_may_have_other_words():
    mapping = ClaimMapping(
        pattern="CN=hn_{organisation}_{role},OU=Gruppen", groups_claim="realm.groups", role_names={"Chefin": "director"}
    )
    found = roles([], mapping, realm={"groups": ["CN=hn_skm_Chefin,OU=Gruppen", "CN=hn_skm_director,OU=Andere"]})
    assert found == ({"skm": ["director"]}, 1)


@pytest.mark.parametrize("pattern", ["", "hilfenetz", "{organisation}", "{role}", "{role}{role}{organisation}"])
def test_a_pattern_that_cannot_work_is_refused(pattern):
    with pytest.raises(ValueError, match="once each"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("claims", "named"),
    [({"sub": ""}, "sub"), ({"sub": "x" * 256}, "sub"), ({"sub": 5}, "sub"), ({"name": "  "}, "name")],
)
def test_without_a_subject_and_a_name_nobody_is_made(claims, named):
    with pytest.raises(BadClaims, match=named):
        read_claims({**HONEST, **claims}, ClaimMapping(), ROLES)


def test_names_are_kept_short_and_an_address_that_is_none_is_left_out():
    read = read_claims({**HONEST, "name": " Mia \n Muster " + "x" * 300, "email": "mia"}, ClaimMapping(), ROLES)
    assert len(read.name) == 200
    assert read.name.startswith("Mia Muster x")
    assert read.email == ""


def test_the_identifier_follows_from_directory_and_subject():
    assert person_id_of("a", "mia") == person_id_of("a", "mia")
    assert (
        len({person_id_of("a", "mia"), person_id_of("b", "mia"), person_id_of("a", "mia2"), person_id_of("amia", "")})
        == 4
    )


@given(
    st.text(alphabet=st.sampled_from("/\\:?#@.%a \t\n\r\x00\u2028évil")),
    st.sampled_from(["", "/", "//", "/\\", "http:"]),
)
def test_no_address_leads_out_of_the_portal(rest, start):
    found = next_address(start + rest)
    for read_as in (found, found.replace("\\", "/"), "".join(found.split())):
        assert urlsplit(urljoin("https://portal.example/anmelden", read_as))[:2] == ("https", "portal.example")
    assert found.startswith("/")


@pytest.mark.parametrize("kept", ["/", "/n/bielefeld/abstimmungen?seite=2#mitte", "/anmeldungen", "/o/skm"])
def test_addresses_of_the_portal_are_kept(kept):
    assert next_address(kept) == kept


@pytest.mark.parametrize("wanted", [None, "", "x", "/anmelden", "/anmelden/antwort?x", "/abgemeldet", "/" + "x" * 1000])
def test_everything_else_leads_to_the_start_page(wanted):
    assert next_address(wanted) == "/"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0", ("Firefox", "Windows")),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            ("Chrome", "Linux"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) Version/26.0 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("curl/8", ("", "")),
        ("", ("", "")),
    ],
)
def test_devices_are_named_in_plain_words(agent, words):
    assert device_of(agent) == words
