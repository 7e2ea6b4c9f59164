-- Forms that somebody has sent, so that none counts twice. ``key`` is a digest of the page and the address, ``content``
-- of what was typed last; ``leads_to`` an address of the portal. Forgotten after a day.
CREATE TABLE sent_form (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    person_id uuid NOT NULL,
    key text NOT NULL CHECK (key ~ '^[0-9a-f]{64}$'),
    content text NOT NULL CHECK (content ~ '^([0-9a-f]{64})?$'),
    leads_to text NOT NULL DEFAULT '' CHECK (leads_to = '' OR (leads_to LIKE '/%' AND length(leads_to) <= 2000)),
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, person_id, key),
    FOREIGN KEY (organisation_id, person_id) REFERENCES affiliation (organisation_id, person_id)
);
CREATE INDEX sent_form_old ON sent_form (sent_at);
