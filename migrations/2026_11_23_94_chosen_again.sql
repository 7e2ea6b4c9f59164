-- A ballot that falls with a candidacy can be cast anew: the time of its member lasts at least as long again as the
-- rulebook gives to answer, and the vote does not end before, both in the transaction that takes the candidacy back.

-- As before, the worker fills in what was unknown, and nobody moves what is known; but a period may be prolonged by the
-- function below, which alone acts as the reach role there.
DROP TRIGGER voter_end_stays ON voter;
CREATE TRIGGER voter_end_stays BEFORE UPDATE OF due_at ON voter FOR EACH ROW
    WHEN (OLD.due_at IS NOT NULL AND session_user IN ('hilfenetz_app', 'hilfenetz_worker')
          AND (current_user = 'hilfenetz_reach' AND NEW.due_at >= OLD.due_at) IS NOT TRUE)
    EXECUTE FUNCTION vote_end_stays();
DROP TRIGGER vote_end_stays ON vote;
CREATE TRIGGER vote_end_stays BEFORE UPDATE OF ends_at ON vote FOR EACH ROW
    WHEN (OLD.ends_at IS NOT NULL AND session_user IN ('hilfenetz_app', 'hilfenetz_worker')
          AND (current_user = 'hilfenetz_reach' AND NEW.ends_at >= OLD.ends_at) IS NOT TRUE)
    EXECUTE FUNCTION vote_end_stays();

-- A member takes its own candidacy back while the vote is open and its end not reached; gives back whether there was
-- one. Members whose ballot falls with it may choose again until the end of ``again_until`` at least. Free days are
-- known to the caller alone, so it says the day; that it is no other period than the agreed one is looked at here.
-- Who has left cannot choose any more, and where nobody stands any more there is nothing to choose.
CREATE FUNCTION withdraw_candidacy(voted_in uuid, asked_in uuid, again_until timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    at timestamptz := hilfenetz_now();
    agreed interval;
    earliest timestamptz;
    fallen uuid;
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
      AND withdrawn_at IS NULL
    RETURNING id INTO fallen;
    IF fallen IS NULL THEN
        RETURN false;
    END IF;
    IF NOT EXISTS (SELECT FROM vote_option o
                   WHERE o.network_id = voted_in AND o.vote_id = asked_in AND o.withdrawn_at IS NULL) THEN
        RETURN true;
    END IF;

    SELECT make_interval(months => COALESCE(n.period_months, 0), days => COALESCE(n.period_days, 0)) INTO agreed
    FROM formal_notice n
    WHERE n.network_id = voted_in AND n.cause_id = asked_in AND n.kind = 'vote'
      AND num_nonnulls(n.period_days, n.period_months) = 1;
    earliest := (at AT TIME ZONE 'Europe/Berlin' + agreed) AT TIME ZONE 'Europe/Berlin' - interval '1 hour';
    IF agreed IS NULL THEN -- one day for all: a full day at least, and no more than there was at first
        SELECT min(w.due_at) - v.opened_at INTO agreed FROM vote v
        JOIN voter w ON w.network_id = v.network_id AND w.vote_id = v.id
        WHERE v.network_id = voted_in AND v.id = asked_in GROUP BY v.opened_at;
        earliest := at + interval '1 day';
    END IF;
    IF (again_until BETWEEN earliest AND at + agreed + interval '14 days'
        AND again_until = date_trunc('day', again_until, 'Europe/Berlin')) IS NOT TRUE THEN
        RAISE EXCEPTION 'who is asked again has the agreed time for it' USING ERRCODE = 'check_violation';
    END IF;

    UPDATE voter w SET due_at = again_until
    WHERE w.network_id = voted_in AND w.vote_id = asked_in AND w.due_at < again_until
      AND fallen = (SELECT b.option_id FROM ballot b
                    WHERE b.network_id = w.network_id AND b.vote_id = w.vote_id
                      AND b.organisation_id = w.organisation_id AND NOT b.late
                    ORDER BY b.cast_at DESC, b.id DESC LIMIT 1)
      AND EXISTS (SELECT FROM membership m
                  WHERE m.network_id = w.network_id AND m.organisation_id = w.organisation_id
                    AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()));
    IF FOUND THEN
        UPDATE vote SET ends_at = again_until
        WHERE network_id = voted_in AND id = asked_in AND ends_at < again_until;
    END IF;
    RETURN true;
END
$$;
ALTER FUNCTION withdraw_candidacy(uuid, uuid, timestamptz) OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION withdraw_candidacy(uuid, uuid, timestamptz) FROM PUBLIC;

-- Code from before asks for it without a day. It hears that it cannot be taken back, until it is replaced.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION withdraw_candidacy(voted_in uuid, asked_in uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT false
$$;
RESET ROLE;
