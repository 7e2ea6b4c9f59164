-- What an organisation has to do until when, and the ladder of tellings that goes with it. Whose deadline it is, is the
-- tenant; a network's matter is each member's own. The title is for everybody who works there.
CREATE TABLE deadline (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    id uuid NOT NULL,
    network_id uuid REFERENCES network (id),
    matter text NOT NULL CHECK (matter ~ '^[a-z][a-z0-9_]{0,49}$'),
    subject_id uuid NOT NULL,
    address text NOT NULL CHECK (address ~ '^/[^/]' AND length(address) <= 2000),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 300),
    ends_on date NOT NULL,
    due_at timestamptz NOT NULL
        CHECK (((due_at - interval '1 microsecond') AT TIME ZONE 'Europe/Berlin')::date = ends_on),
    lapses boolean NOT NULL,
    reckoning jsonb CHECK (jsonb_typeof(reckoning) = 'object'),
    responsible_id uuid,
    responsible_roles text[] NOT NULL,
    ladder jsonb NOT NULL CHECK (jsonb_typeof(ladder) = 'array'),
    told_roles text[] NOT NULL,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('done', 'dropped', 'open')),
    set_at timestamptz NOT NULL,
    ended_at timestamptz CHECK ((ended_at IS NULL) = (state = 'open')),
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, matter, subject_id),
    CHECK (responsible_id IS NOT NULL OR cardinality(responsible_roles) > 0),
    FOREIGN KEY (organisation_id, responsible_id) REFERENCES affiliation (organisation_id, person_id)
);
CREATE INDEX deadline_open ON deadline (organisation_id, due_at, id) WHERE state = 'open';
CREATE INDEX deadline_lapsing ON deadline (organisation_id, due_at) WHERE state = 'open' AND lapses;
CREATE INDEX deadline_ended ON deadline (organisation_id, ended_at DESC, id DESC) WHERE state <> 'open';

-- One telling of a deadline: those still to come, and those that were. ``collapsed``: others were due with it, and the
-- highest of them was told for all.
CREATE TABLE rung (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    deadline_id uuid NOT NULL,
    days integer NOT NULL CHECK (days BETWEEN -366 AND 366),
    tell text[] NOT NULL CHECK (cardinality(tell) > 0),
    due_at timestamptz NOT NULL,
    fired_at timestamptz,
    collapsed boolean NOT NULL DEFAULT false CHECK (NOT collapsed OR fired_at IS NOT NULL),
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, deadline_id, due_at),
    FOREIGN KEY (organisation_id, deadline_id) REFERENCES deadline (organisation_id, id)
);
CREATE INDEX rung_waiting ON rung (organisation_id, due_at, deadline_id) WHERE fired_at IS NULL;

-- Every open vote is announced once more to its voters: nobody is told anything twice, but whose ballot is missing gets
-- its deadline, with the ladder of the rulebook the vote began under.
INSERT INTO outbox (id, organisation_id, event, payload, key, due_at, next_at, request_id, created_at)
SELECT gen_random_uuid(), w.organisation_id, 'VoteOpened',
       jsonb_build_object('network_id', v.network_id, 'vote_id', v.id),
       'vote_deadline:' || v.id, t.now, t.now, '', t.now
FROM vote v JOIN voter w ON w.network_id = v.network_id AND w.vote_id = v.id
     CROSS JOIN hilfenetz_now() AS t (now)
WHERE v.state = 'open' AND w.due_at > t.now;

-- A feed of one's own deadlines, beside those of events and news.
ALTER TABLE feed_key DROP CONSTRAINT feed_key_kind_check;
ALTER TABLE feed_key ADD CONSTRAINT feed_key_kind_check CHECK (kind IN ('fristen', 'kalender', 'nachrichten'));
