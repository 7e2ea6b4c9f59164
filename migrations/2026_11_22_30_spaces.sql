-- Content: one tree in every space. The space is the tenant of all of it: it belongs to one organisation, or to a
-- network (and so to its members for as long as they are). Who may see and do what across spaces is declared in
-- tenants/policies.py; who may do what inside a space follows from the grants on an item and above it.

CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- The spaces within reach: the organisation's own, and those of the networks it sits in now.
CREATE FUNCTION reach_spaces() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(array_agg(s.id), '{}') FROM public.space s
    WHERE s.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid
       OR s.network_id = ANY (public.reach_networks())
$$;
ALTER FUNCTION reach_spaces() OWNER TO hilfenetz_reach;

-- ``readers`` says which kinds of access see the item in its present state, as a mask (portal.spaces.rules.Access);
-- ``marked`` that grants or a cut begin here, so that the few places that decide are found without walking the tree.
CREATE TABLE item (
    space_id uuid NOT NULL REFERENCES space (id),
    id uuid NOT NULL,
    parent_id uuid,
    path ltree NOT NULL,
    address text COLLATE "C" NOT NULL GENERATED ALWAYS AS (replace(ltree2text(path), '.', '/')) STORED,
    type text NOT NULL CHECK (type ~ '^[a-z][a-z0-9_]{0,49}$'),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    summary text NOT NULL DEFAULT '' CHECK (length(summary) <= 1000),
    tags text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 50),
    fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(fields) = 'object'),
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 500000),
    state text NOT NULL,
    readers smallint NOT NULL,
    inherits boolean NOT NULL DEFAULT true,
    marked boolean NOT NULL DEFAULT false,
    position integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    begins_at timestamptz,
    ends_at timestamptz CHECK (ends_at >= begins_at),
    assignee text CHECK (length(assignee) <= 200),
    owner_id uuid,
    owner_organisation_id uuid REFERENCES organisation (id),
    owner_name text NOT NULL DEFAULT '' CHECK (length(owner_name) <= 200),
    changed_by text NOT NULL DEFAULT '' CHECK (length(changed_by) <= 200),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    published_at timestamptz,
    publish_at timestamptz,
    expires_at timestamptz CHECK (expires_at > publish_at),
    bin_id uuid,
    PRIMARY KEY (space_id, id),
    CHECK ((parent_id IS NULL) = (nlevel(path) = 0)),
    FOREIGN KEY (space_id, parent_id) REFERENCES item (space_id, id)
);
CREATE UNIQUE INDEX item_address ON item (space_id, address) WHERE bin_id IS NULL;
CREATE INDEX item_children ON item (space_id, parent_id, position, id) WHERE bin_id IS NULL;
CREATE INDEX item_recent ON item (space_id, changed_at DESC, id DESC) WHERE bin_id IS NULL;
CREATE INDEX item_of_type ON item (space_id, type, state, published_at DESC) WHERE bin_id IS NULL;
CREATE INDEX item_times ON item (space_id, begins_at, ends_at) WHERE bin_id IS NULL AND begins_at IS NOT NULL;
CREATE INDEX item_assigned ON item (assignee, ends_at) WHERE bin_id IS NULL AND assignee IS NOT NULL;
CREATE INDEX item_marks ON item (space_id) WHERE marked AND bin_id IS NULL;
CREATE INDEX item_binned ON item (space_id, bin_id) WHERE bin_id IS NOT NULL;
CREATE INDEX item_under ON item USING gist (space_id, path);

-- Every save. ``values`` are title, summary, tags and fields as they were.
CREATE TABLE item_version (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    type text NOT NULL,
    values jsonb NOT NULL CHECK (jsonb_typeof(values) = 'object'),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    by_id uuid,
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id, version),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);

-- Every transition of a workflow.
CREATE TABLE item_transition (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    transition text NOT NULL,
    source text NOT NULL,
    target text NOT NULL,
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    by_id uuid,
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    at timestamptz NOT NULL,
    PRIMARY KEY (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);
CREATE INDEX item_transition_of_item ON item_transition (space_id, item_id, at DESC, id DESC);

-- Who has which access to an item and all below it, until a cut. ``principal`` is one of: everyone, office:<network>,
-- organisation:<id>, group:<role>@<organisation>, group:<role>, person:<id>@<organisation>.
CREATE TABLE item_grant (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    principal text NOT NULL CHECK (length(principal) BETWEEN 1 AND 120),
    access smallint NOT NULL CHECK (access IN (1, 2, 4, 8, 16)),
    title text NOT NULL DEFAULT '' CHECK (length(title) <= 200),
    granted_by text NOT NULL DEFAULT '' CHECK (length(granted_by) <= 200),
    granted_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id, principal, access),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);

