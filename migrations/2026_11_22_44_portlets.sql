-- The boxes of a front page, in their order. ``item_id`` is the root folder of the space: who may edit it, edits them.
CREATE TABLE portlet (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind ~ '^[a-z]{1,30}$'),
    side text NOT NULL CHECK (side IN ('breit', 'schmal')),
    position integer NOT NULL,
    title text NOT NULL DEFAULT '' CHECK (length(title) <= 200),
    settings jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    changed_by text NOT NULL CHECK (length(changed_by) <= 200),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
CREATE INDEX portlet_of_item ON portlet (space_id, item_id, position, id);
