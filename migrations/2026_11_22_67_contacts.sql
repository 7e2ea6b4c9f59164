-- Whom to call at which organisation. A row is its organisation's; the members of its networks read it as long as the
-- membership is in effect. What was sent to the members once is kept as a version of the network's directory, as it was.

CREATE TABLE contact_person (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    id uuid NOT NULL,
    level text NOT NULL CHECK (level ~ '^[a-z]+(_[a-z]+)*$' AND length(level) <= 60),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    duty text NOT NULL CHECK (length(duty) <= 200),
    topics text[] NOT NULL CHECK (cardinality(topics) <= 12),
    phone text NOT NULL CHECK (length(phone) <= 60),
    mail text NOT NULL CHECK (length(mail) <= 200),
    reachable text NOT NULL CHECK (length(reachable) <= 200),
    stand_in_id uuid CHECK (stand_in_id <> id),
    revision integer NOT NULL CHECK (revision > 0),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    CHECK (phone <> '' OR mail <> ''),
    FOREIGN KEY (organisation_id, stand_in_id) REFERENCES contact_person (organisation_id, id)
);

CREATE TABLE directory_version (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL CHECK (length(made_by) BETWEEN 1 AND 200),
    reason text NOT NULL CHECK (reason IN ('admission', 'exclusion', 'handover', 'update', 'withdrawal')),
    note text NOT NULL CHECK (length(note) <= 1000),
    cause_id uuid,
    content jsonb NOT NULL CHECK (
        jsonb_typeof(content -> 'levels') = 'array' AND jsonb_typeof(content -> 'members') = 'array'),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, number),
    UNIQUE (network_id, key)
);

-- The members in effect with their contact persons, by name, as far as whoever asks may see them.
CREATE FUNCTION directory_members(network uuid) RETURNS jsonb
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(jsonb_agg(jsonb_build_object(
        'id', o.id, 'slug', o.slug, 'name', o.name, 'kind', o.kind, 'is_office', m.is_office, 'since', m.begins_at,
        'persons', COALESCE(p.persons, '[]'::jsonb)) ORDER BY lower(o.name), o.id), '[]'::jsonb)
    FROM membership m JOIN organisation o ON o.id = m.organisation_id
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_object(
            'id', c.id, 'level', c.level, 'name', c.name, 'duty', c.duty, 'topics', c.topics, 'phone', c.phone,
            'mail', c.mail, 'reachable', c.reachable, 'stand_in_id', c.stand_in_id) ORDER BY lower(c.name), c.id)
            AS persons
        FROM contact_person c WHERE c.organisation_id = m.organisation_id) p ON true
    WHERE m.network_id = network AND m.begins_at <= hilfenetz_now()
      AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())
$$;

-- The number runs within a network; what a version says is what the database knows at that moment, whatever is given.
CREATE FUNCTION directory_version_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('directory_version ' || NEW.network_id::text, 0));
    NEW.made_at := hilfenetz_now();
    NEW.number := 1 + COALESCE((SELECT max(v.number) FROM directory_version v WHERE v.network_id = NEW.network_id), 0);
    NEW.content := jsonb_build_object('levels', NEW.content -> 'levels', 'members', directory_members(NEW.network_id));
    RETURN NEW;
END
$$;
CREATE TRIGGER directory_version_stamp BEFORE INSERT ON directory_version
    FOR EACH ROW EXECUTE FUNCTION directory_version_stamp();

-- Against everybody, the owner too.
CREATE FUNCTION directory_version_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'a version of the directory stays as it is' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER directory_version_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON directory_version
    FOR EACH STATEMENT EXECUTE FUNCTION directory_version_refuse();

ALTER FUNCTION directory_version_stamp() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION directory_version_stamp() FROM PUBLIC;

-- A formal notice may have causes of other features; which there are, the portal declares (FormalKind).
ALTER TABLE formal_notice DROP CONSTRAINT formal_notice_kind_check;
ALTER TABLE formal_notice ADD CONSTRAINT formal_notice_kind_check CHECK (kind ~ '^[a-z]+(_[a-z]+)*$');
