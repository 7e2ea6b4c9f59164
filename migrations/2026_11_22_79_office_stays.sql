-- There always is one office: a membership that ends holds it no longer. Who holds it goes once somebody else does.
UPDATE membership m SET is_office = false
WHERE m.is_office AND (m.ends_at IS NOT NULL OR EXISTS (
    SELECT FROM procedure p WHERE p.network_id = m.network_id AND p.subject_id = m.organisation_id
      AND p.kind = 'exclusion' AND p.state = 'decided'));
UPDATE membership m SET is_office = true
WHERE m.id IN (
    SELECT DISTINCT ON (c.network_id) c.id FROM membership c
    WHERE c.ends_at IS NULL AND c.begins_at <= hilfenetz_now()
      AND NOT EXISTS (SELECT FROM membership o WHERE o.network_id = c.network_id AND o.is_office)
      AND NOT EXISTS (
        SELECT FROM procedure p WHERE p.network_id = c.network_id AND p.subject_id = c.organisation_id
          AND p.kind = 'exclusion' AND p.state = 'decided')
    ORDER BY c.network_id, c.begins_at, c.organisation_id);
ALTER TABLE membership ADD CONSTRAINT membership_office_stays CHECK (NOT is_office OR ends_at IS NULL);

-- As before; and the member that holds the office may declare that it leaves.
CREATE OR REPLACE FUNCTION procedure_is_allowed(begun procedure) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := hilfenetz_now();
    seat membership;
BEGIN
    IF begun.moved_by_id IS DISTINCT FROM current_organisation() OR NOT EXISTS (
        SELECT FROM role_assignment r
        WHERE r.organisation_id = current_organisation() AND r.person_id = current_person()
          AND r.role IN ('director', 'representative')
          AND r.valid_from <= moment AND (r.valid_until IS NULL OR r.valid_until > moment))
    THEN
        RAISE EXCEPTION 'who speaks for a member declares this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (begun.subject_id = begun.moved_by_id) IS DISTINCT FROM (begun.kind = 'withdrawal') THEN
        RAISE EXCEPTION 'a member leaves itself, and moves against another' USING ERRCODE = 'check_violation';
    END IF;
    SELECT m.* INTO seat FROM membership m
    WHERE m.network_id = begun.network_id AND m.organisation_id = begun.subject_id
      AND m.begins_at <= moment AND (m.ends_at IS NULL OR m.ends_at > moment);
    IF NOT FOUND OR (begun.kind = 'withdrawal' AND seat.ends_at IS NOT NULL) THEN
        RAISE EXCEPTION 'there is no membership that could end so' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

SET LOCAL ROLE hilfenetz_reach;
-- As before, but for the member that holds the office: it stays until the seat has gone over, and leaves with that.
CREATE OR REPLACE FUNCTION procedure_takes_effect() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE membership m SET ends_at = GREATEST(NEW.effective_at, m.begins_at)
    WHERE m.network_id = NEW.network_id AND m.organisation_id = NEW.subject_id
      AND m.begins_at <= NEW.effective_at AND (m.ends_at IS NULL OR m.ends_at > NEW.effective_at)
      AND NOT (m.is_office AND NEW.kind = 'withdrawal');
    RETURN NULL;
END
$$;

RESET ROLE;

CREATE FUNCTION membership_office_left() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    declared timestamptz;
BEGIN
    SELECT p.effective_at INTO declared FROM procedure p
    WHERE p.network_id = NEW.network_id AND p.subject_id = NEW.organisation_id
      AND p.kind = 'withdrawal' AND p.ended_at IS NULL;
    IF declared IS NOT NULL THEN
        NEW.ends_at := GREATEST(declared, NEW.begins_at, hilfenetz_now());
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER membership_office_left BEFORE UPDATE OF is_office ON membership
    FOR EACH ROW WHEN (OLD.is_office AND NOT NEW.is_office AND NEW.ends_at IS NULL)
    EXECUTE FUNCTION membership_office_left();
ALTER FUNCTION membership_office_left() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION membership_office_left() FROM PUBLIC;
