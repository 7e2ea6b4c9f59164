-- The worker tells a member of a vote in the member's scope, where it changes and so locks neither vote nor voter. This
-- waits for the member's ballot on the way and for a closing, and holds both off until the transaction ends: the locks
-- that a ballot takes. Other members wait for nothing.
CREATE FUNCTION await_ballot(voted_in uuid, asked_in uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (voted_in = ANY (reach_networks())) IS NOT TRUE THEN
        RETURN;
    END IF;
    PERFORM FROM vote WHERE network_id = voted_in AND id = asked_in FOR SHARE;
    PERFORM FROM voter
    WHERE network_id = voted_in AND vote_id = asked_in AND organisation_id = current_organisation()
    FOR NO KEY UPDATE;
END
$$;
ALTER FUNCTION await_ballot(uuid, uuid) OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION await_ballot(uuid, uuid) FROM PUBLIC;
