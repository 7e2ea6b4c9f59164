-- The wall says which spaces an organisation reaches; inside a space that several share, the grants decide. Reading is
-- decided where it is asked for (portal.spaces.queries_lists), writing here as well: whatever the portal is made to
-- execute, nobody gives themselves a right, changes what is not theirs to change, or speaks in somebody else's name.

-- Everything the person of the scope counts as when access is granted; the same is said by
-- portal.spaces.abilities.principals_of. It follows from the rows, not from what the caller says.
CREATE FUNCTION my_principals() RETURNS text[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH held AS MATERIALIZED (
        SELECT DISTINCT r.organisation_id, r.person_id, r.role
        FROM public.affiliation a
        JOIN public.role_assignment r ON r.organisation_id = a.organisation_id AND r.person_id = a.person_id
        WHERE a.organisation_id = public.current_organisation() AND a.person_id = public.current_person()
          AND a.begins_at <= public.hilfenetz_now() AND (a.ends_at IS NULL OR a.ends_at > public.hilfenetz_now())
          AND r.valid_from <= public.hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > public.hilfenetz_now())
    ), counted AS (
        SELECT unnest(ARRAY['everyone', 'organisation:' || organisation_id, 'group:' || role,
                            'group:' || role || '@' || organisation_id, 'person:' || person_id || '@' || organisation_id])
               AS principal
        FROM held
        UNION
        SELECT 'office:' || m.network_id
        FROM held JOIN public.membership m ON m.organisation_id = held.organisation_id AND m.is_office
        WHERE held.role = 'office'
          AND m.begins_at <= public.hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > public.hilfenetz_now())
    )
    SELECT COALESCE(array_agg(principal), '{}') FROM counted
$$;
ALTER FUNCTION my_principals() OWNER TO hilfenetz_reach;

-- What the person of the scope may do with an item, by the grants on it and above it: as a mask, OWNER (32) included.
-- Upwards by the parents, so that it says the same in the bin. One short walk, whatever lies below.
CREATE FUNCTION my_access(space uuid, item uuid) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH RECURSIVE me AS MATERIALIZED (
        SELECT public.my_principals() AS principals
    ), way AS (
        SELECT i.id, i.parent_id, i.inherits, i.owner_id, i.owner_organisation_id, 0 AS above
        FROM public.item i WHERE i.space_id = $1 AND i.id = $2 AND $1 = ANY (public.reach_spaces())
        UNION ALL
        SELECT p.id, p.parent_id, p.inherits, NULL, NULL, way.above + 1
        FROM way JOIN public.item p ON p.space_id = $1 AND p.id = way.parent_id
    ), given AS (
        SELECT way.above, way.parent_id IS NULL AS is_root, g.access
        FROM way JOIN public.item_grant g ON g.space_id = $1 AND g.item_id = way.id
        WHERE g.principal = ANY ((SELECT principals FROM me)::text[])
    ), cut AS (
        SELECT min(above) AS above FROM way WHERE NOT inherits
    )
    SELECT COALESCE((SELECT bit_or(access) FROM given, cut WHERE cut.above IS NULL OR given.above <= cut.above), 0)
         | COALESCE((SELECT bit_or(access) & 16 FROM given WHERE is_root), 0)
         | CASE WHEN EXISTS (SELECT FROM way, me WHERE way.above = 0 AND way.owner_id = public.current_person()
                             AND way.owner_organisation_id = public.current_organisation()
                             AND cardinality(me.principals) > 0) THEN 32 ELSE 0 END
$$;
ALTER FUNCTION my_access(uuid, uuid) OWNER TO hilfenetz_reach;

-- Which kinds of access change an item in its present state: who edits it there, and who may take it from there. Written
-- beside ``readers`` whenever the state changes; the default is that of what is visible at once.
ALTER TABLE item ADD COLUMN writers smallint NOT NULL DEFAULT 52;
UPDATE item SET writers = CASE state WHEN 'published' THEN 28 WHEN 'pending' THEN 56 ELSE 60 END
WHERE type NOT IN ('folder') AND state IN ('private', 'pending', 'published', 'retracted');

-- Whether anything is decided at an item follows from its grants and its cut; nobody has to remember to note it.
CREATE FUNCTION item_marked() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.marked := NOT NEW.inherits OR (TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM item_grant g WHERE g.space_id = NEW.space_id AND g.item_id = NEW.id));
    RETURN NEW;
END $$;
CREATE TRIGGER item_marked BEFORE INSERT OR UPDATE OF inherits, marked ON item
    FOR EACH ROW EXECUTE FUNCTION item_marked();

