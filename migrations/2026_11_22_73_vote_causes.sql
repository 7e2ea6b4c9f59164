-- A vote may decide on something else than a question of the office: it names what, and the member concerned.
ALTER TABLE vote
    ADD COLUMN cause_kind text CHECK (cause_kind ~ '^[a-z][a-z_]{0,39}$'),
    ADD COLUMN cause_id uuid,
    ADD COLUMN cause_address text CHECK (cause_address ~ '^/' AND length(cause_address) <= 300),
    ADD COLUMN affected_id uuid REFERENCES organisation (id),
    ADD CHECK (num_nulls(cause_kind, cause_id, cause_address) IN (0, 3));
CREATE INDEX vote_of_cause ON vote (network_id, cause_id) WHERE cause_id IS NOT NULL;
