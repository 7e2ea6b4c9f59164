-- Tasks are items assigned to somebody. Whoever an item is assigned to moves it on, though they were given no more than
-- to read it: as before, but ASSIGNEE (64) counts beside what was given (portal.spaces.rules.Access).
CREATE OR REPLACE FUNCTION item_changed() RETURNS trigger
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    needed integer := OLD.writers;
    held integer := my_access(OLD.space_id, OLD.id);
BEGIN
    IF (OLD.inherits, OLD.owner_id, OLD.owner_organisation_id) IS DISTINCT FROM
       (NEW.inherits, NEW.owner_id, NEW.owner_organisation_id) THEN
        needed := 48;
    END IF;
    IF held <> 0 AND OLD.assignee = ANY (my_principals()) THEN
        held := held | 64;
    END IF;
    IF (OLD.space_id, OLD.id) IS DISTINCT FROM (NEW.space_id, NEW.id) OR held & needed = 0 THEN
        RAISE EXCEPTION 'the person of this scope may not change this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- What waits for a review is counted on every page.
CREATE INDEX item_pending ON item (space_id, changed_at) WHERE state = 'pending' AND bin_id IS NULL;
