-- How an organisation joins a network: its application, the letters to it, the agreement with both signatures. What the
-- members are told of an applicant stands in "application"; everything else is between the applicant and the office.

CREATE TABLE application (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    organisation_id uuid REFERENCES organisation (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    name_key text NOT NULL GENERATED ALWAYS AS (lower(regexp_replace(name, '[^[:alnum:]]+', '', 'g'))) STORED,
    kind text NOT NULL CHECK (kind IN ('carrier', 'city', 'housing_company', 'jobcenter')),
    field text NOT NULL CHECK (length(field) BETWEEN 1 AND 2000),
    rulebook_id uuid NOT NULL,
    state text NOT NULL CHECK (state IN
        ('unconfirmed', 'applied', 'informed', 'accepted', 'rejected', 'agreement_sent', 'signed', 'member')),
    submitted_at timestamptz NOT NULL,
    expires_at timestamptz CHECK (expires_at > submitted_at),
    confirmed_at timestamptz,
    informed_at timestamptz,
    vote_id uuid,
    decided_at timestamptz,
    sent_at timestamptz,
    slug text CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60),
    signed_at timestamptz,
    acknowledged_at timestamptz,
    received_at timestamptz CHECK (received_at >= signed_at),
    ended_at timestamptz,
    PRIMARY KEY (network_id, id),
    CHECK ((state = 'unconfirmed') = (confirmed_at IS NULL)),
    CHECK ((informed_at IS NULL) = (vote_id IS NULL)),
    CHECK ((ended_at IS NOT NULL) = (state IN ('rejected', 'member'))),
    FOREIGN KEY (network_id, rulebook_id) REFERENCES rulebook (network_id, id)
);
CREATE UNIQUE INDEX application_running_name ON application (network_id, name_key)
    WHERE ended_at IS NULL AND confirmed_at IS NOT NULL;
CREATE UNIQUE INDEX application_running_organisation ON application (network_id, organisation_id)
    WHERE ended_at IS NULL AND organisation_id IS NOT NULL;
CREATE INDEX application_newest ON application (network_id, submitted_at DESC);
CREATE INDEX application_of_organisation ON application (organisation_id) WHERE organisation_id IS NOT NULL;

-- Whom to reach, and what only the office needs to know. ``organisation_id`` as above, from the beginning.
CREATE TABLE application_contact (
    network_id uuid NOT NULL,
    application_id uuid NOT NULL,
    organisation_id uuid REFERENCES organisation (id),
    legal_form text NOT NULL CHECK (length(legal_form) BETWEEN 1 AND 200),
    seat text NOT NULL CHECK (length(seat) BETWEEN 1 AND 300),
    contact_name text NOT NULL CHECK (length(contact_name) BETWEEN 1 AND 200),
    contact_mail text NOT NULL CHECK (length(contact_mail) BETWEEN 3 AND 254),
    PRIMARY KEY (network_id, application_id),
    FOREIGN KEY (network_id, application_id) REFERENCES application (network_id, id)
);
CREATE INDEX application_contact_mail ON application_contact (network_id, lower(contact_mail));

-- The links in the mails to an applicant. Only what a link is known by is kept, not the link.
CREATE TABLE application_key (
    network_id uuid NOT NULL,
    application_id uuid NOT NULL,
    hash bytea NOT NULL CHECK (length(hash) = 32),
    made_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, hash),
    FOREIGN KEY (network_id, application_id) REFERENCES application (network_id, id)
);
CREATE INDEX application_key_hash ON application_key (hash);
CREATE INDEX application_key_of ON application_key (network_id, application_id);

CREATE TABLE application_letter (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('received', 'informed', 'accepted', 'rejected', 'agreement', 'member')),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 100),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 20000),
    sender_name text NOT NULL CHECK (length(sender_name) BETWEEN 1 AND 200),
    signed_by text NOT NULL CHECK (length(signed_by) BETWEEN 1 AND 200),
    written_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, application_id, key),
    FOREIGN KEY (network_id, application_id) REFERENCES application (network_id, id)
);

