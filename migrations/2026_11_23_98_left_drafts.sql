-- As before; and a new edition may begin where the one in the making is a draft of who is a member no more: nobody else
-- ever saw it, so nobody could take it over, and it kept every later edition out. It is discarded with its text.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION position_paper_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wished text := NEW.slug;
    number integer := 1;
BEGIN
    IF (NEW.organisation_id = current_organisation() AND NEW.network_id = ANY (reach_networks())) IS NOT TRUE THEN
        RAISE EXCEPTION 'a member writes in its own name' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('position_paper ' || NEW.network_id::text, 0));
    NEW.edition := 1;
    IF NEW.lineage_id <> NEW.id THEN
        SELECT p.slug, max(p.edition) + 1 INTO STRICT NEW.slug, NEW.edition FROM position_paper p
        WHERE p.network_id = NEW.network_id AND p.lineage_id = NEW.lineage_id GROUP BY p.slug;
        UPDATE position_paper p SET state = 'discarded', changed_at = hilfenetz_now()
        WHERE p.network_id = NEW.network_id AND p.lineage_id = NEW.lineage_id AND p.state = 'draft'
          AND NOT EXISTS (SELECT FROM membership m
              WHERE m.network_id = p.network_id AND m.organisation_id = p.organisation_id
                AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()));
        RETURN NEW;
    END IF;
    WHILE EXISTS (SELECT FROM position_paper p WHERE p.network_id = NEW.network_id AND p.slug = NEW.slug) LOOP
        number := number + 1;
        NEW.slug := rtrim(left(wished, 74), '-') || '-' || number;
    END LOOP;
    RETURN NEW;
END
$$;
RESET ROLE;
