-- Most texts that are saved are nobody's task and wait for no review. What waits for people is counted from those that
-- are or do, and from the rights at and above them; so a change of any other text leaves it as it is. Changes of these
-- are about the work as well, and grants are about the work alone: who keeps a text listens to both.
CREATE OR REPLACE FUNCTION matter_of(changed_table name) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN CASE
        WHEN changed_table = 'item' THEN 'items'
        WHEN changed_table = 'item_grant' THEN 'work'
        WHEN changed_table IN ('must_read', 'read_confirmation') THEN 'reading'
        WHEN changed_table IN ('ballot', 'vote', 'vote_option', 'voter') THEN 'votes'
        WHEN changed_table = 'inbox_entry' THEN 'notices'
        WHEN changed_table = 'formal_receipt' THEN 'letters'
        ELSE 'everything'
    END;

-- As it was before and as it is now: what no longer waits is no less a change.
CREATE FUNCTION work_noted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.recent_change (concerns, matter)
    SELECT DISTINCT r.space_id, 'work' FROM changed r WHERE r.assignee IS NOT NULL OR r.state = 'pending' OR r.marked
    ON CONFLICT DO NOTHING;
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO public.recent_change (concerns, matter)
        SELECT DISTINCT r.space_id, 'work' FROM before r WHERE r.assignee IS NOT NULL OR r.state = 'pending' OR r.marked
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION work_noted() OWNER TO hilfenetz_reach;
CREATE TRIGGER work_noted_insert AFTER INSERT ON item REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION work_noted();
CREATE TRIGGER work_noted_update AFTER UPDATE ON item REFERENCING NEW TABLE AS changed OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION work_noted();
CREATE TRIGGER work_noted_delete AFTER DELETE ON item REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION work_noted();

-- As before, and asks for the work.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION changed_since(seen pg_snapshot, server timestamptz, place text) RETURNS text[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET enable_seqscan = off AS $$
DECLARE
    mine uuid[] := public.reach_networks() || public.reach_spaces()
        || ARRAY[public.current_organisation(), public.current_person()]
        || ARRAY(SELECT a.organisation_id FROM public.affiliation a WHERE a.person_id = public.current_person());
BEGIN
    IF (server = pg_postmaster_start_time() AND place = public.whereabouts()) IS NOT TRUE THEN
        RETURN '{everything}';
    ELSIF NOT EXISTS (
        SELECT FROM public.recent_change c
        WHERE c.concerns = ANY (mine) AND c.xid >= pg_snapshot_xmin(seen) AND NOT pg_visible_in_snapshot(c.xid, seen)) THEN
        RETURN '{}';
    END IF;
    RETURN ARRAY(
        SELECT m.matter FROM unnest('{everything,items,letters,notices,reading,votes,work}'::text[]) AS m (matter)
        WHERE EXISTS (
            SELECT FROM public.recent_change c
            WHERE c.concerns = ANY (mine) AND c.matter = m.matter AND c.xid >= pg_snapshot_xmin(seen)
                AND NOT pg_visible_in_snapshot(c.xid, seen)));
END $$;
RESET ROLE;
