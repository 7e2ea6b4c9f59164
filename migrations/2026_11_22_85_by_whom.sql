-- Who leads a procedure on: beside which state follows which, the database holds whose step it is, and under which name
-- it stands. A member that moved something takes it back, and nothing else: the office asks the members, and what comes
-- of it the worker finds out.

CREATE FUNCTION has_seat(network uuid, organisation uuid, as_office boolean) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM membership m WHERE m.network_id = network AND m.organisation_id = organisation
        AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())
        AND (m.is_office OR NOT as_office))
$$;

CREATE FUNCTION procedure_by_whom() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ours uuid := current_organisation();
    runs boolean := has_seat(NEW.network_id, ours, true);
    steps text := NEW.kind || ' ' || CASE TG_OP WHEN 'INSERT' THEN '' ELSE OLD.state END || ' ' || NEW.state;
BEGIN
    IF TG_OP = 'INSERT' AND NEW.kind = 'admission' THEN
        SELECT a.name INTO NEW.subject_name FROM application a
        WHERE a.network_id = NEW.network_id AND a.id = NEW.id AND a.confirmed_at IS NOT NULL;
        IF NOT FOUND OR NOT runs THEN
            RAISE EXCEPTION 'the office begins what an application leads to' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.moved_by_name := NEW.subject_name;
        RETURN NEW;
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.kind = 'office_seat' AND NOT EXISTS (
            SELECT FROM role_assignment r WHERE r.organisation_id = ours AND r.person_id = current_person()
              AND r.role IN ('director', 'representative') AND r.valid_from <= hilfenetz_now()
              AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now()))
        THEN
            RAISE EXCEPTION 'who speaks for a member brings this up' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.moved_by_name := COALESCE(
            (SELECT left(o.name, 200) FROM organisation o WHERE o.id = NEW.moved_by_id), NEW.moved_by_name);
        NEW.subject_name := COALESCE(
            (SELECT left(o.name, 200) FROM organisation o WHERE o.id = NEW.subject_id), NEW.subject_name);
        RETURN NEW;
    END IF;
    IF (NEW.state, NEW.vote_id, NEW.outcome) IS NOT DISTINCT FROM (OLD.state, OLD.vote_id, OLD.outcome) THEN
        RETURN NEW;
    END IF;
    IF NEW.state = OLD.state OR (NEW.vote_id IS DISTINCT FROM OLD.vote_id AND NEW.state <> 'voting')
        OR (NEW.kind <> 'admission' AND NEW.outcome <> 'lapsed')
    THEN
        RAISE EXCEPTION 'a procedure goes on step by step' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (runs AND (NEW.kind = 'admission' OR steps IN (
            'exclusion moved voting', 'office_seat moved decided', 'office_seat moved ended', 'office_seat moved voting')))
        OR (steps = 'exclusion moved ended' AND (NEW.moved_by_id = ours OR (runs AND NOT (
            has_seat(NEW.network_id, NEW.subject_id, false) AND has_seat(NEW.network_id, NEW.moved_by_id, false)))))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'this step is somebody else''s' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER procedure_by_whom BEFORE INSERT OR UPDATE ON procedure
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION procedure_by_whom();

-- A step bears the name of who made it, belongs to a procedure that concerns them, and is none of those that somebody
-- else makes.
CREATE FUNCTION procedure_step_by_whom() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ours uuid := current_organisation();
    about procedure;
BEGIN
    SELECT p.* INTO about FROM procedure p WHERE p.network_id = NEW.network_id AND p.id = NEW.procedure_id;
    IF NEW.deed IN ('accepted', 'admitted', 'countersigned', 'decided', 'directory_renewed', 'elected', 'ended',
            'handed_over', 'informed', 'no_result', 'nobody_left', 'not_admitted', 'rejected', 'stays', 'undeliverable')
        OR (NEW.vote_id IS NOT NULL AND NEW.vote_id IS DISTINCT FROM about.vote_id)
        OR (NEW.by_kind = 'member' AND (
            NEW.deed IN ('agreed', 'agreement_sent', 'application_received', 'called_off', 'election_opened', 'lapsed',
                'members_informed', 'vote_opened')
            OR NOT (about.moved_by_id IS NOT DISTINCT FROM ours OR about.subject_id IS NOT DISTINCT FROM ours
                OR EXISTS (SELECT FROM office_candidacy c WHERE c.network_id = NEW.network_id
                           AND c.procedure_id = NEW.procedure_id AND c.organisation_id = ours))))
        OR (NEW.by_kind = 'member' AND NEW.deed IN ('declared', 'moved', 'seat_moved', 'taken_back')
            AND about.moved_by_id IS DISTINCT FROM ours)
        OR (NEW.deed = 'stated' AND about.subject_id IS DISTINCT FROM ours)
    THEN
        RAISE EXCEPTION 'this step is somebody else''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.by_name := COALESCE((SELECT left(o.name, 200) FROM organisation o WHERE o.id = ours), NEW.by_name);
    RETURN NEW;
