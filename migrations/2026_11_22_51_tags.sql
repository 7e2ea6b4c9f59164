-- What has a tag is looked up, not looked for: no operator on arrays is leakproof, so behind the wall no index over
-- ``item.tags`` would ever be used. One row for each tag of an item, in small letters, kept by a trigger; what is in the
-- bin has none.
CREATE TABLE item_tag (
    space_id uuid NOT NULL,
    tag text COLLATE "C" NOT NULL,
    item_id uuid NOT NULL,
    PRIMARY KEY (space_id, tag, item_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
CREATE INDEX item_tag_of_item ON item_tag (space_id, item_id);

CREATE FUNCTION item_tag_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.item_tag t WHERE t.space_id = NEW.space_id AND t.item_id = NEW.id;
    END IF;
    IF NEW.bin_id IS NULL THEN
        INSERT INTO public.item_tag (space_id, tag, item_id)
        SELECT DISTINCT NEW.space_id, lower(tag), NEW.id FROM unnest(NEW.tags) AS tag;
    END IF;
    RETURN NULL;
END $$;
ALTER FUNCTION item_tag_keep() OWNER TO hilfenetz_reach;
CREATE TRIGGER item_tag_added AFTER INSERT ON item
    FOR EACH ROW WHEN (NEW.tags <> '{}') EXECUTE FUNCTION item_tag_keep();
CREATE TRIGGER item_tag_changed AFTER UPDATE OF tags, bin_id ON item
    FOR EACH ROW WHEN ((OLD.tags, OLD.bin_id) IS DISTINCT FROM (NEW.tags, NEW.bin_id) AND (OLD.tags, NEW.tags) <> ('{}', '{}'))
    EXECUTE FUNCTION item_tag_keep();

-- A whole space in the order of its titles, and of what begins when: collections, and a search without words.
CREATE INDEX item_by_title ON item (space_id, lower(title), id) WHERE bin_id IS NULL;
CREATE INDEX item_by_beginning ON item (space_id, begins_at, id) WHERE bin_id IS NULL;

-- What is there already is read once. The owner sees it only while the wall lets it; it is put up again after the
-- migrations, in their transaction.
ALTER TABLE item NO FORCE ROW LEVEL SECURITY;
INSERT INTO item_tag (space_id, tag, item_id)
SELECT DISTINCT i.space_id, lower(tag), i.id FROM item i CROSS JOIN LATERAL unnest(i.tags) AS tag WHERE i.bin_id IS NULL;
ALTER TABLE item FORCE ROW LEVEL SECURITY;
