-- The directory of a network is read by everybody and changes seldom. Whom a contact person concerns is all who sit in a
-- network with its organisation, so a change of one is said to each of these networks (docs/decisions/0092).
CREATE OR REPLACE FUNCTION matter_of(changed_table name) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN CASE
        WHEN changed_table = 'item' THEN 'items'
        WHEN changed_table = 'item_grant' THEN 'work'
        WHEN changed_table IN ('must_read', 'read_confirmation') THEN 'reading'
        WHEN changed_table IN ('ballot', 'vote', 'vote_option', 'voter') THEN 'votes'
        WHEN changed_table = 'inbox_entry' THEN 'notices'
        WHEN changed_table = 'formal_receipt' THEN 'letters'
        WHEN changed_table IN ('contact_person', 'directory_version') THEN 'contacts'
        ELSE 'everything'
    END;

SELECT note_changes('contact_person', 'organisation_id');
SELECT note_changes('directory_version', 'network_id');

CREATE FUNCTION contacts_noted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.recent_change (concerns, matter)
    SELECT DISTINCT m.network_id, 'contacts'
    FROM changed r JOIN public.membership m ON m.organisation_id = r.organisation_id
    WHERE m.ends_at IS NULL OR m.ends_at > public.hilfenetz_now()
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
ALTER FUNCTION contacts_noted() OWNER TO hilfenetz_reach;
-- A contact person never passes to another organisation, so what it was before concerns nobody else.
CREATE TRIGGER contacts_noted_insert AFTER INSERT ON contact_person REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_noted();
CREATE TRIGGER contacts_noted_update AFTER UPDATE ON contact_person REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_noted();
CREATE TRIGGER contacts_noted_delete AFTER DELETE ON contact_person REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_noted();

-- As before, and asks for the contacts.
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
        SELECT m.matter FROM unnest('{everything,contacts,items,letters,notices,reading,votes,work}'::text[]) AS m (matter)
        WHERE EXISTS (
            SELECT FROM public.recent_change c
            WHERE c.concerns = ANY (mine) AND c.matter = m.matter AND c.xid >= pg_snapshot_xmin(seen)
                AND NOT pg_visible_in_snapshot(c.xid, seen)));
END $$;
RESET ROLE;
