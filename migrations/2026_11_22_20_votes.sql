-- Votes of a network. The rule is copied into the vote, so that it keeps what was in force when it began.
-- Who may see and do what is declared in tenants/policies.py.

CREATE TABLE vote (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    rulebook_id uuid NOT NULL,
    rule text NOT NULL CHECK (rule ~ '^[a-z][a-z0-9_]{0,99}$'),
    rule_title text NOT NULL CHECK (length(rule_title) BETWEEN 1 AND 200),
    rule_explanation text NOT NULL,
    rule_source text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('approval', 'choice', 'objection', 'unanimous')),
    numerator integer NOT NULL CHECK (numerator > 0),
    denominator integer NOT NULL CHECK (denominator >= numerator),
    strict boolean NOT NULL CHECK (NOT strict OR denominator > numerator),
    base text NOT NULL CHECK (base IN ('cast', 'members')),
    ballot_of_departed text NOT NULL CHECK (ballot_of_departed IN ('falls', 'stays')),
    early_end text NOT NULL CHECK (early_end IN ('never', 'when_decided')),
    ballots_visible_to text NOT NULL CHECK (ballots_visible_to IN ('members', 'members_after_closing', 'office')),
    question text NOT NULL CHECK (length(question) BETWEEN 1 AND 300),
    explanation text NOT NULL CHECK (length(explanation) <= 4000),
    opened_by_id uuid NOT NULL REFERENCES organisation (id),
    opened_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > opened_at),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed')),
    closed_at timestamptz CHECK ((closed_at IS NOT NULL) = (state = 'closed')),
    PRIMARY KEY (network_id, id),
    FOREIGN KEY (network_id, rulebook_id) REFERENCES rulebook (network_id, id)
);
CREATE INDEX vote_open ON vote (network_id, ends_at, id) WHERE state = 'open';
CREATE INDEX vote_closed ON vote (network_id, closed_at DESC, id DESC) WHERE state = 'closed';

-- What a choice offers.
CREATE TABLE vote_option (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    place integer NOT NULL CHECK (place > 0),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, vote_id, place),
    UNIQUE (network_id, vote_id, id),
    FOREIGN KEY (network_id, vote_id) REFERENCES vote (network_id, id)
);

-- The electorate as it was when the vote opened. The name stays readable when the member has left.
CREATE TABLE voter (
    network_id uuid NOT NULL,
    vote_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    due_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, vote_id, organisation_id),
    FOREIGN KEY (network_id, vote_id) REFERENCES vote (network_id, id)
);

-- Every ballot ever cast; the latest that was in time counts. Nobody may change or delete one.
CREATE TABLE ballot (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    vote_id uuid NOT NULL,
    organisation_id uuid NOT NULL,
    answer text CHECK (answer IN ('abstain', 'no', 'yes')),
    option_id uuid,
    cast_at timestamptz NOT NULL,
    late boolean NOT NULL,
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, id, organisation_id),
    CHECK (num_nonnulls(answer, option_id) = 1),
    FOREIGN KEY (network_id, vote_id, organisation_id) REFERENCES voter (network_id, vote_id, organisation_id),
    FOREIGN KEY (network_id, vote_id, option_id) REFERENCES vote_option (network_id, vote_id, id)
);
CREATE INDEX ballot_of_voter ON ballot (network_id, vote_id, organisation_id, cast_at DESC, id DESC);

-- Which person cast a ballot, and as what, is their own organisation's business alone.
CREATE TABLE ballot_signature (
    organisation_id uuid NOT NULL,
    ballot_id uuid NOT NULL,
    network_id uuid NOT NULL,
    person_id uuid NOT NULL,
    capacity text NOT NULL CHECK (capacity IN ('deputy', 'director', 'representative')),
    PRIMARY KEY (organisation_id, ballot_id),
    FOREIGN KEY (network_id, ballot_id, organisation_id) REFERENCES ballot (network_id, id, organisation_id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES affiliation (organisation_id, person_id)
);

-- The frozen tally: one row a vote, written once, when it is closed.
CREATE TABLE vote_result (
    network_id uuid NOT NULL,
    vote_id uuid NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('decided', 'rejected')),
    winner_id uuid,
    members integer NOT NULL CHECK (members > 0),
    yes integer NOT NULL CHECK (yes >= 0),
    no integer NOT NULL CHECK (no >= 0),
    abstained integer NOT NULL CHECK (abstained >= 0),
    late integer NOT NULL CHECK (late >= 0),
    candidates jsonb NOT NULL CHECK (jsonb_typeof(candidates) = 'object'),
    departed integer NOT NULL CHECK (departed >= 0),
    departed_ballots integer NOT NULL CHECK (departed_ballots BETWEEN 0 AND departed),
    closed_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, vote_id),
    FOREIGN KEY (network_id, vote_id) REFERENCES vote (network_id, id),
    FOREIGN KEY (network_id, vote_id, winner_id) REFERENCES vote_option (network_id, vote_id, id)
);

-- The clock of the database says whether a ballot is in time, whoever inserts it and whether any worker runs.
-- The lock on the vote makes closing wait for ballots on their way, and ballots wait for a closing; the lock on the
-- voter puts the ballots of one member in a line. Where all must agree, one "no" has ended the vote at once.
CREATE FUNCTION ballot_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    asked vote;
    deadline timestamptz;
BEGIN
    SELECT * INTO STRICT asked FROM vote WHERE network_id = NEW.network_id AND id = NEW.vote_id FOR SHARE;
    SELECT due_at INTO STRICT deadline FROM voter
        WHERE network_id = NEW.network_id AND vote_id = NEW.vote_id AND organisation_id = NEW.organisation_id
        FOR NO KEY UPDATE;
    IF NEW.answer IS DISTINCT FROM 'abstain' AND (asked.kind = 'choice') <> (NEW.option_id IS NOT NULL) THEN
        RAISE EXCEPTION 'this vote does not ask for that' USING ERRCODE = 'check_violation';
    END IF;
    NEW.cast_at := hilfenetz_now();
    NEW.late := NEW.cast_at >= deadline OR asked.state <> 'open' OR (asked.kind = 'unanimous' AND EXISTS (
        SELECT FROM ballot b
        WHERE b.network_id = NEW.network_id AND b.vote_id = NEW.vote_id AND b.answer = 'no' AND NOT b.late));
    RETURN NEW;
END
$$;
CREATE TRIGGER ballot_stamp BEFORE INSERT ON ballot FOR EACH ROW EXECUTE FUNCTION ballot_stamp();

-- Against everybody, the owner too.
CREATE FUNCTION ballot_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'ballots and results stay as they are' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER ballot_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON ballot
    FOR EACH STATEMENT EXECUTE FUNCTION ballot_refuse();
CREATE TRIGGER vote_result_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON vote_result
    FOR EACH STATEMENT EXECUTE FUNCTION ballot_refuse();

ALTER FUNCTION ballot_stamp() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION ballot_stamp() FROM PUBLIC;
