-- What expires soon, for the deadlines on a front page.
CREATE INDEX item_expiring ON item (space_id, expires_at, id) WHERE expires_at IS NOT NULL AND bin_id IS NULL;
