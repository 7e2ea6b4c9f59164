-- What has changed lately, and for whom: an organisation, a person, a network or a space. An answer that was read under
-- one snapshot still stands while no transaction outside that snapshot has changed anything for whoever asked
-- (docs/decisions/0047). Rows say that something changed, never what.
--
-- A transaction writes rows of its own, so nobody waits for anybody; one that is rolled back leaves none. It is found by
-- whoever comes later even if it began long before: what counts is the snapshot, not the order of numbers.

CREATE TABLE recent_change (
    concerns uuid NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL DEFAULT hilfenetz_now(),
    PRIMARY KEY (concerns, xid)
);
-- Granted here as well as declared: what a later migration changes in the same run is noted too.
GRANT SELECT, INSERT ON recent_change TO hilfenetz_reach;
CREATE INDEX recent_change_at ON recent_change (at);

-- The arguments are columns that say whom a row concerns; "id" of an organisation, network or space is one too.
CREATE FUNCTION change_noted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    rows text := 'changed';
    concerned text := array_to_string(TG_ARGV, ', ');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        rows := format('(SELECT %1$s FROM changed UNION ALL SELECT %1$s FROM before)', concerned);
    END IF;
    EXECUTE format('INSERT INTO public.recent_change (concerns)
        SELECT DISTINCT c.key FROM %s AS r CROSS JOIN LATERAL unnest(ARRAY[%s]) AS c(key) WHERE c.key IS NOT NULL
        ON CONFLICT DO NOTHING', rows, concerned);
    RETURN NULL;
END $$;
ALTER FUNCTION change_noted() OWNER TO hilfenetz_reach;

-- Of queues only what died concerns anybody who looks at a page.
CREATE FUNCTION death_noted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.recent_change (concerns) VALUES (NEW.organisation_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
ALTER FUNCTION death_noted() OWNER TO hilfenetz_reach;

-- tenants/kept.py names the same tables, and a test holds both against each other.
CREATE FUNCTION note_changes(of_table regclass, VARIADIC concerned text[]) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    names text := (SELECT string_agg(quote_literal(name), ', ') FROM unnest(concerned) AS name);
BEGIN
    EXECUTE format('CREATE TRIGGER change_noted_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION change_noted(%s)', of_table, names);
    EXECUTE format('CREATE TRIGGER change_noted_update AFTER UPDATE ON %s REFERENCING NEW TABLE AS changed
        OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION change_noted(%s)', of_table, names);
    EXECUTE format('CREATE TRIGGER change_noted_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION change_noted(%s)', of_table, names);
END $$;
REVOKE ALL ON FUNCTION note_changes(regclass, text[]) FROM PUBLIC;

SELECT note_changes('organisation', 'id');
SELECT note_changes('network', 'id');
SELECT note_changes('membership', 'network_id', 'organisation_id');
SELECT note_changes('space', 'id', 'organisation_id', 'network_id');
SELECT note_changes('affiliation', 'organisation_id', 'person_id');
SELECT note_changes('role_assignment', 'organisation_id', 'person_id');
SELECT note_changes('inbox_entry', 'person_id');
SELECT note_changes('vote', 'network_id');
SELECT note_changes('voter', 'network_id');
SELECT note_changes('ballot', 'network_id');
SELECT note_changes('item', 'space_id');
SELECT note_changes('item_grant', 'space_id');
SELECT note_changes('must_read', 'space_id');
SELECT note_changes('read_confirmation', 'organisation_id');

CREATE TRIGGER death_noted AFTER INSERT OR UPDATE OF state ON delivery
    FOR EACH ROW WHEN (NEW.state = 'dead') EXECUTE FUNCTION death_noted();
CREATE TRIGGER death_over AFTER UPDATE OF state ON delivery
    FOR EACH ROW WHEN (OLD.state = 'dead') EXECUTE FUNCTION death_noted();
CREATE TRIGGER death_noted AFTER INSERT OR UPDATE OF state ON outbox
    FOR EACH ROW WHEN (NEW.state = 'dead' AND NEW.organisation_id IS NOT NULL) EXECUTE FUNCTION death_noted();
CREATE TRIGGER death_over AFTER UPDATE OF state ON outbox
    FOR EACH ROW WHEN (OLD.state = 'dead' AND NEW.organisation_id IS NOT NULL) EXECUTE FUNCTION death_noted();

-- Where somebody is: what membership begins and ends by the clock shows here, without anybody having changed anything.
CREATE FUNCTION whereabouts() RETURNS text LANGUAGE sql STABLE
    RETURN reach_networks()::text || reach_spaces()::text;

-- Whether all still is for the present scope as it was under that snapshot: nothing changed, and in the same places.
-- The same server has to say so: one that was restored or replaced counts its transactions anew. The other organisations
-- somebody works for concern them too: they stand in the switch.
CREATE FUNCTION nothing_changed(seen pg_snapshot, server timestamptz, place text) RETURNS boolean
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    mine uuid[] := public.reach_networks() || public.reach_spaces()
        || ARRAY[public.current_organisation(), public.current_person()]
        || ARRAY(SELECT a.organisation_id FROM public.affiliation a WHERE a.person_id = public.current_person());
BEGIN
    RETURN server = pg_postmaster_start_time() AND place = public.whereabouts() AND NOT EXISTS (
        SELECT FROM public.recent_change c
        WHERE c.concerns = ANY (mine) AND c.xid >= pg_snapshot_xmin(seen) AND NOT pg_visible_in_snapshot(c.xid, seen));
END $$;
ALTER FUNCTION nothing_changed(pg_snapshot, timestamptz, text) OWNER TO hilfenetz_reach;