END
$$;
CREATE TRIGGER procedure_step_by_whom BEFORE INSERT ON procedure_step
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION procedure_step_by_whom();

-- Who stands, stands under its own name.
CREATE FUNCTION office_candidacy_named() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.name := COALESCE((SELECT left(o.name, 200) FROM organisation o WHERE o.id = NEW.organisation_id), NEW.name);
    RETURN NEW;
END
$$;
CREATE TRIGGER office_candidacy_named BEFORE INSERT OR UPDATE OF name ON office_candidacy
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION office_candidacy_named();

-- Where a notice has to be opened or acknowledged, its receipt is what the recipient did, or what is deemed once the
-- days are over. Whoever posted it cannot say so before: from a receipt periods run, and memberships end with one.
CREATE FUNCTION formal_receipt_proved() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    posted formal_notice;
    done_at timestamptz;
    deemed_at timestamptz;
BEGIN
    SELECT n.* INTO STRICT posted FROM formal_notice n WHERE n.network_id = NEW.network_id AND n.id = NEW.notice_id;
    IF posted.basis <> 'retrievable' THEN
        done_at := CASE posted.basis WHEN 'opened' THEN OLD.opened_at ELSE OLD.acknowledged_at END;
        deemed_at := ((OLD.posted_at AT TIME ZONE 'Europe/Berlin')::date + posted.deemed_after_days)::timestamp
            AT TIME ZONE 'Europe/Berlin';
        IF (NEW.received_at >= done_at OR (NEW.received_at >= deemed_at AND deemed_at <= hilfenetz_now())) IS NOT TRUE
        THEN
            RAISE EXCEPTION 'nothing proves this receipt' USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER formal_receipt_proved BEFORE UPDATE OF received_at ON formal_receipt
    FOR EACH ROW WHEN (OLD.received_at IS NULL AND NEW.received_at IS NOT NULL
        AND session_user IN ('hilfenetz_app', 'hilfenetz_worker')) EXECUTE FUNCTION formal_receipt_proved();

-- A paper begins with a text and nothing else: when it was sent round, decided or released is said later, by others.
CREATE FUNCTION position_paper_begun() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF num_nonnulls(NEW.circulated_at, NEW.vote_id, NEW.decided_at, NEW.withdrawal_vote_id, NEW.ended_at,
        NEW.released_at, NEW.released_by) > 0
    THEN
        RAISE EXCEPTION 'a paper begins as a draft' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER position_paper_begun BEFORE INSERT ON position_paper
    FOR EACH ROW EXECUTE FUNCTION position_paper_begun();

