-- What somebody reaches is worked out once a transaction. Every table behind the wall asks for it, a page a dozen times,
-- and each answer cost as much as the query it guards.
--
-- It is kept in settings that are local to the transaction and stands only for whom it was worked out for: organisation,
-- person and network of the scope are part of it. Who reaches what follows from four tables; a change to one of them,
-- in this transaction, and it is worked out anew. What another transaction changes counts from the next one on.
-- Settings can be written by whoever can write the scope itself, so the wall is as strong as before.

CREATE FUNCTION reached_as() RETURNS text LANGUAGE sql STABLE
    RETURN current_setting('app.organisation', true) || '/' || current_setting('app.person', true)
        || '/' || current_setting('app.network', true);

-- Keeps an answer for the rest of the transaction and gives it back.
CREATE FUNCTION reach_kept(name text, answer text) RETURNS text
    LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF current_setting('app.reached_as', true) IS DISTINCT FROM public.reached_as() THEN
        PERFORM set_config('app.reached_networks', '', true), set_config('app.reached_organisations', '', true),
                set_config('app.reached_spaces', '', true), set_config('app.reached_principals', '', true),
                set_config('app.reached_as', public.reached_as(), true);
    END IF;
    RETURN set_config('app.reached_' || name, answer, true);
END $$;

CREATE FUNCTION reach_forgotten() RETURNS trigger
    LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.reached_as', '', true);
    RETURN NULL;
END $$;
CREATE TRIGGER reach_forgotten AFTER INSERT OR UPDATE OR DELETE ON membership
    FOR EACH STATEMENT EXECUTE FUNCTION reach_forgotten();
CREATE TRIGGER reach_forgotten AFTER INSERT OR UPDATE OR DELETE ON affiliation
    FOR EACH STATEMENT EXECUTE FUNCTION reach_forgotten();
CREATE TRIGGER reach_forgotten AFTER INSERT OR UPDATE OR DELETE ON role_assignment
    FOR EACH STATEMENT EXECUTE FUNCTION reach_forgotten();
CREATE TRIGGER reach_forgotten AFTER INSERT OR UPDATE OR DELETE ON space
    FOR EACH STATEMENT EXECUTE FUNCTION reach_forgotten();

CREATE FUNCTION find_networks() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := public.hilfenetz_now();
    home uuid := public.current_organisation();
    found uuid[];
    task uuid;
BEGIN
    SELECT array_agg(DISTINCT m.network_id) INTO found FROM public.membership m
    WHERE m.organisation_id = home AND m.begins_at <= moment AND (m.ends_at IS NULL OR m.ends_at > moment);
    IF session_user = 'hilfenetz_worker' THEN  -- the network of a task counts for the worker alone
        task := NULLIF(current_setting('app.network', true), '')::uuid;
        IF task IS NOT NULL AND (task = ANY (found)) IS NOT TRUE THEN
            found := found || task;
        END IF;
    END IF;
    RETURN public.reach_kept('networks', COALESCE(found, '{}')::text);
END $$;
ALTER FUNCTION find_networks() OWNER TO hilfenetz_reach;

CREATE FUNCTION find_organisations() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    networks uuid[] := public.reach_networks();
    found uuid[];
BEGIN
    SELECT array_agg(DISTINCT m.organisation_id) INTO found FROM public.membership m WHERE m.network_id = ANY (networks);
    RETURN public.reach_kept('organisations', COALESCE(found, '{}')::text);
END $$;
ALTER FUNCTION find_organisations() OWNER TO hilfenetz_reach;

CREATE FUNCTION find_spaces() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    networks uuid[] := public.reach_networks();
    home uuid := public.current_organisation();
    found uuid[];
BEGIN
    SELECT array_agg(reached.id) INTO found FROM (
        SELECT s.id FROM public.space s WHERE s.kind = 'organisation' AND s.organisation_id = home
        UNION ALL
        SELECT s.id FROM public.space s WHERE s.network_id = ANY (networks)
    ) AS reached;
    RETURN public.reach_kept('spaces', COALESCE(found, '{}')::text);
END $$;
ALTER FUNCTION find_spaces() OWNER TO hilfenetz_reach;

CREATE FUNCTION find_principals() RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := public.hilfenetz_now();
    home uuid := public.current_organisation();
    me uuid := public.current_person();
    held text[];
    found text[] := '{}';
BEGIN
    SELECT array_agg(DISTINCT r.role) INTO held
    FROM public.affiliation a
    JOIN public.role_assignment r ON r.organisation_id = a.organisation_id AND r.person_id = a.person_id
    WHERE a.organisation_id = home AND a.person_id = me
      AND a.begins_at <= moment AND (a.ends_at IS NULL OR a.ends_at > moment)
      AND r.valid_from <= moment AND (r.valid_until IS NULL OR r.valid_until > moment);
    IF held IS NOT NULL THEN
        found := ARRAY['everyone', 'organisation:' || home, 'person:' || me || '@' || home]
            || (SELECT array_agg('group:' || role) || array_agg('group:' || role || '@' || home) FROM unnest(held) AS role);
        IF 'office' = ANY (held) THEN
            found := found || ARRAY(
                SELECT 'office:' || m.network_id FROM public.membership m
                WHERE m.organisation_id = home AND m.is_office
                  AND m.begins_at <= moment AND (m.ends_at IS NULL OR m.ends_at > moment));
        END IF;
    END IF;
    RETURN public.reach_kept('principals', found::text);
END $$;
ALTER FUNCTION find_principals() OWNER TO hilfenetz_reach;

-- What the policies ask. Without a setting or a right of its own each is a mere expression, so the planner takes it in.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION reach_networks() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN CASE WHEN current_setting('app.reached_as', true) = reached_as()
        THEN COALESCE(NULLIF(current_setting('app.reached_networks', true), ''), find_networks())
        ELSE find_networks() END::uuid[];
CREATE OR REPLACE FUNCTION reach_organisations() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN CASE WHEN current_setting('app.reached_as', true) = reached_as()
        THEN COALESCE(NULLIF(current_setting('app.reached_organisations', true), ''), find_organisations())
        ELSE find_organisations() END::uuid[];
CREATE OR REPLACE FUNCTION reach_spaces() RETURNS uuid[] LANGUAGE sql STABLE
    RETURN CASE WHEN current_setting('app.reached_as', true) = reached_as()
        THEN COALESCE(NULLIF(current_setting('app.reached_spaces', true), ''), find_spaces())
        ELSE find_spaces() END::uuid[];
CREATE OR REPLACE FUNCTION my_principals() RETURNS text[] LANGUAGE sql STABLE
    RETURN CASE WHEN current_setting('app.reached_as', true) = reached_as()
        THEN COALESCE(NULLIF(current_setting('app.reached_principals', true), ''), find_principals())
        ELSE find_principals() END::text[];
GRANT EXECUTE ON FUNCTION reach_networks(), reach_organisations(), reach_spaces(), my_principals() TO PUBLIC;
RESET ROLE;

-- Planning it for every call cost more than answering it.
ALTER FUNCTION access_marks(uuid[], text[]) SET plan_cache_mode = force_generic_plan;
