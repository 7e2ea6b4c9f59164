-- A comment that came with a package keeps the name of who said it elsewhere; here nobody said it, and it shows who
-- brought it.
ALTER TABLE comment ADD COLUMN brought_by text NOT NULL DEFAULT '' CHECK (length(brought_by) <= 200);

-- What the wall shows to each person alone, an organisation still takes away as a whole: its own notices with who read
-- them, and who follows what. Only its administrator, and only of the organisation of the scope.
CREATE FUNCTION takes_all_away() RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.role_assignment r
        JOIN public.affiliation a ON a.organisation_id = r.organisation_id AND a.person_id = r.person_id
        WHERE r.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid
          AND r.person_id = NULLIF(current_setting('app.person', true), '')::uuid AND r.role = 'administrator'
          AND r.valid_from <= hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now())
          AND a.begins_at <= hilfenetz_now() AND (a.ends_at IS NULL OR a.ends_at > hilfenetz_now())
    )
$$;
ALTER FUNCTION takes_all_away() OWNER TO hilfenetz_reach;

CREATE FUNCTION notices_taken_away(after uuid, most integer)
    RETURNS TABLE (id uuid, kind text, subject_id uuid, address text, params text, created_at timestamptz, told text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.id, n.kind, n.subject_id, n.address, n.params::text, n.created_at,
           (SELECT json_agg(json_build_object('person_id', e.person_id, 'read_at', e.read_at) ORDER BY e.person_id)
            FROM public.inbox_entry e WHERE e.organisation_id = n.organisation_id AND e.notice_id = n.id)::text
    FROM public.notice n
    WHERE n.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid AND takes_all_away()
      AND n.id > $1
    ORDER BY n.id LIMIT $2
$$;
ALTER FUNCTION notices_taken_away(uuid, integer) OWNER TO hilfenetz_reach;

CREATE FUNCTION followers_taken_away()
    RETURNS TABLE (space_id uuid, item_id uuid, person_id uuid, since_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT f.space_id, f.item_id, f.person_id, f.since_at FROM public.follower f
    WHERE f.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid AND takes_all_away()
    ORDER BY f.since_at, f.item_id, f.person_id
$$;
ALTER FUNCTION followers_taken_away() OWNER TO hilfenetz_reach;
