-- Formal notices: what a period may start from. The notice is written once and stays; for each recipient there is one
-- receipt, whose facts are filled in one by one, each once and with the clock of the database.

CREATE TABLE formal_notice (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    kind text NOT NULL CHECK (kind IN ('letter', 'vote')),
    cause_id uuid CHECK ((cause_id IS NOT NULL) = (kind <> 'letter')),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 20000),
    sender_id uuid NOT NULL REFERENCES organisation (id),
    sender_name text NOT NULL CHECK (length(sender_name) BETWEEN 1 AND 200),
    signed_by text NOT NULL CHECK (length(signed_by) BETWEEN 1 AND 200),
    posted_at timestamptz NOT NULL,
    rulebook_id uuid NOT NULL,
    basis text NOT NULL CHECK (basis IN ('acknowledged', 'opened', 'retrievable')),
    from_hour integer NOT NULL CHECK (from_hour BETWEEN 0 AND 23),
    until_hour integer NOT NULL CHECK (until_hour > from_hour AND until_hour <= 24),
    deemed_after_days integer CHECK (deemed_after_days BETWEEN 1 AND 366),
    rule_source text NOT NULL,
    land text NOT NULL CHECK (land ~ '^[A-Z]{2}$'),
    period_days integer CHECK (period_days BETWEEN 1 AND 366),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, year, number),
    UNIQUE (network_id, sender_id, key),
    UNIQUE (network_id, id, sender_id),
    FOREIGN KEY (network_id, rulebook_id) REFERENCES rulebook (network_id, id)
);
CREATE INDEX formal_notice_of_cause ON formal_notice (network_id, cause_id) WHERE cause_id IS NOT NULL;
CREATE INDEX formal_notice_by_sender ON formal_notice (network_id, sender_id, posted_at DESC);

-- Without posted_at the posting failed: there was nobody in the organisation who could have fetched the notice.
CREATE TABLE formal_receipt (
    network_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    sender_id uuid NOT NULL,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    postings integer NOT NULL DEFAULT 1 CHECK (postings > 0),
    posted_at timestamptz,
    notified_at timestamptz CHECK (notified_at IS NULL OR posted_at IS NOT NULL),
    opened_at timestamptz,
    acknowledged_at timestamptz,
    received_at timestamptz CHECK (received_at >= posted_at),
    received_on date CHECK (received_on = (received_at AT TIME ZONE 'Europe/Berlin')::date),
    ends_on date CHECK (ends_on > received_on),
    due_at timestamptz CHECK (due_at = (ends_on + 1)::timestamp AT TIME ZONE 'Europe/Berlin'),
    explanation jsonb CHECK (jsonb_typeof(explanation) = 'object'),
    state text GENERATED ALWAYS AS (CASE WHEN posted_at IS NULL THEN 'failed' ELSE 'posted' END) STORED,
    PRIMARY KEY (network_id, notice_id, organisation_id),
    CHECK (num_nulls(received_at, received_on, explanation) IN (0, 3)),
    CHECK (num_nulls(ends_on, due_at) IN (0, 2) AND (ends_on IS NULL OR received_on IS NOT NULL)),
    CHECK (posted_at IS NOT NULL OR num_nonnulls(opened_at, acknowledged_at, received_at) = 0),
    FOREIGN KEY (network_id, notice_id, sender_id) REFERENCES formal_notice (network_id, id, sender_id)
);
CREATE INDEX formal_receipt_of_recipient ON formal_receipt (organisation_id, network_id, posted_at DESC);
CREATE INDEX formal_receipt_unopened ON formal_receipt (organisation_id, network_id) WHERE opened_at IS NULL;

-- Which person opened or acknowledged first is their own organisation's business alone.
CREATE TABLE formal_signature (
    organisation_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    deed text NOT NULL CHECK (deed IN ('acknowledged', 'opened')),
    network_id uuid NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (organisation_id, notice_id, deed),
    FOREIGN KEY (network_id, notice_id, organisation_id)
        REFERENCES formal_receipt (network_id, notice_id, organisation_id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES affiliation (organisation_id, person_id)
);

-- The number runs within a network and year, without gaps; who posts next waits for who posts now.
CREATE FUNCTION formal_notice_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('formal_notice ' || NEW.network_id::text, 0));
    NEW.posted_at := hilfenetz_now();
    NEW.year := extract(year FROM NEW.posted_at AT TIME ZONE 'Europe/Berlin');
    NEW.number := 1 + COALESCE((
        SELECT max(n.number) FROM formal_notice n WHERE n.network_id = NEW.network_id AND n.year = NEW.year), 0);
    RETURN NEW;
END
$$;
CREATE TRIGGER formal_notice_stamp BEFORE INSERT ON formal_notice
    FOR EACH ROW EXECUTE FUNCTION formal_notice_stamp();

