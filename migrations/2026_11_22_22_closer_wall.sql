-- Who put an event into the queue. The database fills it in and nobody who signs in may write it, so an event that only
-- an organisation itself may cause cannot be addressed to it by another, and no key can be taken before its owner uses it.
ALTER TABLE outbox ADD COLUMN sender_id uuid REFERENCES organisation (id) DEFAULT current_organisation();
ALTER TABLE outbox DROP CONSTRAINT outbox_organisation_id_network_id_key_key;
ALTER TABLE outbox ADD CONSTRAINT outbox_once UNIQUE NULLS NOT DISTINCT (organisation_id, network_id, key, sender_id);

-- Without its name at the end of the path, the schema for temporary tables is looked into first: whoever may create one
-- called "membership" or "vote" would tell these functions what to believe.
SET LOCAL ROLE hilfenetz_reach;
ALTER FUNCTION reach_networks() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION reach_organisations() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION organisations_by_slug(text[]) SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION own_affiliations() SET search_path = pg_catalog, public, pg_temp;
ALTER FUNCTION audit_chain() SET search_path = pg_catalog, public, pg_temp;

-- As before, and asks first whose ballot it is: triggers run before policies, and what a trigger says about a vote out of
-- reach (there is none, it asks for something else) would tell that it exists, and lock it.
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
    NEW.late := NEW.cast_at >= deadline OR asked.state <> 'open' OR (asked.kind = 'unanimous' AND EXISTS (
        SELECT FROM ballot b
        WHERE b.network_id = NEW.network_id AND b.vote_id = NEW.vote_id AND b.answer = 'no' AND NOT b.late));
    RETURN NEW;
END
$$;
RESET ROLE;
