"""What the demo world lacks for each page of a network: a motion, an application, an answer, a departure."""

from tests.browser.scene import Desk
from tests.browser.window import Windows

_OF = "SELECT n.id, (SELECT id FROM organisation WHERE slug = 'diakonie-bielefeld') AS us FROM network n "
_WRITTEN = f"""
WITH here AS ({_OF} WHERE n.slug = 'bielefeld'),
asking AS (
    INSERT INTO application (network_id, id, name, kind, field, rulebook_id, state, submitted_at, confirmed_at)
    SELECT id, gen_random_uuid(), 'Lebensräume Bielefeld e. V.', 'carrier', 'Betreutes Wohnen', rulebook_in_force(id),
        'applied', now(), now() FROM here RETURNING network_id, id),
reached AS (
    INSERT INTO application_contact (network_id, application_id, legal_form, seat, contact_name, contact_mail)
    SELECT network_id, id, 'e. V.', 'Bielefeld', 'Hanne Brink', 'brink@example.org' FROM asking),
answered AS (
    INSERT INTO consultation_answer (network_id, id, consultation_id, organisation_id, kind, text, by_name, said_at)
    SELECT here.id, gen_random_uuid(), c.id, us, 'advice', 'Bitte früh mit der Stadt sprechen.', 'Mira Sommer', now()
    FROM here JOIN consultation c ON c.network_id = here.id LIMIT 1 RETURNING id),
gone AS (
    INSERT INTO departure
        (organisation_id, id, network_id, network_slug, network_name, kind, subject, body, noted_at)
    SELECT us, gen_random_uuid(), id, 'frueher', 'Netzwerk von früher', 'withdrawal', 'Austritt aus dem Netzwerk',
        'Die Mitgliedschaft ist beendet.', now() FROM here RETURNING id)
SELECT asking.id AS application, answered.id AS answer, gone.id AS departure FROM asking, answered, gone
"""


async def written(windows: Windows, mover: str) -> dict[str, str]:
    """Identifiers of what there is now."""
    (rows,) = await windows.stage.database.as_superuser(_WRITTEN)
    (member,) = await windows.stage.database.as_superuser("SELECT id FROM organisation WHERE slug = 'bgw'")
    desk = await Desk.of(windows, mover)
    reason = "Seit langem kommt niemand mehr zu den Fallkonferenzen."
    answer = await desk.send("/n/bielefeld/verfahren/ausschluss", organisation=str(member["id"]), reason=reason)
    return {name: str(value) for name, value in rows.items()} | {"procedure": answer.url.rpartition("/")[2]}
