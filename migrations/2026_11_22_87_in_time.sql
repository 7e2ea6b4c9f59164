-- As before; and only until the last day of the choice is over. Between its end and the count a candidacy that is taken
-- back would take away votes of members that can be asked nothing any more.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION withdraw_candidacy(voted_in uuid, asked_in uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (voted_in = ANY (reach_networks())) IS NOT TRUE THEN
        RETURN false;
    END IF;
    PERFORM FROM vote WHERE network_id = voted_in AND id = asked_in AND state = 'open'
        AND (ends_at IS NULL OR ends_at > hilfenetz_now()) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE vote_option SET withdrawn_at = hilfenetz_now()
    WHERE network_id = voted_in AND vote_id = asked_in AND organisation_id = current_organisation()
      AND withdrawn_at IS NULL;
    RETURN FOUND;
END
$$;
RESET ROLE;

-- A member objects to minutes while they are passed round and before its time is over, by the clock of the database.
-- Whoever objects waits for who approves at that moment, so nothing is approved with an objection nobody answered.
CREATE FUNCTION minutes_objection_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    about meeting;
BEGIN
    IF NEW.organisation_id IS DISTINCT FROM current_organisation() THEN
        RAISE EXCEPTION 'a member objects for itself' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT m.* INTO about FROM meeting m WHERE m.network_id = NEW.network_id AND m.id = NEW.meeting_id FOR SHARE;
    NEW.raised_at := hilfenetz_now();
    IF about.minutes IS DISTINCT FROM 'circulated' OR about.round <> NEW.round OR about.objections_until <= NEW.raised_at
    THEN
        RAISE EXCEPTION 'minutes are objected to while they are passed round' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER minutes_objection_stamp BEFORE INSERT ON minutes_objection
    FOR EACH ROW EXECUTE FUNCTION minutes_objection_stamp();
ALTER FUNCTION minutes_objection_stamp() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION minutes_objection_stamp() FROM PUBLIC;
