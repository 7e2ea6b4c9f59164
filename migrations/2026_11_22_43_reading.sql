-- Whom a comment names, so that they are told of it once and not as followers as well.
ALTER TABLE comment ADD COLUMN mentioned uuid[] NOT NULL DEFAULT '{}';

-- Whoever deals with a matter has read what they were told of it: at each step of a workflow it is looked for.
CREATE INDEX notice_of_subject ON notice (organisation_id, subject_id);

-- What everybody must read who reads it where it is. ``version`` is the text that is asked for: an older one that
-- somebody confirmed does not count any more.
CREATE TABLE must_read (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL,
    until_at timestamptz,
    remind_at timestamptz,
    reminded_at timestamptz,
    by_id uuid NOT NULL,
    by_organisation_id uuid NOT NULL REFERENCES organisation (id),
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    by_organisation text NOT NULL CHECK (length(by_organisation) <= 200),
    asked_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE,
    FOREIGN KEY (space_id, item_id, version) REFERENCES item_version (space_id, item_id, version) ON DELETE CASCADE,
    CHECK (remind_at IS NULL OR remind_at < until_at)
);

-- Who has read which version. Nothing is changed or taken back; the name is kept, for whoever leaves has read it still.
CREATE TABLE read_confirmation (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    person_id uuid NOT NULL,
    version integer NOT NULL,
    name text NOT NULL CHECK (length(name) <= 200),
    at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id, organisation_id, person_id, version),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE,
    FOREIGN KEY (space_id, item_id, version) REFERENCES item_version (space_id, item_id, version) ON DELETE CASCADE
);

-- For whoever asked that it be read, or reviews there: the people of their own organisation with the latest version each
-- has confirmed, and of every other organisation how many have confirmed the one that is asked for. Nobody learns who
-- works elsewhere.
CREATE FUNCTION readings_of(space uuid, item uuid)
    RETURNS TABLE (organisation_id uuid, person_id uuid, name text, version integer, at timestamptz, people bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH me AS MATERIALIZED (
        SELECT public.my_access($1, $2) AS access
    ), asked AS MATERIALIZED (
        SELECT m.version FROM public.must_read m, me
        WHERE m.space_id = $1 AND m.item_id = $2 AND (
            me.access & 24 <> 0
            OR (me.access <> 0 AND m.by_id = public.current_person()
                AND m.by_organisation_id = public.current_organisation()))
    )
    (SELECT DISTINCT ON (c.person_id) c.organisation_id, c.person_id, c.name, c.version, c.at, 1::bigint
     FROM asked, public.read_confirmation c
     WHERE c.space_id = $1 AND c.item_id = $2 AND c.organisation_id = public.current_organisation()
     ORDER BY c.person_id, c.version DESC)
    UNION ALL
    SELECT c.organisation_id, NULL, '', NULL, NULL, count(DISTINCT c.person_id)
    FROM asked, public.read_confirmation c
    WHERE c.space_id = $1 AND c.item_id = $2 AND c.version >= asked.version
      AND c.organisation_id <> public.current_organisation()
    GROUP BY c.organisation_id
$$;
ALTER FUNCTION readings_of(uuid, uuid) OWNER TO hilfenetz_reach;
