-- As ``followers_taken_away`` (migration 46): what the wall shows to each person alone, for the administrator of their
-- organisation, and of no other.
CREATE FUNCTION readings_taken_away()
    RETURNS TABLE (item_id uuid, person_id uuid, version integer, name text, at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.item_id, c.person_id, c.version, c.name, c.at FROM public.read_confirmation c
    WHERE c.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid AND takes_all_away()
    ORDER BY c.at, c.item_id, c.person_id
$$;
ALTER FUNCTION readings_taken_away() OWNER TO hilfenetz_reach;