-- Where an item stood before it was moved or renamed; what lay below it is found through it.
CREATE TABLE item_redirect (
    space_id uuid NOT NULL,
    address text COLLATE "C" NOT NULL CHECK (length(address) BETWEEN 1 AND 2000),
    item_id uuid NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, address),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);

-- What was thrown away together: the item on top, and when it will be gone for good.
CREATE TABLE item_bin (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    title text NOT NULL,
    address text NOT NULL,
    items integer NOT NULL CHECK (items > 0),
    by_id uuid,
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    at timestamptz NOT NULL,
    purge_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);

-- Which access somebody has at each mark of these spaces: the grants on the mark and above it, up to the nearest cut.
-- Who manages a whole space manages it below a cut too, else a place could be lost for good. The nearest mark at or
-- above an item decides what somebody may see there. ``principals`` is everything the person counts as.
CREATE FUNCTION access_marks(spaces uuid[], principals text[])
    RETURNS TABLE (space_id uuid, path ltree, access integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mark AS MATERIALIZED (
        SELECT i.space_id, i.id, i.path, i.inherits,
               COALESCE((SELECT bit_or(g.access) FROM item_grant g
                         WHERE g.space_id = i.space_id AND g.item_id = i.id AND g.principal = ANY (principals)), 0)::integer
               AS own
        FROM item i WHERE i.space_id = ANY (spaces) AND i.marked AND i.bin_id IS NULL
    ), above AS (
        SELECT m.space_id, m.path, a.own, nlevel(a.path) AS level,
               max(CASE WHEN a.inherits THEN 0 ELSE nlevel(a.path) END) OVER (PARTITION BY m.space_id, m.path) AS cut
        FROM mark m
        CROSS JOIN LATERAL generate_series(0, nlevel(m.path)) AS n
        JOIN mark a ON a.space_id = m.space_id AND a.path = subpath(m.path, 0, n)
    )
    SELECT space_id, path,
           (COALESCE(bit_or(own) FILTER (WHERE level >= cut), 0) | (COALESCE(bit_or(own) FILTER (WHERE level = 0), 0) & 16))
    FROM above GROUP BY space_id, path
$$;

-- Who may do what in a space that nobody has changed yet: everybody within reach reads. In an organisation its people
-- contribute, its leads edit and review, its administrators manage; in a network members contribute, the office manages.
CREATE FUNCTION first_grants(kind text, network_id uuid) RETURNS TABLE (principal text, access smallint)
    LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT given.principal, given.access::smallint
    FROM (VALUES
        ('organisation', 'everyone', 1),
        ('organisation', 'group:caseworker', 2), ('organisation', 'group:jobcenter_team', 2),
        ('organisation', 'group:office', 2), ('organisation', 'group:representative', 2),
        ('organisation', 'group:lead', 4), ('organisation', 'group:lead', 8), ('organisation', 'group:director', 8),
        ('organisation', 'group:administrator', 16),
        ('network', 'everyone', 1), ('network', 'everyone', 2), ('network', 'office:' || network_id, 16)
    ) AS given (kind, principal, access)
    WHERE given.kind = CASE first_grants.kind WHEN 'organisation' THEN 'organisation' ELSE 'network' END
$$;

-- A space is born with its tree: the front page.
CREATE FUNCTION space_root() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    root uuid := gen_random_uuid();
BEGIN
    INSERT INTO public.item (space_id, id, path, type, title, state, readers, marked, created_at, changed_at, published_at)
    SELECT NEW.id, root, '', 'folder', NEW.title, 'published', 63, true, t.now, t.now, t.now
    FROM public.hilfenetz_now() AS t (now);
    INSERT INTO public.item_grant (space_id, item_id, principal, access, granted_at)
    SELECT NEW.id, root, g.principal, g.access, public.hilfenetz_now()
    FROM public.first_grants(NEW.kind, NEW.network_id) AS g;
    RETURN NEW;
END $$;
ALTER FUNCTION space_root() OWNER TO hilfenetz_reach;
CREATE TRIGGER space_root AFTER INSERT ON space FOR EACH ROW EXECUTE FUNCTION space_root();

-- Spaces that are there already get theirs. The owner sees them only while the wall lets it; it is put up again after
-- the migrations, in their transaction.
ALTER TABLE space NO FORCE ROW LEVEL SECURITY;
INSERT INTO item (space_id, id, path, type, title, state, readers, marked, created_at, changed_at, published_at)
SELECT s.id, gen_random_uuid(), '', 'folder', s.title, 'published', 63, true, t.now, t.now, t.now
FROM space s CROSS JOIN (SELECT clock_timestamp()) AS t (now);
INSERT INTO item_grant (space_id, item_id, principal, access, granted_at)
SELECT s.id, i.id, g.principal, g.access, i.created_at
FROM space s JOIN item i ON i.space_id = s.id CROSS JOIN LATERAL first_grants(s.kind, s.network_id) AS g;
ALTER TABLE space FORCE ROW LEVEL SECURITY;
