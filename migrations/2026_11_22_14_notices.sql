-- What an organisation's people must be told: the notice once, an inbox entry for each person, a delivery for each mail.
-- Who may see and do what is declared in tenants/policies.py.

CREATE TABLE notice (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind ~ '^[a-z]+(_[a-z]+)*$'),
    subject_id uuid NOT NULL,
    address text NOT NULL CHECK (address ~ '^/[^/\\]' AND length(address) <= 500),
    params jsonb NOT NULL CHECK (jsonb_typeof(params) = 'object' AND length(params::text) <= 8000),
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 200),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, key)
);

CREATE TABLE inbox_entry (
    organisation_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    person_id uuid NOT NULL,
    read_at timestamptz,
    PRIMARY KEY (organisation_id, notice_id, person_id),
    FOREIGN KEY (organisation_id, notice_id) REFERENCES notice (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES affiliation (organisation_id, person_id)
);
-- Identifiers of notices sort by time, so an inbox is read in the order of this index.
CREATE INDEX inbox_entry_of_person ON inbox_entry (organisation_id, person_id, notice_id);
CREATE INDEX inbox_entry_unread ON inbox_entry (organisation_id, person_id, notice_id) WHERE read_at IS NULL;

CREATE TABLE delivery (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    notice_id uuid NOT NULL,
    person_id uuid NOT NULL,
    channel text NOT NULL CHECK (channel IN ('mail')),
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dead', 'withdrawn')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    last_error text CHECK (length(last_error) <= 200),
    created_at timestamptz NOT NULL,
    sent_at timestamptz CHECK ((sent_at IS NOT NULL) = (state = 'sent')),
    PRIMARY KEY (organisation_id, id),
    UNIQUE (organisation_id, notice_id, person_id, channel),
    FOREIGN KEY (organisation_id, notice_id, person_id) REFERENCES inbox_entry (organisation_id, notice_id, person_id)
);
CREATE INDEX delivery_in_trouble ON delivery (organisation_id, id) WHERE state IN ('failed', 'dead');
