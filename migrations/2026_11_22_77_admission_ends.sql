-- An application ends without a membership: the office gives back what is incomplete, or closes a case that nobody
-- signs; the applicant takes it back. Then the name is free for another one, and some time after it what is known of
-- people by it is deleted.

DO $$
DECLARE
    known text;
BEGIN
    FOR known IN SELECT conname FROM pg_constraint WHERE conrelid = 'application'::regclass AND contype = 'c'
        AND (pg_get_constraintdef(oid) LIKE '%''informed''%' OR pg_get_constraintdef(oid) LIKE '%ended_at%')
    LOOP
        EXECUTE format('ALTER TABLE application DROP CONSTRAINT %I', known);
    END LOOP;
END
$$;
ALTER TABLE application
    ADD CONSTRAINT application_state_check CHECK (state IN
        ('unconfirmed', 'applied', 'informed', 'accepted', 'rejected', 'agreement_sent', 'signed', 'member', 'returned',
         'closed', 'taken_back')),
    ADD CONSTRAINT application_ended_check CHECK
        ((ended_at IS NOT NULL) = (state IN ('rejected', 'member', 'returned', 'closed', 'taken_back')));
ALTER TABLE application_letter DROP CONSTRAINT application_letter_kind_check;
ALTER TABLE application_letter ADD CONSTRAINT application_letter_kind_check CHECK (kind IN
    ('received', 'informed', 'accepted', 'rejected', 'agreement', 'member', 'returned', 'closed', 'taken_back'));

-- As before; and a case ends by the office before the members are asked or after they accepted, by the applicant until
-- its signature is there. The database says when.
CREATE OR REPLACE FUNCTION application_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.network_id, NEW.id, NEW.name, NEW.kind, NEW.field, NEW.rulebook_id, NEW.submitted_at)
        IS DISTINCT FROM (OLD.network_id, OLD.id, OLD.name, OLD.kind, OLD.field, OLD.rulebook_id, OLD.submitted_at)
        OR (OLD.organisation_id IS NOT NULL AND NEW.organisation_id IS DISTINCT FROM OLD.organisation_id)
        OR (OLD.informed_at IS NOT NULL AND (NEW.informed_at, NEW.vote_id) IS DISTINCT FROM (OLD.informed_at, OLD.vote_id))
        OR (OLD.signed_at IS NOT NULL AND NEW.signed_at IS DISTINCT FROM OLD.signed_at)
        OR (OLD.received_at IS NOT NULL AND NEW.received_at IS DISTINCT FROM OLD.received_at)
    THEN
        RAISE EXCEPTION 'what happened to an application stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('unconfirmed', 'applied'), ('applied', 'informed'), ('informed', 'accepted'), ('informed', 'rejected'),
        ('accepted', 'agreement_sent'), ('agreement_sent', 'signed'), ('signed', 'member'), ('accepted', 'member'),
        ('applied', 'returned'), ('accepted', 'closed'), ('agreement_sent', 'closed'),
        ('applied', 'taken_back'), ('informed', 'taken_back'), ('accepted', 'taken_back'),
        ('agreement_sent', 'taken_back'))
        OR (NEW.state = 'taken_back' AND OLD.received_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_user = 'hilfenetz_app' AND NEW.state IS DISTINCT FROM OLD.state
        AND NEW.state NOT IN ('informed', 'agreement_sent', 'returned', 'closed') THEN
        RAISE EXCEPTION 'that step is not the office''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state IN ('returned', 'closed', 'taken_back') THEN
        NEW.ended_at := COALESCE(OLD.ended_at, hilfenetz_now());
    END IF;
    RETURN NEW;
END
$$;

-- The applicant takes its application back: 'taken', 'before' (it is over already), 'signed' (too late), 'gone' (none).
CREATE FUNCTION application_taken_back(application uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found_one public.application;
BEGIN
    SELECT a.* INTO found_one FROM public.application a
    WHERE a.id = application
        AND (a.id = public.current_application() OR a.organisation_id = public.current_organisation())
    FOR NO KEY UPDATE;
    IF NOT FOUND OR found_one.state = 'unconfirmed' THEN
        RETURN 'gone';
    ELSIF found_one.ended_at IS NOT NULL THEN
        RETURN 'before';
    ELSIF found_one.state = 'signed' OR found_one.received_at IS NOT NULL THEN
        RETURN 'signed';
    END IF;
    UPDATE public.application SET state = 'taken_back' WHERE network_id = found_one.network_id AND id = found_one.id;
    PERFORM public.application_event(found_one.network_id, 'ApplicationEnded', found_one.id,
        'application_ended:' || found_one.id, public.hilfenetz_now());
    RETURN 'taken';
END
$$;
ALTER FUNCTION application_taken_back(uuid) OWNER TO hilfenetz_reach;

-- Letters stay as they are, and go with what else is known of people, three months after a case that led to nothing.
CREATE FUNCTION application_letter_goes() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM application a WHERE a.network_id = OLD.network_id AND a.id = OLD.application_id
                   AND a.state IN ('rejected', 'returned', 'closed', 'taken_back')
                   AND a.ended_at <= hilfenetz_now() - interval '90 days') THEN
        RAISE EXCEPTION 'letters stay as they are' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN OLD;
END
$$;
DROP TRIGGER application_letter_fixed ON application_letter;
CREATE TRIGGER application_letter_fixed BEFORE UPDATE OR TRUNCATE ON application_letter
    FOR EACH STATEMENT EXECUTE FUNCTION admission_refuse();
CREATE TRIGGER application_letter_goes BEFORE DELETE ON application_letter
    FOR EACH ROW EXECUTE FUNCTION application_letter_goes();

-- What was rejected before this is forgotten as well.
INSERT INTO outbox (id, network_id, event, payload, key, due_at, next_at, request_id, created_at)
SELECT gen_random_uuid(), a.network_id, 'ApplicationForgotten', jsonb_build_object('application_id', a.id),
    'application_forgotten:' || a.id, a.ended_at + interval '90 days', a.ended_at + interval '90 days', '', hilfenetz_now()
FROM application a WHERE a.state = 'rejected'
ON CONFLICT DO NOTHING;
