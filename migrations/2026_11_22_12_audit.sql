-- The audit trail: append-only, one hash chain for each organisation, made by the database itself.
-- portal/audit/rules.py recomputes the same chain from the rows alone; whoever changes one changes both.

CREATE TABLE audit_entry (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    seq bigint NOT NULL CHECK (seq > 0),
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    person_id uuid,
    action text NOT NULL CHECK (action ~ '^[a-z][a-z_:.-]{2,79}$'),
    subject text NOT NULL CHECK (subject ~ '^[a-z][a-z_-]{1,39}$'),
    subject_id uuid NOT NULL,
    details jsonb NOT NULL CHECK (jsonb_typeof(details) = 'object' AND length(details::text) <= 2000),
    request_id text NOT NULL CHECK (length(request_id) <= 100),
    previous_hash text NOT NULL CHECK (previous_hash ~ '^[0-9a-f]{64}$'),
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (organisation_id, seq),
    UNIQUE (organisation_id, id)
);
CREATE INDEX audit_entry_by_time ON audit_entry (organisation_id, at, seq);
CREATE INDEX audit_entry_by_action ON audit_entry (organisation_id, action, at, seq);

-- The end of each chain. Its row is the lock that keeps parallel transactions of one organisation in a single line,
-- and what shows that entries were cut off at the end.
CREATE TABLE audit_head (
    organisation_id uuid PRIMARY KEY REFERENCES organisation (id),
    seq bigint NOT NULL CHECK (seq >= 0),
    hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);

-- What is hashed: each field as "<bytes>:<field>,", so that no two different entries give the same text.
CREATE FUNCTION audit_canonical(entry audit_entry) RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, public AS $$
    SELECT string_agg(octet_length(convert_to(field, 'UTF8')) || ':' || field || ',', '' ORDER BY place)
    FROM unnest(ARRAY[
        'hilfenetz-audit-1', entry.previous_hash, entry.organisation_id::text, entry.seq::text, entry.id::text,
        (extract(epoch FROM entry.at) * 1000000)::bigint::text, COALESCE(entry.person_id::text, ''), entry.action,
        entry.subject, entry.subject_id::text, entry.details::text, entry.request_id
    ]) WITH ORDINALITY AS fields (field, place)
$$;

-- Runs as hilfenetz_reach, which may touch audit_head and not audit_entry; nobody who signs in may touch audit_head.
CREATE FUNCTION audit_chain() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    head audit_head;
BEGIN
    IF NEW.organisation_id IS DISTINCT FROM NULLIF(current_setting('app.organisation', true), '')::uuid THEN
        RAISE EXCEPTION 'an audit entry belongs to the organisation of the scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF EXISTS (
        SELECT FROM jsonb_each(NEW.details) AS detail (name, value)
        WHERE jsonb_typeof(value) NOT IN ('string', 'boolean') AND value::text !~ '^-?[0-9]{1,18}$'
    ) THEN
        RAISE EXCEPTION 'audit details are texts, whole numbers or yes and no' USING ERRCODE = 'check_violation';
    END IF;

    SELECT * INTO head FROM audit_head WHERE organisation_id = NEW.organisation_id FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO audit_head (organisation_id, seq, hash) VALUES (NEW.organisation_id, 0, repeat('0', 64))
            ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM audit_head WHERE organisation_id = NEW.organisation_id FOR UPDATE;
    END IF;

    NEW.seq := head.seq + 1;
    NEW.id := uuidv7();
    NEW.at := hilfenetz_now();  -- after the lock, so that time runs along the chain
    NEW.previous_hash := head.hash;
    NEW.hash := encode(sha256(convert_to(audit_canonical(NEW), 'UTF8')), 'hex');
    UPDATE audit_head SET seq = NEW.seq, hash = NEW.hash WHERE organisation_id = NEW.organisation_id;
    RETURN NEW;
END
$$;

-- Against everybody, the owner too: only a superuser who switches triggers off gets past, and the chain tells.
CREATE FUNCTION audit_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END
$$;

-- The end of a chain moves by one, and only while an entry is being written (a trigger inside a trigger).
CREATE FUNCTION audit_head_step() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF pg_trigger_depth() < 2 OR NEW.organisation_id <> OLD.organisation_id OR NEW.seq <> OLD.seq + 1 THEN
        RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER audit_entry_chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_chain();
CREATE TRIGGER audit_entry_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_head_step BEFORE UPDATE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_step();
CREATE TRIGGER audit_head_fixed BEFORE DELETE OR TRUNCATE ON audit_head
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

ALTER FUNCTION audit_chain() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION audit_chain() FROM PUBLIC;
