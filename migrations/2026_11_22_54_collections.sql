-- What a collection lists by a state, or by who made something or changed it last. Names are compared as they are
-- written: only that is leakproof, so only that uses an index behind the wall.
CREATE INDEX IF NOT EXISTS item_of_state ON item (space_id, state) WHERE bin_id IS NULL;
CREATE INDEX IF NOT EXISTS item_of_owner ON item (space_id, owner_name) WHERE bin_id IS NULL;
CREATE INDEX IF NOT EXISTS item_of_changer ON item (space_id, changed_by) WHERE bin_id IS NULL;
