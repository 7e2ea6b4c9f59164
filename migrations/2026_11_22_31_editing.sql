-- What people do between opening the editor and saving: who is at it, what they typed so far, and the copy on which
-- something published is changed for days before anybody sees it.

-- Soft: it tells others, and it ends by itself when ``locked_until`` has passed. One person at a time has it.
CREATE TABLE item_lock (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    person_id uuid NOT NULL,
    person_name text NOT NULL CHECK (length(person_name) <= 200),
    taken_at timestamptz NOT NULL,
    locked_until timestamptz NOT NULL CHECK (locked_until > taken_at),
    PRIMARY KEY (space_id, item_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);

-- What somebody typed and did not save, as the form sent it; nobody else ever reads it. ``purpose`` is 'edit', 'copy'
-- (the working copy), or 'add-' and the type of something new in the folder ``item_id``. ``version`` is the one it
-- began with.
CREATE TABLE item_draft (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    person_id uuid NOT NULL,
    purpose text NOT NULL CHECK (purpose ~ '^(edit|copy|add-[a-z][a-z0-9_]{0,49})$'),
    version integer NOT NULL CHECK (version >= 0),
    values jsonb NOT NULL CHECK (jsonb_typeof(values) = 'object'),
    kept_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id, organisation_id, person_id, purpose),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
CREATE INDEX item_draft_of_person ON item_draft (person_id, kept_at);

-- One for each item at most: what will be its next version, seen by those who may edit it. ``version`` is the one it
-- was taken from, ``revision`` counts how often it was saved.
CREATE TABLE item_copy (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    revision integer NOT NULL DEFAULT 1 CHECK (revision > 0),
    values jsonb NOT NULL CHECK (jsonb_typeof(values) = 'object'),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    begun_by text NOT NULL CHECK (length(begun_by) <= 200),
    begun_at timestamptz NOT NULL,
    changed_by text NOT NULL CHECK (length(changed_by) <= 200),
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
