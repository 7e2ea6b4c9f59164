-- People talk about content where it stands, and follow what goes on there. The names are kept with what they said: in
-- the space of a network the people of other organisations are behind the wall.
CREATE TABLE comment (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    body text NOT NULL CHECK (length(body) <= 4000),
    by_id uuid NOT NULL,
    by_organisation_id uuid NOT NULL REFERENCES organisation (id),
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    by_organisation text NOT NULL CHECK (length(by_organisation) <= 200),
    at timestamptz NOT NULL,
    edited_at timestamptz,
    deleted_at timestamptz,
    deleted_by text NOT NULL DEFAULT '' CHECK (length(deleted_by) <= 200),
    PRIMARY KEY (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE,
    CHECK ((body = '') = (deleted_at IS NOT NULL))
);
CREATE INDEX comment_of_item ON comment (space_id, item_id, at, id);

CREATE TABLE follower (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    person_id uuid NOT NULL,
    since_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id, organisation_id, person_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
CREATE INDEX follower_of_person ON follower (organisation_id, person_id, since_at DESC);