CREATE FUNCTION item_grant_marks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE public.item i SET marked = true
    WHERE i.space_id = COALESCE(NEW.space_id, OLD.space_id) AND i.id = COALESCE(NEW.item_id, OLD.item_id)
      AND i.marked IS DISTINCT FROM (NOT i.inherits OR EXISTS (
          SELECT FROM public.item_grant g WHERE g.space_id = i.space_id AND g.item_id = i.id));
    RETURN NULL;
END $$;
ALTER FUNCTION item_grant_marks() OWNER TO hilfenetz_reach;
CREATE TRIGGER item_grant_marks AFTER INSERT OR DELETE ON item_grant
    FOR EACH ROW EXECUTE FUNCTION item_grant_marks();

-- The following hold for the portal alone: the worker acts for nobody in particular. They are STABLE, and so decide by
-- the rights as they were before the statement; no statement can bring the right for itself.

-- Something new lies below something its maker may add to, and is theirs.
CREATE FUNCTION item_added() RETURNS trigger
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.owner_id IS DISTINCT FROM current_person() OR NEW.owner_organisation_id IS DISTINCT FROM current_organisation()
        OR NEW.bin_id IS NOT NULL OR my_access(NEW.space_id, NEW.parent_id) & 22 = 0
        OR NOT EXISTS (
            SELECT FROM item p WHERE p.space_id = NEW.space_id AND p.id = NEW.parent_id AND p.bin_id IS NULL
            AND nlevel(NEW.path) = nlevel(p.path) + 1 AND NEW.path <@ p.path)
    THEN
        RAISE EXCEPTION 'the person of this scope may not add this here' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER item_added BEFORE INSERT ON item
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION item_added();

-- What an item is may be changed by who writes it in its state; whose it is and what it inherits, by who manages it.
CREATE FUNCTION item_changed() RETURNS trigger
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    needed integer := OLD.writers;
BEGIN
    IF (OLD.inherits, OLD.owner_id, OLD.owner_organisation_id) IS DISTINCT FROM
       (NEW.inherits, NEW.owner_id, NEW.owner_organisation_id) THEN
        needed := 48;
    END IF;
    IF (OLD.space_id, OLD.id) IS DISTINCT FROM (NEW.space_id, NEW.id) OR my_access(OLD.space_id, OLD.id) & needed = 0 THEN
        RAISE EXCEPTION 'the person of this scope may not change this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER item_changed BEFORE UPDATE ON item
    FOR EACH ROW WHEN (
        current_user = 'hilfenetz_app' AND (
            (OLD.path, OLD.parent_id, OLD.position, OLD.bin_id) IS NOT DISTINCT FROM
            (NEW.path, NEW.parent_id, NEW.position, NEW.bin_id)
            OR (OLD.space_id, OLD.id, OLD.type, OLD.title, OLD.summary, OLD.tags, OLD.fields, OLD.state, OLD.readers,
                OLD.writers, OLD.inherits, OLD.version, OLD.begins_at, OLD.ends_at, OLD.assignee, OLD.owner_id,
                OLD.owner_organisation_id, OLD.owner_name, OLD.publish_at, OLD.expires_at) IS DISTINCT FROM
               (NEW.space_id, NEW.id, NEW.type, NEW.title, NEW.summary, NEW.tags, NEW.fields, NEW.state, NEW.readers,
                NEW.writers, NEW.inherits, NEW.version, NEW.begins_at, NEW.ends_at, NEW.assignee, NEW.owner_id,
                NEW.owner_organisation_id, NEW.owner_name, NEW.publish_at, NEW.expires_at)))
    EXECUTE FUNCTION item_changed();

-- Where items lie: moving, ordering, the bin. Asked once for what was taken hold of, not for all below it; what lies
-- below has to come along.
CREATE FUNCTION item_placed() RETURNS trigger
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
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
            WHERE o.position <> n.position
        ), asked AS (
            SELECT p.space_id, p.id, p.writers::integer AS needed FROM placed p
            WHERE p.is_elsewhere OR p.is_renamed OR (p.is_binned AND NOT EXISTS (
                SELECT FROM placed a WHERE a.space_id = p.space_id AND a.id = p.parent_id
                AND a.old_bin IS NOT DISTINCT FROM p.old_bin AND a.bin_id IS NOT DISTINCT FROM p.bin_id))
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
    ) THEN
        RAISE EXCEPTION 'the person of this scope may not put this there' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER item_placed AFTER UPDATE ON item
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION item_placed();
