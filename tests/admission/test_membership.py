"""When a membership begins: by the rule of receipt, by the clock, under a short name that may be taken."""

from datetime import UTC, datetime

import pytest

from portal.admission.actions_joining import sign_on_screen
from portal.admission.queries import access_case, access_network
from portal.admission.rules import State
from portal.agreement.actions import put_version
from portal.kit.clock import local_day
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.admission.joining import CITY, LATER, Joining
from tests.agreement.office import BIELEFELD, successor
from tests.votes.poll import Poll

RULE = 'rule = "retrievable"'
ACKNOWLEDGED = 'rule = "acknowledged"\ndeemed_after_days = 10'


async def signed(joining: Joining, link: str) -> None:
    """The applicant signs on the screen."""
    async with scope():
        place = await access_network("bielefeld")
        application = await access_case(place.network_id, link.rpartition("/")[2])
        said = {"name": "Grete Hollmann", "capacity": "Vorstand"}
        await sign_on_screen(actor=None, application=application, copy_id=application.copy.id, **said)


async def agree(joining: Joining, before: str, after: str) -> None:
    await joining.rows(
        "UPDATE rulebook SET source = replace(source, $2, $3) WHERE network_id = $1", joining.network, before, after
    )


async def reached(joining: Joining, organisation_id) -> bool:
    """Whether the organisation reaches the network now."""
    async with scope(organisation_id=organisation_id):
        return bool(await execute("SELECT FROM network WHERE id = {}", joining.network))


async def test_a_copy_that_comes_on_a_friday_evening_counts_from_monday(joining: Joining):
    link, before = await joining.sent(1)
    await joining.clock("2026-12-11 18:30")
    await signed(joining, link)
    await joining.work(dying=True)
    found = await joining.application(before.id)
    assert found.state is State.SIGNED
    assert found.received_at == datetime(2026, 12, 14, 7, tzinfo=UTC)
    assert "14. Dezember 2026" in (await joining.cast.nobody().get(link)).text
    assert not await reached(joining, found.organisation_id)
    await joining.clock("2026-12-14 07:59:59")
    assert not await reached(joining, found.organisation_id)
    await joining.clock("2026-12-14 08:00:00")
    assert await reached(joining, found.organisation_id), "by the clock, before any worker comes"
    await joining.work(dying=True)
    assert (await joining.application(before.id)).state is State.MEMBER


async def test_a_short_name_somebody_took_meanwhile_gets_a_number(joining: Joining):
    link, before = await joining.sent(2)
    await joining.rows(
        "INSERT INTO organisation (id, slug, name, kind, land) "
        "VALUES (gen_random_uuid(), 'verein-2', 'Schneller Verein', 'carrier', 'NW')"
    )
    office = await joining.office()
    form = {"name": "Jonas Wiegand", "capacity": "Leitung", "slug": "verein-2", "declared": "ja", "exemplar": "1"}
    refused = await office.post(f"/n/bielefeld/aufnahmen/{before.id}/vereinbarung", form)
    assert refused.status_code == 422
    assert "Diesen Kurznamen hat schon eine andere Organisation" in refused.text
    await joining.clock("2026-12-10 11:00")
    await signed(joining, link)
    await joining.work()
    found = await joining.application(before.id)
    assert (found.state, found.slug) == (State.MEMBER, "verein-2-2")


@pytest.mark.parametrize("by_office", [True, False])
async def test_where_the_office_has_to_acknowledge_the_membership_waits_for_it(joining: Joining, by_office):
    link, before = await joining.sent(3 + by_office)
    await agree(joining, RULE, ACKNOWLEDGED)
    await joining.clock("2026-12-10 11:00")
    await signed(joining, link)
    await joining.work()
    assert (await joining.application(before.id)).received_at is None
    if by_office:
        office = await joining.office()
        assert "Eingang bestätigen" in (await office.get(f"/n/bielefeld/aufnahmen/{before.id}")).text
        assert (await office.post(f"/n/bielefeld/aufnahmen/{before.id}/empfang")).status_code == 303
    else:
        await joining.clock("2026-12-21 00:00")
    await joining.work(dying=True)
    assert (await joining.application(before.id)).state is State.MEMBER
    await agree(joining, ACKNOWLEDGED, RULE)


