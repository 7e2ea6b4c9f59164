-- Rooms of bodies and working groups: a space of its own each, not a part of the network's. Who takes part reaches it,
-- for as long as they do and their membership lasts; nobody else, and of the network's members no other.

CREATE TABLE room (
    id uuid PRIMARY KEY,
    network_id uuid NOT NULL REFERENCES network (id),
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 80),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    purpose text NOT NULL CHECK (length(purpose) BETWEEN 1 AND 1000),
    opened_by text NOT NULL CHECK (length(opened_by) <= 200),
    opened_at timestamptz NOT NULL,
    closed_at timestamptz CHECK (closed_at >= opened_at),
    UNIQUE (network_id, slug)
);

-- A participation that ended keeps its row: who could read what when is asked later.
CREATE TABLE room_participation (
    room_id uuid NOT NULL REFERENCES room (id),
    id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    begins_at timestamptz NOT NULL,
    ends_at timestamptz CHECK (ends_at >= begins_at),
    PRIMARY KEY (room_id, id)
);
CREATE UNIQUE INDEX room_participation_one_at_a_time ON room_participation (room_id, organisation_id)
    WHERE ends_at IS NULL;
CREATE INDEX room_participation_by_organisation ON room_participation (organisation_id, room_id);

-- The space of a room has its identifier, and names neither an organisation nor a network: whatever asks for the space
-- of one of these does not find it.
ALTER TABLE space ADD COLUMN room_id uuid REFERENCES room (id) CHECK (room_id = id);
ALTER TABLE space DROP CONSTRAINT space_check;
ALTER TABLE space DROP CONSTRAINT space_check1;
ALTER TABLE space ADD CONSTRAINT space_of_one CHECK (
    num_nonnulls(organisation_id, network_id, room_id) = 1
    AND (kind = 'organisation') = (organisation_id IS NOT NULL) AND (kind = 'room') = (room_id IS NOT NULL));

-- A room is born with its space, and the space with its tree.
CREATE FUNCTION room_space() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.space (id, kind, room_id, title) VALUES (NEW.id, 'room', NEW.id, NEW.name);
    RETURN NULL;
END $$;
ALTER FUNCTION room_space() OWNER TO hilfenetz_reach;
CREATE TRIGGER room_space AFTER INSERT ON room FOR EACH ROW EXECUTE FUNCTION room_space();

-- As before; the office of its network manages a room, if it takes part.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION space_root() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    root uuid := gen_random_uuid();
    network uuid := NEW.network_id;
BEGIN
    IF NEW.room_id IS NOT NULL THEN
        SELECT r.network_id INTO STRICT network FROM public.room r WHERE r.id = NEW.room_id;
    END IF;
    INSERT INTO public.item (space_id, id, path, type, title, state, readers, marked, created_at, changed_at, published_at)
    SELECT NEW.id, root, '', 'folder', NEW.title, 'published', 63, true, t.now, t.now, t.now
    FROM public.hilfenetz_now() AS t (now);
    INSERT INTO public.item_grant (space_id, item_id, principal, access, granted_at)
    SELECT NEW.id, root, g.principal, g.access, public.hilfenetz_now()
    FROM public.first_grants(NEW.kind, network) AS g;
    RETURN NEW;
END $$;

-- As before, and forgets with the others which of the spaces are closed.
RESET ROLE;
CREATE OR REPLACE FUNCTION reach_kept(name text, answer text) RETURNS text
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('app.reached_as', true) IS DISTINCT FROM public.reached_as() THEN
        PERFORM set_config('app.reached_networks', '', true), set_config('app.reached_organisations', '', true),
                set_config('app.reached_spaces', '', true), set_config('app.reached_principals', '', true),
                set_config('app.reached_closed', '', true), set_config('app.reached_as', public.reached_as(), true);
    END IF;
    RETURN set_config('app.reached_' || name, answer, true);
END $$;
CREATE TRIGGER reach_forgotten AFTER INSERT OR UPDATE OR DELETE ON room
    FOR EACH STATEMENT EXECUTE FUNCTION reach_forgotten();
CREATE TRIGGER reach_forgotten AFTER INSERT OR UPDATE OR DELETE ON room_participation
    FOR EACH STATEMENT EXECUTE FUNCTION reach_forgotten();

-- Rooms belong to the one pass over the spaces. A participation counts under the membership it began with: who comes
-- back to a network is let into its rooms anew. The worker reaches a room in the scope of its network, to find out whom
-- it has to tell.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION find_spaces() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    networks uuid[] := public.reach_networks();
    home uuid := public.current_organisation();
    moment timestamptz := public.hilfenetz_now();
    task uuid := CASE WHEN session_user = 'hilfenetz_worker'
        THEN NULLIF(current_setting('app.network', true), '')::uuid END;
    found uuid[];
    closed uuid[];
BEGIN
    SELECT array_agg(reached.id), array_agg(reached.id) FILTER (WHERE reached.is_closed) INTO found, closed FROM (
        SELECT s.id, false AS is_closed FROM public.space s WHERE s.kind = 'organisation' AND s.organisation_id = home
        UNION ALL
        SELECT s.id, false FROM public.space s WHERE s.network_id = ANY (networks)
        UNION ALL
        SELECT r.id, r.closed_at IS NOT NULL
        FROM public.room_participation p JOIN public.room r ON r.id = p.room_id
             JOIN public.membership m ON m.network_id = r.network_id AND m.organisation_id = p.organisation_id
        WHERE p.organisation_id = home AND p.begins_at <= moment AND (p.ends_at IS NULL OR p.ends_at > moment)
          AND m.begins_at <= p.begins_at AND (m.ends_at IS NULL OR m.ends_at > moment)
    ) AS reached;
    IF task IS NOT NULL THEN
        SELECT found || array_agg(r.id), closed || array_agg(r.id) FILTER (WHERE r.closed_at IS NOT NULL)
        INTO found, closed FROM public.room r WHERE r.network_id = task AND (r.id = ANY (found)) IS NOT TRUE;
    END IF;
    PERFORM public.reach_kept('closed', COALESCE(closed, '{}')::text);
    RETURN public.reach_kept('spaces', COALESCE(found, '{}')::text);
END $$;
RESET ROLE;

CREATE FUNCTION find_closed() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM public.find_spaces();
    RETURN current_setting('app.reached_closed', true);
END $$;
ALTER FUNCTION find_closed() OWNER TO hilfenetz_reach;

-- The spaces within reach in which nothing is changed any more.
CREATE FUNCTION closed_spaces() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN CASE WHEN current_setting('app.reached_as', true) = reached_as()
        THEN COALESCE(NULLIF(current_setting('app.reached_closed', true), ''), find_closed())
        ELSE find_closed() END::uuid[];
ALTER FUNCTION closed_spaces() OWNER TO hilfenetz_reach;
GRANT EXECUTE ON FUNCTION closed_spaces() TO PUBLIC;

-- Who takes part, and whether a room is closed, changes what is kept (migration 53).
SELECT note_changes('room', 'id', 'network_id');
SELECT note_changes('room_participation', 'room_id', 'organisation_id');
