-- A member's last day may be unknown for a while: as long as it is not proved that the vote's notice reached it. Then a
-- ballot is in time, the vote has no end, and nobody can close it. What is known stays.

ALTER TABLE voter ALTER COLUMN due_at DROP NOT NULL;
ALTER TABLE vote ALTER COLUMN ends_at DROP NOT NULL;

-- As before, asking first whose ballot it is; without a last day nothing is late.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION ballot_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked vote;
    deadline timestamptz;
BEGIN
    IF (NEW.organisation_id = current_organisation() AND NEW.network_id = ANY (reach_networks())) IS NOT TRUE THEN
        RAISE EXCEPTION 'a member casts a ballot for itself' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO STRICT asked FROM vote WHERE network_id = NEW.network_id AND id = NEW.vote_id FOR SHARE;
    SELECT due_at INTO STRICT deadline FROM voter
        WHERE network_id = NEW.network_id AND vote_id = NEW.vote_id AND organisation_id = NEW.organisation_id
        FOR NO KEY UPDATE;
    IF NEW.answer IS DISTINCT FROM 'abstain' AND (asked.kind = 'choice') <> (NEW.option_id IS NOT NULL) THEN
        RAISE EXCEPTION 'this vote does not ask for that' USING ERRCODE = 'check_violation';
    END IF;
    NEW.cast_at := hilfenetz_now();
    NEW.late := COALESCE(NEW.cast_at >= deadline, false) OR asked.state <> 'open'
        OR (asked.kind = 'unanimous' AND EXISTS (
            SELECT FROM ballot b
            WHERE b.network_id = NEW.network_id AND b.vote_id = NEW.vote_id AND b.answer = 'no' AND NOT b.late));
    RETURN NEW;
END
$$;
RESET ROLE;

-- The worker fills in a last day that was unknown, and the end of the vote with the last of them; it moves neither.
CREATE FUNCTION vote_end_stays() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the end of a period stays where it is' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER voter_end_stays BEFORE UPDATE OF due_at ON voter FOR EACH ROW
    WHEN (OLD.due_at IS NOT NULL AND session_user IN ('hilfenetz_app', 'hilfenetz_worker'))
    EXECUTE FUNCTION vote_end_stays();
CREATE TRIGGER vote_end_stays BEFORE UPDATE OF ends_at ON vote FOR EACH ROW
    WHEN (OLD.ends_at IS NOT NULL AND session_user IN ('hilfenetz_app', 'hilfenetz_worker'))
    EXECUTE FUNCTION vote_end_stays();
