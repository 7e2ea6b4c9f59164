-- A proposal of a choice may be a member that stands for something. It may take its candidacy back while the vote runs;
-- then nobody can vote for it any more, and the ballots for it have fallen: their members are asked anew.
ALTER TABLE vote_option
    ADD COLUMN organisation_id uuid REFERENCES organisation (id),
    ADD COLUMN withdrawn_at timestamptz,
    ADD CHECK (withdrawn_at IS NULL OR organisation_id IS NOT NULL);
CREATE UNIQUE INDEX vote_option_of_candidate ON vote_option (network_id, vote_id, organisation_id)
    WHERE organisation_id IS NOT NULL;

SET LOCAL ROLE hilfenetz_reach;
-- As before; and for a candidacy that was taken back there are no ballots.
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
    IF EXISTS (SELECT FROM vote_option o WHERE o.network_id = NEW.network_id AND o.vote_id = NEW.vote_id
               AND o.id = NEW.option_id AND o.withdrawn_at IS NOT NULL) THEN
        RAISE EXCEPTION 'this candidacy was taken back' USING ERRCODE = 'check_violation';
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

-- A member takes its own candidacy back, while the vote is open; it gives back whether there was one. The lock on the
-- vote makes it wait for ballots on their way.
CREATE FUNCTION withdraw_candidacy(voted_in uuid, asked_in uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (voted_in = ANY (reach_networks())) IS NOT TRUE THEN
        RETURN false;
    END IF;
    PERFORM FROM vote WHERE network_id = voted_in AND id = asked_in AND state = 'open' FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE vote_option SET withdrawn_at = hilfenetz_now()
    WHERE network_id = voted_in AND vote_id = asked_in AND organisation_id = current_organisation()
      AND withdrawn_at IS NULL;
    RETURN FOUND;
END
$$;
ALTER FUNCTION withdraw_candidacy(uuid, uuid) OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION withdraw_candidacy(uuid, uuid) FROM PUBLIC;