-- The agreement as it is signed: the text from which the document is made, with the fingerprint of that text.
CREATE TABLE agreement_copy (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    content text NOT NULL CHECK (length(content) BETWEEN 2 AND 500000),
    sha256 text NOT NULL CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex')),
    made_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, application_id, number),
    FOREIGN KEY (network_id, application_id) REFERENCES application (network_id, id)
);

CREATE TABLE agreement_signature (
    network_id uuid NOT NULL,
    copy_id uuid NOT NULL,
    side text NOT NULL CHECK (side IN ('office', 'applicant')),
    application_id uuid NOT NULL,
    way text NOT NULL CHECK (way IN ('screen', 'upload')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    capacity text NOT NULL CHECK (length(capacity) BETWEEN 1 AND 200),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    file_sha256 text CHECK (file_sha256 ~ '^[0-9a-f]{64}$'),
    file_size integer CHECK (file_size > 0),
    signed_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, copy_id, side),
    CHECK (num_nulls(file_sha256, file_size) = CASE way WHEN 'upload' THEN 0 ELSE 2 END),
    CHECK (side = 'applicant' OR way = 'screen'),
    FOREIGN KEY (network_id, copy_id) REFERENCES agreement_copy (network_id, id),
    FOREIGN KEY (network_id, application_id) REFERENCES application (network_id, id)
);

-- Which application the link belongs to that somebody came by; it opens this one and nothing else.
CREATE FUNCTION current_application() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT k.application_id FROM public.application_key k
    WHERE k.hash = sha256(convert_to(NULLIF(current_setting('app.applicant', true), ''), 'UTF8'))
$$;

