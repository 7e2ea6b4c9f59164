-- Folders get rules: when something happens to what lies in them, something follows. A rule acts with the rights of
-- whoever wrote it last; what it did is kept, and so is which rules already ran before what it brought about.
CREATE TABLE rule (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 120),
    is_deep boolean NOT NULL,
    moment text NOT NULL CHECK (moment IN ('added', 'changed', 'moved', 'overdue', 'state')),
    moment_state text NOT NULL DEFAULT '' CHECK (length(moment_state) <= 50),
    kind text NOT NULL DEFAULT '' CHECK (length(kind) <= 50),
    tag text NOT NULL DEFAULT '' CHECK (length(tag) <= 50),
    place_id uuid,
    by_organisation_id uuid REFERENCES organisation (id),
    set_state text NOT NULL DEFAULT '' CHECK (length(set_state) <= 50),
    target_id uuid,
    errand jsonb,
    telling jsonb,
    state text NOT NULL CHECK (state IN ('on', 'off', 'paused')),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 50),
    author_id uuid NOT NULL,
    author_organisation_id uuid NOT NULL REFERENCES organisation (id),
    author_name text NOT NULL CHECK (length(author_name) <= 200),
    made_at timestamptz NOT NULL,
    since_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE,
    CHECK ((moment = 'state') = (moment_state <> '')),
    CHECK ((state = 'paused') = (reason <> '')),
    CHECK (set_state <> '' OR target_id IS NOT NULL OR errand IS NOT NULL OR telling IS NOT NULL)
);
CREATE INDEX rule_of_folder ON rule (space_id, item_id);

-- One row for each time a rule was meant: ``happening`` names what happened, so that it is meant once.
CREATE TABLE rule_run (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    rule_id uuid NOT NULL,
    item_id uuid NOT NULL,
    happening text NOT NULL CHECK (length(happening) <= 200),
    chain uuid[] NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('waiting', 'done', 'nothing', 'refused', 'loop', 'depth', 'paused')),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    deeds text[] NOT NULL DEFAULT '{}',
    at timestamptz NOT NULL,
    done_at timestamptz,
    PRIMARY KEY (space_id, id),
    UNIQUE (space_id, rule_id, happening),
    FOREIGN KEY (space_id, rule_id) REFERENCES rule (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE,
    CHECK ((outcome = 'waiting') = (done_at IS NULL))
);
CREATE INDEX rule_run_of_rule ON rule_run (space_id, rule_id, at DESC, id DESC);
CREATE INDEX rule_run_of_item ON rule_run (space_id, item_id, at DESC, id DESC);

-- What a rule brought about, and the rules that ran before it in the same chain, itself the last.
CREATE TABLE rule_effect (
    space_id uuid NOT NULL,
    happening text NOT NULL CHECK (length(happening) <= 200),
    item_id uuid NOT NULL,
    chain uuid[] NOT NULL,
    PRIMARY KEY (space_id, happening),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
CREATE INDEX rule_effect_of_item ON rule_effect (space_id, item_id);
