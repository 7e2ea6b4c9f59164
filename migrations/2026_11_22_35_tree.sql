-- What lies below an item, and what is known about it, is found when it is deleted for good: without these a folder of
-- 100,000 items would be searched for once an item. The others of its tables lead their keys with the item already.
CREATE INDEX item_parent ON item (space_id, parent_id);
CREATE INDEX item_redirect_of_item ON item_redirect (space_id, item_id);
CREATE INDEX item_bin_of_item ON item_bin (space_id, item_id);

-- As before, but what goes into another folder may get its place there: that folder was asked whether it may be added.
-- Planned anew each time: a plan made for one row would take hours for a folder of 100,000.
CREATE OR REPLACE FUNCTION item_placed() RETURNS trigger
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    is_wrong boolean;
BEGIN
    EXECUTE $query$ SELECT EXISTS (
    WITH placed AS MATERIALIZED (
        SELECT o.space_id, o.id, o.parent_id AS old_parent, n.parent_id, o.path AS old_path, n.path,
               o.bin_id AS old_bin, n.bin_id, o.writers,
               o.bin_id IS DISTINCT FROM n.bin_id AS is_binned,
               o.parent_id IS DISTINCT FROM n.parent_id AS is_elsewhere,
               CASE WHEN nlevel(o.path) = 0 OR nlevel(n.path) = 0 THEN o.path <> n.path
                    ELSE subpath(o.path, -1) <> subpath(n.path, -1) END AS is_renamed
        FROM old_rows o JOIN new_rows n ON n.space_id = o.space_id AND n.id = o.id
        WHERE (o.path, o.parent_id, o.bin_id) IS DISTINCT FROM (n.path, n.parent_id, n.bin_id)
    ), ordered AS (
        SELECT DISTINCT o.space_id, COALESCE(o.parent_id, o.id) AS id
        FROM old_rows o JOIN new_rows n ON n.space_id = o.space_id AND n.id = o.id
        WHERE o.position <> n.position AND o.parent_id IS NOT DISTINCT FROM n.parent_id
    ), asked AS (
        SELECT p.space_id, p.id, p.writers::integer AS needed
        FROM placed p LEFT JOIN placed a ON a.space_id = p.space_id AND a.id = p.parent_id
            AND a.old_bin IS NOT DISTINCT FROM p.old_bin AND a.bin_id IS NOT DISTINCT FROM p.bin_id
        WHERE p.is_elsewhere OR p.is_renamed OR (p.is_binned AND a.id IS NULL)
        UNION ALL
        SELECT p.space_id, p.parent_id, 22 FROM placed p WHERE p.is_elsewhere
        UNION ALL
        SELECT o.space_id, o.id, i.writers FROM ordered o JOIN item i ON i.space_id = o.space_id AND i.id = o.id
    ), astray AS (
        SELECT FROM placed p LEFT JOIN placed moved ON moved.space_id = p.space_id AND moved.id = p.parent_id
        LEFT JOIN item a ON a.space_id = p.space_id AND a.id = p.parent_id
        WHERE p.bin_id IS NULL AND (
            CASE WHEN nlevel(p.path) = 0 OR p.parent_id IS NULL THEN true
                 WHEN CASE WHEN moved.id IS NULL THEN a.bin_id ELSE moved.bin_id END IS NOT NULL THEN true
                 ELSE subpath(p.path, 0, -1) <> COALESCE(moved.path, a.path) END)
    ), left_behind AS (
        SELECT FROM placed p JOIN item c ON c.space_id = p.space_id AND c.parent_id = p.id AND c.bin_id IS NULL
        WHERE (p.path <> p.old_path OR p.is_binned) AND NOT EXISTS (
            SELECT FROM placed b WHERE b.space_id = c.space_id AND b.id = c.id)
    )
    SELECT FROM asked WHERE my_access(asked.space_id, asked.id) & asked.needed = 0
    UNION ALL SELECT FROM astray
    UNION ALL SELECT FROM left_behind
    ) $query$ INTO is_wrong;
    IF is_wrong THEN
        RAISE EXCEPTION 'the person of this scope may not put this there' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
