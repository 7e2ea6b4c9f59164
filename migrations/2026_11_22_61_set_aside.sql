-- Since when the matter of an unread notice lies in the bin. The entry counts as read meanwhile, and as unread again when
-- the matter comes back, unless the person has opened the notice in between.
ALTER TABLE inbox_entry ADD COLUMN set_aside_at timestamptz CHECK (set_aside_at IS NULL OR NOT read_at IS NULL);
CREATE INDEX inbox_entry_set_aside ON inbox_entry (organisation_id) WHERE set_aside_at IS NOT NULL;
