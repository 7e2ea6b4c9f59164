"""The cast covers every role and every member, and nobody in it could be somebody."""

import json
import re
from pathlib import Path

import pytest

from portal.demo import directory
from portal.demo.world import NETWORKS, PEOPLE, demo_logins, people_of, person
from portal.local.directory import DEMO_PASSWORD
from tenants.context import OrganisationKind, Role
from tenants.rulebook import NETWORKS as RULEBOOKS
from tenants.rulebook import load_rulebook

MEMBERS = {member.slug: member for slug in NETWORKS for member in load_rulebook(RULEBOOKS / f"{slug}.toml").members}
REALM = Path(directory.__file__).with_name("realm.json")


def test_between_them_they_hold_every_role():
    assert {role for person in PEOPLE for post in person.posts for role in post.roles} == set(Role)


@pytest.mark.parametrize("slug", MEMBERS)
def test_each_member_has_people_who_can_vote_and_look_after_it(slug):
    roles = {
        role for person in people_of(slug) for post in person.posts if post.organisation == slug for role in post.roles
    }
    assert {Role.REPRESENTATIVE, Role.DEPUTY, Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER} <= roles
    assert 2 <= len(people_of(slug)) <= 5
    assert (Role.OFFICE in roles) == MEMBERS[slug].office
    assert (Role.JOBCENTER_TEAM in roles) == (MEMBERS[slug].kind is OrganisationKind.JOBCENTER)


def test_everybody_works_for_members_only():
    assert {post.organisation for person in PEOPLE for post in person.posts} == set(MEMBERS)


def test_nobody_watches_over_themselves():
    for somebody in PEOPLE:
        for post in somebody.posts:
            if Role.DATA_PROTECTION_OFFICER in post.roles:
                assert post.roles == {Role.DATA_PROTECTION_OFFICER}, somebody.user_name


def test_some_work_for_two_organisations_one_of_them_in_both_networks_and_one_for_none():
    places = {somebody.user_name: [post.organisation for post in somebody.posts] for somebody in PEOPLE}
    assert len(places["oskar.thiel"]) == 2
    assert places["ruth.kaminski"] == ["diakonie-bielefeld", "diakonie-duesseldorf"]
    assert places["wanda.neumark"] == []


def test_user_names_are_unique_plain_and_addresses_are_nobodys():
    names = [somebody.user_name for somebody in PEOPLE]
    assert len(set(names)) == len(names)
    for somebody in PEOPLE:
        assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)?", somebody.user_name)
        assert len(somebody.user_name) <= 36  # what Keycloak keeps as an identifier
        assert somebody.email.endswith("@example.org")


def test_the_logins_shown_are_people_of_the_cast():
    for user_name, shown in demo_logins():
        assert person(user_name).user_name == user_name
        assert shown


def test_the_directory_gets_everybody_with_their_groups():
    people = {entry.user_name: entry for entry in directory.directory_people()}
    assert set(people) == {somebody.user_name for somebody in PEOPLE}
    assert people["mira.sommer"].groups == (
        "hilfenetz:diakonie-bielefeld:caseworker",
        "hilfenetz:diakonie-bielefeld:deputy",
    )
    assert people["wanda.neumark"].groups == ()


def test_the_realm_in_the_repository_is_the_one_the_cast_makes():
    assert json.loads(REALM.read_text(encoding="utf-8")) == directory.keycloak_realm("${PUBLIC_URL}"), (
        "write it anew: hilfenetz directory-realm > portal/demo/realm.json"
    )


def test_the_realm_lets_the_portal_in_with_pkce_and_tells_it_of_sign_outs():
    realm = directory.keycloak_realm("https://hilfenetz.example/")
    (client,) = realm["clients"]
    assert client["redirectUris"] == ["https://hilfenetz.example/anmelden/antwort"]
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert client["attributes"]["backchannel.logout.url"] == "https://hilfenetz.example/abmelden/verzeichnis"
    assert client["attributes"]["post.logout.redirect.uris"] == "https://hilfenetz.example/abgemeldet"
    assert not client["directAccessGrantsEnabled"]
    assert client["secret"].startswith("${"), "no secret in the repository"
    assert "clientScopes" not in realm, "with scopes of its own the realm would get none of Keycloak's"
    (mapper,) = client["protocolMappers"]
    assert mapper["config"]["claim.name"] == "groups"
    assert mapper["config"]["full.path"] == "false"


def test_the_realm_holds_everybody_in_groups_that_exist():
    realm = directory.keycloak_realm("http://localhost:8000")
    groups = {f"/{group['name']}" for group in realm["groups"]}
    assert {group for user in realm["users"] for group in user["groups"]} == groups
    for user in realm["users"]:
        assert user["id"] == user["username"], "the subject must be the same as on one machine"
        assert user["credentials"] == [{"type": "password", "value": DEMO_PASSWORD, "temporary": False}]