-- What a network says of itself to everybody: its agreement.
CREATE FUNCTION public_rulebook(network_slug text)
    RETURNS TABLE (network_id uuid, rulebook_id uuid, source text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.id, r.id, r.source FROM public.network n JOIN public.rulebook r ON r.network_id = n.id
    WHERE n.slug = network_slug AND r.id = public.rulebook_in_force(n.id)
$$;

-- The address of the network an organisation applied to, for that organisation alone.
CREATE FUNCTION application_network(application uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.slug FROM public.application a JOIN public.network n ON n.id = a.network_id
    WHERE a.id = application AND a.organisation_id = public.current_organisation()
$$;

CREATE FUNCTION application_event(network uuid, event text, application uuid, key text, due_at timestamptz)
    RETURNS void LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.outbox (id, network_id, event, payload, key, due_at, next_at, request_id, created_at)
    VALUES (gen_random_uuid(), network, event, jsonb_build_object('application_id', application), key, due_at, due_at,
            COALESCE(current_setting('app.request', true), ''), public.hilfenetz_now())
    ON CONFLICT DO NOTHING
$$;

-- An application arrives: of the organisation that asks, or of nobody yet, until the link in its mail was followed.
-- Nobody learns here whether an address or an organisation is known: a link to what runs already goes to that address.
CREATE FUNCTION application_received(network uuid, given jsonb, lasting interval, is_own boolean) RETURNS text
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

-- The link was followed: 'taken', 'before' (a second time), 'running' (there is another one), 'gone' (too late).
CREATE FUNCTION application_confirmed() RETURNS text
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
    IF EXISTS (SELECT FROM public.application a WHERE a.network_id = found_one.network_id AND a.ended_at IS NULL
               AND a.confirmed_at IS NOT NULL AND a.name_key = found_one.name_key) THEN
        RETURN 'running';
    END IF;
    UPDATE public.application SET state = 'applied', confirmed_at = moment
    WHERE network_id = found_one.network_id AND id = found_one.id;
    PERFORM public.application_event(found_one.network_id, 'ApplicationConfirmed', found_one.id,
        'application_confirmed:' || found_one.id, moment);
    RETURN 'taken';
END
$$;

-- What was applied for stays as it was written, and a case goes on step by step. The office takes its two steps, the
-- applicant and the clock take theirs through the functions here and the worker.
CREATE FUNCTION application_guard() RETURNS trigger
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
        ('accepted', 'agreement_sent'), ('agreement_sent', 'signed'), ('signed', 'member'), ('accepted', 'member'))
    THEN
        RAISE EXCEPTION 'no way from % to %', OLD.state, NEW.state USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF current_user = 'hilfenetz_app' AND NEW.state IS DISTINCT FROM OLD.state
        AND NEW.state NOT IN ('informed', 'agreement_sent') THEN
        RAISE EXCEPTION 'that step is not the office''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER application_guard BEFORE UPDATE ON application FOR EACH ROW EXECUTE FUNCTION application_guard();

-- Signatures and copies bear the database's time. Only the newest copy can be signed, and only what it says.
CREATE FUNCTION agreement_copy_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.made_at := public.hilfenetz_now();
    NEW.number := 1 + COALESCE((SELECT max(c.number) FROM public.agreement_copy c
        WHERE c.network_id = NEW.network_id AND c.application_id = NEW.application_id), 0);
    RETURN NEW;
END
$$;
CREATE TRIGGER agreement_copy_stamp BEFORE INSERT ON agreement_copy
    FOR EACH ROW EXECUTE FUNCTION agreement_copy_stamp();

CREATE FUNCTION agreement_signature_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    newest public.agreement_copy;
    about public.application;
BEGIN
    SELECT a.* INTO about FROM public.application a
    WHERE a.network_id = NEW.network_id AND a.id = NEW.application_id FOR NO KEY UPDATE;
    SELECT c.* INTO newest FROM public.agreement_copy c
    WHERE c.network_id = NEW.network_id AND c.application_id = NEW.application_id ORDER BY c.number DESC LIMIT 1;
    IF newest.id IS DISTINCT FROM NEW.copy_id OR newest.sha256 IS DISTINCT FROM NEW.sha256 THEN
        RAISE EXCEPTION 'another version of the agreement' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.side = 'applicant' AND about.state <> 'agreement_sent' THEN
        RAISE EXCEPTION 'nothing to sign now' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.signed_at := public.hilfenetz_now();
    IF NEW.side = 'applicant' THEN
        UPDATE public.application SET state = 'signed', signed_at = NEW.signed_at
        WHERE network_id = NEW.network_id AND id = NEW.application_id;
        PERFORM public.application_event(NEW.network_id, 'CopySigned', NEW.application_id,
            'copy_signed:' || NEW.copy_id, NEW.signed_at);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER agreement_signature_stamp BEFORE INSERT ON agreement_signature
    FOR EACH ROW EXECUTE FUNCTION agreement_signature_stamp();

-- Against everybody, the owner too.
CREATE FUNCTION admission_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'letters, copies and signatures stay as they are' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER application_letter_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON application_letter
    FOR EACH STATEMENT EXECUTE FUNCTION admission_refuse();
CREATE TRIGGER agreement_copy_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_copy
    FOR EACH STATEMENT EXECUTE FUNCTION admission_refuse();
CREATE TRIGGER agreement_signature_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON agreement_signature
    FOR EACH STATEMENT EXECUTE FUNCTION admission_refuse();

ALTER FUNCTION current_application() OWNER TO hilfenetz_reach;
ALTER FUNCTION application_network(uuid) OWNER TO hilfenetz_reach;
ALTER FUNCTION public_rulebook(text) OWNER TO hilfenetz_reach;
ALTER FUNCTION application_received(uuid, jsonb, interval, boolean) OWNER TO hilfenetz_reach;
ALTER FUNCTION application_confirmed() OWNER TO hilfenetz_reach;
ALTER FUNCTION agreement_copy_stamp() OWNER TO hilfenetz_reach;
ALTER FUNCTION agreement_signature_stamp() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION application_event(uuid, text, uuid, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION application_event(uuid, text, uuid, text, timestamptz) TO hilfenetz_reach;