async def test_where_the_acceptance_counts_nobody_has_to_sign(joining: Joining):
    await agree(joining, 'begins = "signed_copy_received"', 'begins = "acceptance"')
    await joining.again()
    await joining.applied(name="Schnelle Hilfe gGmbH", contact_mail="post@schnelle-hilfe.example")
    vote_id = await joining.inform((await joining.newest()).id)
    await joining.work()
    await joining.end(vote_id)
    await Poll.work(joining, "VoteDue", "AdmissionOwed")  # the office is told before the membership has begun
    await joining.work()
    found = await joining.newest()
    assert (found.state, found.slug) == (State.MEMBER, "schnelle-hilfe-ggmbh")
    assert await reached(joining, found.organisation_id)
    owed = await joining.rows("SELECT matter FROM deadline WHERE subject_id = $1 AND state = 'open'", found.id)
    assert owed == [], "and no agreement is to be sent"
    await agree(joining, 'begins = "acceptance"', 'begins = "signed_copy_received"')


@pytest.mark.parametrize(("objections", "state"), [(3, State.ACCEPTED), (4, State.REJECTED)])
async def test_half_of_the_members_may_object_and_no_more(joining: Joining, objections, state):
    await joining.again()
    mail = f"{objections}@haus.example"
    link = await joining.applied(name=f"Haus {objections} e. V.", contact_mail=mail)
    found = await joining.decided((await joining.newest()).id, objections=objections)
    assert found.state is state
    page = await joining.cast.nobody().get(link)
    assert ("Nicht aufgenommen" in page.text) is (state is State.REJECTED)
    if state is State.REJECTED:
        await joining.clock("2026-12-28 10:00")
        await joining.applied(name=f"Haus {objections} e. V.", contact_mail=mail)
        assert (await joining.newest()).state is State.APPLIED, "it may apply again"


async def test_the_applicant_is_reminded_while_the_signature_is_missing(joining: Joining):
    before = (await joining.sent(7))[1]
    joining.mailbox.clear()
    await joining.clock("2027-02-20 09:00")
    await joining.work()
    assert joining.links(), "a link of its own in each mail"
    assert all([(await joining.cast.nobody().get(each)).status_code == 200 for each in joining.links()])
    kinds = await joining.rows(
        "SELECT kind FROM notice WHERE subject_id = $1 AND organisation_id = $2",
        *(before.id, joining.cast.organisations[CITY]),
    )
    assert "deadline_overdue" in {row["kind"] for row in kinds}


async def test_an_application_keeps_the_rulebook_it_began_under(joining: Joining):
    await joining.again()
    await joining.applied(name="Alte Regel e. V.", contact_mail="post@alte-regel.example")
    case = await joining.newest()
    async with joining.acting(CITY, Role.OFFICE) as (actor, opened):
        text = successor(BIELEFELD.source, 2, local_day(opened.now), ("period_days = 14", "period_days = 20"))
        about = {"network_id": joining.network, "source": text, "file": "neu.toml"}
        await put_version(actor=actor, now=opened.now, **about)
    vote_id = await joining.inform(case.id)
    (asked,) = await joining.rows(
        "SELECT v.rulebook_id, n.body FROM vote v JOIN formal_notice n ON n.cause_id = v.id WHERE v.id = $1", vote_id
    )
    assert asked["rulebook_id"] == case.rulebook_id
    assert "14 Tage" in asked["body"]
    await joining.work()
    await joining.clock(LATER)
    await joining.work()
    found = await joining.application(case.id)
    assert found.state is State.ACCEPTED, "by the period of its own version"
    await joining.send(found.id, slug="alte-regel")
    assert '"version": 1' in (await joining.application(case.id)).copy.content
