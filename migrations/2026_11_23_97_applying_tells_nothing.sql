-- Anybody can apply under any name. That another application runs under it is no business of theirs, and does not keep
-- the organisation that really bears the name from applying: both lie before the office, which is told that there are two.
DROP INDEX application_running_name;
CREATE INDEX application_running_name ON application (network_id, name_key)
    WHERE ended_at IS NULL AND confirmed_at IS NOT NULL;

SET LOCAL ROLE hilfenetz_reach;
-- The link was followed: 'taken', 'before' (a second time), 'gone' (too late).
CREATE OR REPLACE FUNCTION application_confirmed() RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := public.hilfenetz_now();
    found_one public.application;
BEGIN
    SELECT a.* INTO found_one FROM public.application a WHERE a.id = public.current_application();
    IF NOT FOUND THEN
        RETURN 'gone';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('application ' || found_one.network_id::text, 0));
    SELECT a.* INTO found_one FROM public.application a WHERE a.network_id = found_one.network_id AND a.id = found_one.id;
    IF found_one.confirmed_at IS NOT NULL THEN
        RETURN 'before';
    END IF;
    IF found_one.expires_at <= moment THEN
        RETURN 'gone';
    END IF;
    UPDATE public.application SET state = 'applied', confirmed_at = moment
    WHERE network_id = found_one.network_id AND id = found_one.id;
    PERFORM public.application_event(found_one.network_id, 'ApplicationConfirmed', found_one.id,
        'application_confirmed:' || found_one.id, moment);
    RETURN 'taken';
END
$$;


-- As before; and who applies for its own organisation applies as the kind that it is.
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
        given := given || (SELECT jsonb_build_object('name', o.name, 'kind', o.kind) FROM public.organisation o WHERE o.id = ours);
        IF EXISTS (SELECT FROM public.membership m WHERE m.network_id = network AND m.organisation_id = ours
                   AND (m.ends_at IS NULL OR m.ends_at > moment)) THEN
            RETURN 'member';
        END IF;
        IF EXISTS (SELECT FROM public.application a WHERE a.network_id = network AND a.ended_at IS NULL
                   AND a.confirmed_at IS NOT NULL AND a.organisation_id = ours) THEN
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