-- What happened to a receipt happened when the database was told, once, and through whom it concerns: the recipient
-- opens and acknowledges, the worker knows of mails, the sender posts and reckons.
CREATE FUNCTION formal_receipt_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    notice formal_notice;
    moment timestamptz := hilfenetz_now();
    can_be_fetched boolean := EXISTS (
        SELECT FROM role_assignment r JOIN affiliation a
            ON a.organisation_id = r.organisation_id AND a.person_id = r.person_id
        WHERE r.organisation_id = NEW.organisation_id
          AND r.role IN ('administrator', 'deputy', 'director', 'representative')
          AND r.valid_from <= moment AND (r.valid_until IS NULL OR r.valid_until > moment)
          AND (a.ends_at IS NULL OR a.ends_at > moment));
    is_recipient boolean := current_organisation() IS NOT DISTINCT FROM NEW.organisation_id;
    is_sender boolean := session_user = 'hilfenetz_worker' OR NOT is_recipient OR NEW.organisation_id = NEW.sender_id;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT n.* INTO notice FROM formal_notice n
        WHERE n.network_id = NEW.network_id AND n.id = NEW.notice_id AND n.xmin = pg_current_xact_id()::xid;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'the recipients of a notice are set with it' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.postings := 1;
        NEW.posted_at := CASE WHEN can_be_fetched THEN notice.posted_at END;
        NEW.notified_at := NULL;
        NEW.opened_at := NULL;
        NEW.acknowledged_at := NULL;
        NEW.received_at := NULL;
        NEW.received_on := NULL;
        NEW.ends_on := NULL;
        NEW.due_at := NULL;
        NEW.explanation := NULL;
        RETURN NEW;
    END IF;
    IF (OLD.posted_at IS NOT NULL AND (NEW.posted_at, NEW.postings) IS DISTINCT FROM (OLD.posted_at, OLD.postings))
        OR (OLD.notified_at IS NOT NULL AND NEW.notified_at IS DISTINCT FROM OLD.notified_at)
        OR (OLD.opened_at IS NOT NULL AND NEW.opened_at IS DISTINCT FROM OLD.opened_at)
        OR (OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)
        OR (OLD.received_at IS NOT NULL AND (NEW.received_at, NEW.received_on, NEW.ends_on, NEW.due_at, NEW.explanation)
            IS DISTINCT FROM (OLD.received_at, OLD.received_on, OLD.ends_on, OLD.due_at, OLD.explanation))
    THEN
        RAISE EXCEPTION 'what is known of a receipt stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.postings IS DISTINCT FROM OLD.postings OR NEW.posted_at IS DISTINCT FROM OLD.posted_at THEN
        IF NOT is_sender THEN
            RAISE EXCEPTION 'the sender posts' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.postings := OLD.postings + 1;
        NEW.posted_at := CASE WHEN can_be_fetched THEN moment END;
    END IF;
    IF NEW.opened_at IS DISTINCT FROM OLD.opened_at OR NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at THEN
        IF NOT is_recipient THEN
            RAISE EXCEPTION 'the recipient opens and acknowledges' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.opened_at := COALESCE(OLD.opened_at, moment);
        NEW.acknowledged_at := CASE WHEN NEW.acknowledged_at IS NOT NULL THEN COALESCE(OLD.acknowledged_at, moment) END;
    END IF;
    IF NEW.notified_at IS DISTINCT FROM OLD.notified_at THEN
        NEW.notified_at := moment;
    END IF;
    IF NEW.received_at IS DISTINCT FROM OLD.received_at AND NOT is_sender THEN
        RAISE EXCEPTION 'the recipient does not say when it received' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER formal_receipt_stamp BEFORE INSERT OR UPDATE ON formal_receipt
    FOR EACH ROW EXECUTE FUNCTION formal_receipt_stamp();

-- Against everybody, the owner too.
CREATE FUNCTION formal_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'formal notices stay as they are' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER formal_notice_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON formal_notice
    FOR EACH STATEMENT EXECUTE FUNCTION formal_refuse();
CREATE TRIGGER formal_receipt_fixed BEFORE DELETE OR TRUNCATE ON formal_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION formal_refuse();
CREATE TRIGGER formal_signature_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON formal_signature
    FOR EACH STATEMENT EXECUTE FUNCTION formal_refuse();

ALTER FUNCTION formal_notice_stamp() OWNER TO hilfenetz_reach;
ALTER FUNCTION formal_receipt_stamp() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION formal_notice_stamp(), formal_receipt_stamp() FROM PUBLIC;

SELECT note_changes('formal_receipt', 'organisation_id', 'sender_id');
