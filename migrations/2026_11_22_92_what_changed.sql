-- Who somebody is hardly ever changes, what there is changes all the time. Both were heard as one, so that each saved
-- text had everybody asked anew who they are. A change now says what it is about (docs/decisions/0092). What this
-- function does not name is about everything: no answer survives it, whatever it was read from.
CREATE FUNCTION matter_of(changed_table name) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN CASE
        WHEN changed_table IN ('item', 'item_grant') THEN 'items'
        WHEN changed_table IN ('must_read', 'read_confirmation') THEN 'reading'
        WHEN changed_table IN ('ballot', 'vote', 'vote_option', 'voter') THEN 'votes'
        WHEN changed_table = 'inbox_entry' THEN 'notices'
        WHEN changed_table = 'formal_receipt' THEN 'letters'
        ELSE 'everything'
    END;

ALTER TABLE recent_change ADD COLUMN matter text NOT NULL DEFAULT 'everything';
-- A transaction may change several things, and then says each.
ALTER TABLE recent_change DROP CONSTRAINT recent_change_pkey, ADD PRIMARY KEY (concerns, matter, xid);

SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION change_noted() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    rows text := 'changed';
    concerned text := array_to_string(TG_ARGV, ', ');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        rows := format('(SELECT %1$s FROM changed UNION ALL SELECT %1$s FROM before)', concerned);
    END IF;
    EXECUTE format('INSERT INTO public.recent_change (concerns, matter)
        SELECT DISTINCT c.key, %L FROM %s AS r CROSS JOIN LATERAL unnest(ARRAY[%s]) AS c(key)
        WHERE c.key IS NOT NULL ON CONFLICT DO NOTHING', public.matter_of(TG_TABLE_NAME), rows, concerned);
    RETURN NULL;
END $$;
RESET ROLE;

-- A candidacy can be taken back, which changes nothing else: whoever kept the page of the vote went on showing it.
SELECT note_changes('vote_option', 'network_id');

-- What has changed for the present scope since that snapshot: matters, each once; "everything" as well if they are in
-- other places than then, or if another server is asked: one that was restored counts its transactions anew. Whom a
-- change concerns is as before: nothing_changed is asked by the program before this one, and goes when that runs no more.
CREATE FUNCTION changed_since(seen pg_snapshot, server timestamptz, place text) RETURNS text[]
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
        SELECT m.matter FROM unnest('{everything,items,letters,notices,reading,votes}'::text[]) AS m (matter)
        WHERE EXISTS (
            SELECT FROM public.recent_change c
            WHERE c.concerns = ANY (mine) AND c.matter = m.matter AND c.xid >= pg_snapshot_xmin(seen)
                AND NOT pg_visible_in_snapshot(c.xid, seen)));
END $$;
ALTER FUNCTION changed_since(pg_snapshot, timestamptz, text) OWNER TO hilfenetz_reach;
