-- Where an item stood before it was moved or renamed is written down by the database itself: nobody else can, so no old
-- address leads anywhere but to what stood there. A program of the version before this one cannot move anything while
-- it still runs beside it; nothing is lost by that.
CREATE FUNCTION item_leads_on() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.item_redirect r WHERE r.space_id = NEW.space_id AND r.address = NEW.address;
    INSERT INTO public.item_redirect (space_id, address, item_id, made_at)
    VALUES (NEW.space_id, OLD.address, NEW.id, public.hilfenetz_now())
    ON CONFLICT ON CONSTRAINT item_redirect_pkey DO UPDATE SET item_id = EXCLUDED.item_id, made_at = EXCLUDED.made_at;
    RETURN NULL;
END $$;
ALTER FUNCTION item_leads_on() OWNER TO hilfenetz_reach;

-- Of what was moved together, the item on top leads on; what lay below it is found through it.
CREATE TRIGGER item_leads_on AFTER UPDATE OF path ON item
    FOR EACH ROW WHEN (OLD.address <> NEW.address AND (
        OLD.parent_id IS DISTINCT FROM NEW.parent_id
        OR substring(OLD.address FROM '[^/]*$') <> substring(NEW.address FROM '[^/]*$')))
    EXECUTE FUNCTION item_leads_on();
