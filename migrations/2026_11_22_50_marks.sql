-- As before, said the way portal.spaces.rules.access_at says it: downwards from mark to mark, each adds to what the one
-- above it allows, and a cut begins anew with what belongs to whoever manages the whole space. In the order of paths
-- what lies above comes first, so one pass with the way down to the present place is enough.
CREATE OR REPLACE FUNCTION access_marks(spaces uuid[], principals text[])
    RETURNS TABLE (space_id uuid, path ltree, access integer)
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    mark record;
    here uuid;
    way ltree[];       -- the marks from the root down to the present place
    allowed integer[]; -- and what each of them allows
    depth integer := 0;
    kept integer := 0; -- what no cut takes away
BEGIN
    FOR mark IN
        SELECT i.space_id, i.path, i.inherits,
               COALESCE((SELECT bit_or(g.access) FROM item_grant g
                         WHERE g.space_id = i.space_id AND g.item_id = i.id AND g.principal = ANY (principals)), 0)::integer
               AS own
        FROM item i WHERE i.space_id = ANY (spaces) AND i.marked AND i.bin_id IS NULL
        ORDER BY i.space_id, i.path
    LOOP
        IF here IS DISTINCT FROM mark.space_id THEN
            here := mark.space_id;
            depth := 0;
            kept := 0;
        END IF;
        WHILE depth > 0 AND NOT way[depth] @> mark.path LOOP
            depth := depth - 1;
        END LOOP;
        IF nlevel(mark.path) = 0 THEN
            kept := mark.own & 16;
        END IF;
        access := mark.own | CASE WHEN NOT mark.inherits THEN kept WHEN depth > 0 THEN allowed[depth] ELSE 0 END;
        depth := depth + 1;
        way[depth] := mark.path;
        allowed[depth] := access;
        space_id := here;
        path := mark.path;
        RETURN NEXT;
    END LOOP;
END $$;