-- As before; and of what others reported only their own sum is rounded, with one's own added to it. Whoever adds reports
-- of its own until a step is reached would otherwise know how many there were.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION early_warning_trend(network uuid, since date)
    RETURNS TABLE (month_on date, topic text, cases integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.since_on, s.topic, CASE WHEN s.said >= 5 THEN s.said END
    FROM (SELECT t.since_on, t.topic, t.ours + CASE
              WHEN t.others < 5 THEN 0 WHEN t.others < 10 THEN 5 WHEN t.others < 25 THEN 10 ELSE t.others / 25 * 25
              END AS said
          FROM (SELECT w.since_on, w.topic,
                    COALESCE(sum(w.cases) FILTER (WHERE w.organisation_id = public.current_organisation()), 0)::integer
                        AS ours,
                    COALESCE(sum(w.cases) FILTER (
                        WHERE w.organisation_id IS DISTINCT FROM public.current_organisation()), 0)::integer AS others
                FROM public.early_warning w
                WHERE w.network_id = $1 AND $1 = ANY (public.reach_networks()) AND w.since_on >= $2
                GROUP BY w.since_on, w.topic) t) s
$$;
RESET ROLE;

-- The office comes into the rooms of all bodies with its seat, and goes with it out of those that are for others.
CREATE FUNCTION body_room_office() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := hilfenetz_now();
BEGIN
    IF OLD.is_office THEN
        UPDATE room_participation p SET ends_at = GREATEST(p.begins_at, moment)
        FROM body b WHERE b.network_id = NEW.network_id AND b.room_id = p.room_id
          AND p.organisation_id = NEW.organisation_id AND p.ends_at IS NULL AND b.kinds IS NOT NULL
          AND NOT EXISTS (SELECT FROM organisation o WHERE o.id = NEW.organisation_id AND o.kind = ANY (b.kinds));
        RETURN NULL;
    END IF;
    INSERT INTO room_participation (room_id, id, organisation_id, begins_at)
    SELECT r.id, gen_random_uuid(), NEW.organisation_id, GREATEST(NEW.begins_at, r.opened_at, moment)
    FROM body b JOIN room r ON r.id = b.room_id
    WHERE b.network_id = NEW.network_id AND r.closed_at IS NULL
    ON CONFLICT (room_id, organisation_id) WHERE ends_at IS NULL DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER body_room_office AFTER UPDATE OF is_office ON membership
    FOR EACH ROW WHEN (OLD.is_office <> NEW.is_office) EXECUTE FUNCTION body_room_office();
ALTER FUNCTION body_room_office() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION body_room_office() FROM PUBLIC;

-- When the office informed, sent or received, is written by the clock of the database, and a receipt once.
CREATE FUNCTION application_dated() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := hilfenetz_now();
BEGIN
    NEW.informed_at := CASE WHEN NEW.informed_at IS NOT DISTINCT FROM OLD.informed_at THEN OLD.informed_at ELSE moment END;
    NEW.sent_at := CASE WHEN NEW.sent_at IS NOT DISTINCT FROM OLD.sent_at THEN OLD.sent_at ELSE moment END;
    NEW.acknowledged_at := COALESCE(OLD.acknowledged_at, CASE WHEN NEW.acknowledged_at IS NOT NULL THEN moment END);
    RETURN NEW;
END
$$;
CREATE TRIGGER application_dated BEFORE UPDATE ON application
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION application_dated();

-- As before; and who applies for its own organisation applies under that one's name, whatever else is said. Asking with
-- the name of somebody else would tell whether that one has applied.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION application_received(network uuid, given jsonb, lasting interval, is_own boolean) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := public.hilfenetz_now();
    ours uuid := public.current_organisation();
    made uuid := gen_random_uuid();
    book uuid;
    running uuid;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('application ' || network::text, 0));
    book := public.rulebook_in_force(network);
    IF book IS NULL OR (is_own AND ours IS NULL) OR lasting NOT BETWEEN interval '1 hour' AND interval '60 days' THEN
        RAISE EXCEPTION 'no such application' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF is_own THEN
        given := given || (SELECT jsonb_build_object('name', o.name) FROM public.organisation o WHERE o.id = ours);
        IF EXISTS (SELECT FROM public.membership m WHERE m.network_id = network AND m.organisation_id = ours
                   AND (m.ends_at IS NULL OR m.ends_at > moment)) THEN
            RETURN 'member';
        END IF;
        IF EXISTS (SELECT FROM public.application a WHERE a.network_id = network AND a.ended_at IS NULL
                   AND a.confirmed_at IS NOT NULL AND (a.organisation_id = ours OR a.name_key =
                       lower(regexp_replace(given ->> 'name', '[^[:alnum:]]+', '', 'g')))) THEN
            RETURN 'running';
        END IF;
    ELSE
        SELECT a.id INTO running FROM public.application a JOIN public.application_contact c
            ON c.network_id = a.network_id AND c.application_id = a.id
        WHERE a.network_id = network AND a.ended_at IS NULL AND lower(c.contact_mail) = lower(given ->> 'contact_mail')
            AND (a.confirmed_at IS NOT NULL OR a.expires_at > moment)
        LIMIT 1;
        IF running IS NOT NULL THEN
            PERFORM public.application_event(network, 'ApplicationSent', running,
                'application_sent:' || running || ':' || extract(epoch FROM date_trunc('hour', moment)), moment);
            RETURN 'taken';
        END IF;
    END IF;
    INSERT INTO public.application
        (network_id, id, organisation_id, name, kind, field, rulebook_id, state, submitted_at, expires_at, confirmed_at)
    VALUES (network, made, CASE WHEN is_own THEN ours END, given ->> 'name', given ->> 'kind', given ->> 'field', book,
            CASE WHEN is_own THEN 'applied' ELSE 'unconfirmed' END, moment,
            CASE WHEN NOT is_own THEN moment + lasting END, CASE WHEN is_own THEN moment END);
    INSERT INTO public.application_contact
        (network_id, application_id, organisation_id, legal_form, seat, contact_name, contact_mail)
    VALUES (network, made, CASE WHEN is_own THEN ours END, given ->> 'legal_form', given ->> 'seat',
            given ->> 'contact_name', given ->> 'contact_mail');
    IF is_own THEN
        PERFORM public.application_event(network, 'ApplicationConfirmed', made, 'application_confirmed:' || made, moment);
    ELSE
        PERFORM public.application_event(network, 'ApplicationSent', made, 'application_sent:' || made, moment);
        PERFORM public.application_event(network, 'ApplicationExpired', made, 'application_expired:' || made,
            moment + lasting);
    END IF;
    RETURN 'taken';
END
$$;
RESET ROLE;
