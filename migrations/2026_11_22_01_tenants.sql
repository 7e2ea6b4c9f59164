-- Organisations, networks, memberships, spaces, rulebooks, the outbox and the worker's heartbeat.
-- Who may see and do what is not written here: it is declared in tenants/policies.py and applied after the migrations.

CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS ltree;

-- The one clock. Tests replace this function to move time; nothing in the product can.
CREATE FUNCTION hilfenetz_now() RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog AS 'SELECT clock_timestamp()';

-- A setting that was local to a finished transaction reads as '', not as NULL.
CREATE FUNCTION current_organisation() RETURNS uuid
    LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.organisation', true), '')::uuid $$;
CREATE FUNCTION current_person() RETURNS uuid
    LANGUAGE sql STABLE AS $$ SELECT NULLIF(current_setting('app.person', true), '')::uuid $$;

CREATE TABLE organisation (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (kind IN ('carrier', 'city', 'housing_company', 'jobcenter')),
    land text NOT NULL CHECK (length(land) = 2),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE network (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    land text NOT NULL CHECK (length(land) = 2),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE rulebook (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    source text NOT NULL,
    sha256 text NOT NULL CHECK (length(sha256) = 64),
    valid_from timestamptz NOT NULL,
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, version)
);

CREATE TABLE membership (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    is_office boolean NOT NULL DEFAULT false,
    begins_at timestamptz NOT NULL,
    ends_at timestamptz CHECK (ends_at >= begins_at),
    PRIMARY KEY (network_id, id)
);
CREATE UNIQUE INDEX membership_one_at_a_time ON membership (network_id, organisation_id) WHERE ends_at IS NULL;
CREATE UNIQUE INDEX membership_one_office ON membership (network_id) WHERE is_office AND ends_at IS NULL;
CREATE INDEX membership_by_organisation ON membership (organisation_id, network_id);

CREATE TABLE space (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('organisation', 'network', 'room')),
    organisation_id uuid REFERENCES organisation (id),
    network_id uuid REFERENCES network (id),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    CHECK (num_nonnulls(organisation_id, network_id) = 1),
    CHECK ((kind = 'organisation') = (organisation_id IS NOT NULL))
);
CREATE UNIQUE INDEX space_of_organisation ON space (organisation_id) WHERE kind = 'organisation';
CREATE UNIQUE INDEX space_of_network ON space (network_id) WHERE kind = 'network';

-- What happens later or elsewhere. The recipient (an organisation or a whole network) is the tenant of the row.
CREATE TABLE outbox (
    id uuid PRIMARY KEY,
    organisation_id uuid REFERENCES organisation (id),
    network_id uuid REFERENCES network (id),
    event text NOT NULL,
    payload jsonb NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    due_at timestamptz NOT NULL,
    next_at timestamptz NOT NULL,
    state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'handed', 'done', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    last_error text,
    request_id text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL,
    done_at timestamptz,
    CHECK (num_nonnulls(organisation_id, network_id) = 1),
    UNIQUE NULLS NOT DISTINCT (organisation_id, network_id, key)
);
CREATE INDEX outbox_due ON outbox (next_at) WHERE state IN ('waiting', 'handed');
CREATE INDEX outbox_dead ON outbox (organisation_id, created_at) WHERE state = 'dead';

-- A round of the relay that ran to its end: the sign of life is a finished task, not a running process.
CREATE TABLE heartbeat (
    name text PRIMARY KEY,
    at timestamptz NOT NULL
);

-- Reach. Only these two functions expand memberships to other organisations and networks. They belong to a role that
-- cannot sign in and may read memberships and nothing else. The network of a task counts for the worker alone.
CREATE FUNCTION reach_networks() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT COALESCE(array_agg(DISTINCT reached.network_id), '{}')
    FROM (
        SELECT m.network_id
        FROM membership m
        WHERE m.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid
          AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())
        UNION ALL
        SELECT NULLIF(current_setting('app.network', true), '')::uuid
        WHERE session_user = 'hilfenetz_worker' AND NULLIF(current_setting('app.network', true), '') IS NOT NULL
    ) AS reached
$$;

CREATE FUNCTION reach_organisations() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT COALESCE(array_agg(DISTINCT m.organisation_id), '{}')
    FROM membership m
    WHERE m.network_id = ANY (reach_networks())
$$;

-- Signing in has to find the organisations a directory names before the person is inside any of them.
-- It gives back identifiers only, for exactly the addresses asked for.
CREATE FUNCTION organisations_by_slug(slugs text[]) RETURNS TABLE (slug text, organisation_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT o.slug, o.id FROM organisation o WHERE o.slug = ANY (slugs)
$$;

ALTER FUNCTION reach_networks() OWNER TO hilfenetz_reach;
ALTER FUNCTION reach_organisations() OWNER TO hilfenetz_reach;
ALTER FUNCTION organisations_by_slug(text[]) OWNER TO hilfenetz_reach;
