-- A package names whoever it likes: who brought it stands beside what it says, and without that name everybody writes
-- history in their own. A program of the version before this one takes in no package while it still runs beside it.
ALTER TABLE item_version ADD COLUMN brought_by text NOT NULL DEFAULT '';
ALTER TABLE item_transition ADD COLUMN brought_by text NOT NULL DEFAULT '';
ALTER TABLE item_grant ADD COLUMN brought_by text NOT NULL DEFAULT '';

-- What the person of the scope is called in the organisation of the scope.
CREATE FUNCTION my_name() RETURNS text
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT a.name FROM affiliation a
    WHERE a.organisation_id = current_organisation() AND a.person_id = current_person()
$$;

-- Whether the person of the scope could put something at an address: nothing is there, and they may add to what lies
-- nearest above it. Only to such an address an old one may lead that comes with a package.
CREATE FUNCTION may_lead(space uuid, address text) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH part AS (
        SELECT string_to_array($2, '/') AS parts
    ), above AS (
        SELECT i.id, i.address FROM part CROSS JOIN LATERAL generate_series(0, cardinality(parts)) AS n
        JOIN public.item i ON i.space_id = $1 AND i.bin_id IS NULL
            AND i.address = array_to_string(parts[1:n], '/') COLLATE "C"
        ORDER BY n DESC LIMIT 1
    )
    SELECT COALESCE((SELECT above.address <> $2 COLLATE "C" AND public.my_access($1, above.id) & 22 <> 0 FROM above), false)
$$;
ALTER FUNCTION may_lead(uuid, text) OWNER TO hilfenetz_reach;

-- As notices (migration 46), a page after the other: all of them were worked out for every page before. Those without
-- arguments stay for the program of the version before.
CREATE INDEX follower_taken_away ON follower (organisation_id, item_id, person_id);
CREATE FUNCTION followers_taken_away(after_item uuid, after_person uuid, most integer)
    RETURNS TABLE (item_id uuid, person_id uuid, since_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.item_id, f.person_id, f.since_at FROM public.follower f
    WHERE f.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid
      AND (SELECT public.takes_all_away()) AND (f.item_id, f.person_id) > ($1, $2)
    ORDER BY f.item_id, f.person_id LIMIT $3
$$;
ALTER FUNCTION followers_taken_away(uuid, uuid, integer) OWNER TO hilfenetz_reach;

CREATE INDEX read_confirmation_taken_away ON read_confirmation (organisation_id, item_id, person_id, version);
CREATE FUNCTION readings_taken_away(after_item uuid, after_person uuid, after_version integer, most integer)
    RETURNS TABLE (item_id uuid, person_id uuid, version integer, name text, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.item_id, c.person_id, c.version, c.name, c.at FROM public.read_confirmation c
    WHERE c.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid
      AND (SELECT public.takes_all_away()) AND (c.item_id, c.person_id, c.version) > ($1, $2, $3)
    ORDER BY c.item_id, c.person_id, c.version LIMIT $4
$$;
ALTER FUNCTION readings_taken_away(uuid, uuid, integer, integer) OWNER TO hilfenetz_reach;
