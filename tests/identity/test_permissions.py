"""Which role may do what."""

from uuid import uuid4

from portal.identity.permissions import GRANTS, Permission, permissions_of
from tenants.context import Actor, Role, Seat


def actor(*roles, office=False, seated=True):
    seats = (Seat(uuid4(), "first", "First", office),) if seated else ()
    return Actor(uuid4(), "a", "A", uuid4(), "Anna", frozenset(roles), seats)


def test_permissions_are_in_alphabetical_order_and_say_feature_and_action():
    assert [entry.name for entry in Permission] == sorted(entry.name for entry in Permission)
    for entry in Permission:
        assert entry.value == entry.name.lower().replace("_", ":" if entry.name != "SIGNED_IN" else "-")


def test_every_role_is_in_the_table_and_every_permission_is_granted_to_somebody():
    assert set(GRANTS) == set(Role)
    assert permissions_of(actor(*Role, office=True)) == set(Permission)


def test_who_votes():
    voters = {role for role in Role if Permission.BALLOT_CAST in permissions_of(actor(role))}
    assert voters == {Role.REPRESENTATIVE, Role.DEPUTY, Role.DIRECTOR}


def test_the_office_needs_the_seat_that_holds_it():
    assert Permission.VOTE_OPEN in permissions_of(actor(Role.OFFICE, office=True))
    assert Permission.VOTE_OPEN not in permissions_of(actor(Role.OFFICE))
    assert Permission.VOTE_OPEN not in permissions_of(actor(Role.OFFICE, seated=False))
    for role in set(Role) - {Role.OFFICE}:
        assert Permission.VOTE_OPEN not in permissions_of(actor(role, office=True))


def test_the_trail_is_the_data_protection_officers_and_deliveries_are_the_administrators():
    for permission, only in (
        (Permission.AUDIT_READ, Role.DATA_PROTECTION_OFFICER),
        (Permission.DELIVERY_READ, Role.ADMINISTRATOR),
        (Permission.DELIVERY_RESEND, Role.ADMINISTRATOR),
    ):
        assert {role for role in Role if permission in permissions_of(actor(role, office=True))} == {only}
