-- Procedures by which a network governs its membership. A procedure is where it stands; what happened in it is a step
-- each, written once and with the clock of the database. Which state follows which is held here, beside the rules.

CREATE TABLE procedure (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('admission', 'exclusion', 'office_seat', 'withdrawal')),
    year integer NOT NULL,
    number integer NOT NULL CHECK (number > 0),
    state text NOT NULL,
    rulebook_id uuid NOT NULL,
    subject_name text NOT NULL CHECK (length(subject_name) BETWEEN 1 AND 200),
    subject_id uuid REFERENCES organisation (id),
    moved_by_id uuid REFERENCES organisation (id),
    moved_by_name text NOT NULL CHECK (length(moved_by_name) BETWEEN 1 AND 200),
    reason text NOT NULL CHECK (length(reason) <= 4000),
    effective_at timestamptz,
    vote_id uuid,
    notice_id uuid,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz CHECK (ended_at >= begun_at),
    outcome text CHECK (outcome ~ '^[a-z][a-z_]{0,39}$'),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, year, number),
    CHECK (num_nonnulls(ended_at, outcome) = CASE WHEN state = 'ended' THEN 2 ELSE 0 END),
    FOREIGN KEY (network_id, rulebook_id) REFERENCES rulebook (network_id, id),
    FOREIGN KEY (network_id, vote_id) REFERENCES vote (network_id, id),
    FOREIGN KEY (network_id, notice_id) REFERENCES formal_notice (network_id, id)
);
-- About one organisation there runs one procedure of a kind at a time.
CREATE UNIQUE INDEX procedure_one_at_a_time ON procedure (network_id, kind, subject_id)
    WHERE ended_at IS NULL AND subject_id IS NOT NULL;
CREATE INDEX procedure_ended ON procedure (network_id, ended_at DESC, id DESC) WHERE ended_at IS NOT NULL;
CREATE INDEX procedure_of_notice ON procedure (network_id, notice_id) WHERE notice_id IS NOT NULL;

-- Done by a member, by the office for the network, by the applicant, or by the portal itself.
CREATE TABLE procedure_step (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    procedure_id uuid NOT NULL,
    deed text NOT NULL CHECK (deed ~ '^[a-z][a-z_]{0,39}$'),
    at timestamptz NOT NULL,
    by_kind text NOT NULL CHECK (by_kind IN ('applicant', 'member', 'office', 'portal')),
    by_id uuid REFERENCES organisation (id),
    by_name text NOT NULL CHECK (length(by_name) BETWEEN 1 AND 200),
    details jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(details) = 'object'),
    vote_id uuid,
    notice_id uuid,
    PRIMARY KEY (network_id, id),
    CHECK ((by_kind IN ('member', 'office')) <= (by_id IS NOT NULL)),
    FOREIGN KEY (network_id, procedure_id) REFERENCES procedure (network_id, id),
    FOREIGN KEY (network_id, vote_id) REFERENCES vote (network_id, id),
    FOREIGN KEY (network_id, notice_id) REFERENCES formal_notice (network_id, id)
);
CREATE INDEX procedure_step_in_order ON procedure_step (network_id, procedure_id, at, id);

-- What stays with an organisation of a membership that ended: the network itself is out of its reach from then on.
CREATE TABLE departure (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    id uuid NOT NULL,
    network_id uuid NOT NULL REFERENCES network (id),
    network_slug text NOT NULL,
    network_name text NOT NULL CHECK (length(network_name) BETWEEN 1 AND 200),
    kind text NOT NULL CHECK (kind IN ('exclusion', 'withdrawal')),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    body text NOT NULL CHECK (length(body) BETWEEN 1 AND 20000),
    noted_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, id)
);

-- Which state follows which; the first of a kind follows ''.
CREATE FUNCTION procedure_ways() RETURNS TABLE (kind text, before text, after text)
    LANGUAGE sql IMMUTABLE AS $$
    VALUES ('admission', '', 'applied'), ('admission', 'applied', 'voting'), ('admission', 'applied', 'ended'),
        ('admission', 'voting', 'accepted'), ('admission', 'voting', 'ended'),
        ('admission', 'accepted', 'agreement_sent'), ('admission', 'accepted', 'ended'),
        ('admission', 'agreement_sent', 'ended'),
        ('exclusion', '', 'moved'), ('exclusion', 'moved', 'voting'), ('exclusion', 'moved', 'ended'),
        ('exclusion', 'voting', 'decided'), ('exclusion', 'voting', 'ended'), ('exclusion', 'decided', 'ended'),
        ('office_seat', '', 'moved'), ('office_seat', 'moved', 'voting'), ('office_seat', 'moved', 'decided'),
        ('office_seat', 'moved', 'ended'), ('office_seat', 'voting', 'decided'), ('office_seat', 'voting', 'ended'),
        ('office_seat', 'decided', 'ended'),
        ('withdrawal', '', 'declared'), ('withdrawal', 'declared', 'informed'), ('withdrawal', 'informed', 'ended')
$$;

CREATE FUNCTION procedure_stamp() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := hilfenetz_now();
    by_web boolean := session_user = 'hilfenetz_app';
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('procedure ' || NEW.network_id::text, 0));
        NEW.begun_at := moment;
        NEW.year := extract(year FROM moment AT TIME ZONE 'Europe/Berlin');
        NEW.number := 1 + COALESCE((
            SELECT max(p.number) FROM procedure p WHERE p.network_id = NEW.network_id AND p.year = NEW.year), 0);
        NEW.ended_at := NULL;
        IF NOT EXISTS (SELECT FROM procedure_ways() w WHERE (w.kind, w.before, w.after) = (NEW.kind, '', NEW.state))
            OR num_nonnulls(NEW.vote_id, NEW.notice_id, NEW.outcome) > 0
        THEN
            RAISE EXCEPTION 'a procedure begins at its beginning' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.kind IN ('exclusion', 'withdrawal') THEN
            PERFORM procedure_is_allowed(NEW);
            NEW.effective_at := CASE WHEN NEW.kind = 'withdrawal' THEN GREATEST(NEW.effective_at, moment) END;
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'ended' THEN
        RAISE EXCEPTION 'what ended stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT FROM procedure_ways() w WHERE (w.kind, w.before, w.after) = (OLD.kind, OLD.state, NEW.state))
    THEN
        RAISE EXCEPTION 'this state does not follow that one' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NEW.state = 'voting' AND NOT EXISTS (
        SELECT FROM vote v WHERE v.network_id = NEW.network_id AND v.id = NEW.vote_id AND v.cause_id = NEW.id)
    THEN
        RAISE EXCEPTION 'a procedure waits for its own vote' USING ERRCODE = 'check_violation';
    END IF;
    -- What comes of a vote, nobody says: the worker counts.
    IF by_web AND NEW.state <> OLD.state AND OLD.state = 'voting' THEN
        RAISE EXCEPTION 'the vote decides' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (OLD.kind IN ('exclusion', 'withdrawal') AND OLD.effective_at IS NOT NULL
            AND NEW.effective_at IS DISTINCT FROM OLD.effective_at)
        OR (OLD.notice_id IS NOT NULL AND NEW.notice_id IS DISTINCT FROM OLD.notice_id)
    THEN
        RAISE EXCEPTION 'when it takes effect stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.ended_at := CASE WHEN NEW.state = 'ended' THEN moment END;
    RETURN NEW;
END
$$;

-- A member leaves, or moves that another one goes, by somebody who may speak for it. The member that holds the office
-- hands it over before it leaves.
CREATE FUNCTION procedure_is_allowed(begun procedure) RETURNS void
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := hilfenetz_now();
    seat membership;
BEGIN
    IF begun.moved_by_id IS DISTINCT FROM current_organisation() OR NOT EXISTS (
        SELECT FROM role_assignment r
        WHERE r.organisation_id = current_organisation() AND r.person_id = current_person()
          AND r.role IN ('director', 'representative')
          AND r.valid_from <= moment AND (r.valid_until IS NULL OR r.valid_until > moment))
    THEN
        RAISE EXCEPTION 'who speaks for a member declares this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (begun.subject_id = begun.moved_by_id) IS DISTINCT FROM (begun.kind = 'withdrawal') THEN
        RAISE EXCEPTION 'a member leaves itself, and moves against another' USING ERRCODE = 'check_violation';
    END IF;
    SELECT m.* INTO seat FROM membership m
    WHERE m.network_id = begun.network_id AND m.organisation_id = begun.subject_id
      AND m.begins_at <= moment AND (m.ends_at IS NULL OR m.ends_at > moment);
    IF NOT FOUND OR (begun.kind = 'withdrawal' AND (seat.is_office OR seat.ends_at IS NOT NULL)) THEN
        RAISE EXCEPTION 'there is no membership that could end so' USING ERRCODE = 'check_violation';
    END IF;
END
$$;

CREATE TRIGGER procedure_stamp BEFORE INSERT OR UPDATE ON procedure FOR EACH ROW EXECUTE FUNCTION procedure_stamp();

-- The membership ends by the database alone: a withdrawal with its declaration, at the instant it names; an exclusion
-- at the receipt of its notice, in the transaction that proves it.
CREATE FUNCTION procedure_takes_effect() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE membership m SET ends_at = GREATEST(NEW.effective_at, m.begins_at)
    WHERE m.network_id = NEW.network_id AND m.organisation_id = NEW.subject_id
      AND m.begins_at <= NEW.effective_at AND (m.ends_at IS NULL OR m.ends_at > NEW.effective_at);
    RETURN NULL;
END
$$;
-- With the commit: until then whoever declares it still reaches what they write into.
CREATE CONSTRAINT TRIGGER procedure_withdrawal AFTER INSERT ON procedure DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind = 'withdrawal') EXECUTE FUNCTION procedure_takes_effect();
CREATE TRIGGER procedure_exclusion AFTER UPDATE OF effective_at ON procedure
    FOR EACH ROW WHEN (NEW.kind = 'exclusion' AND NEW.state = 'decided' AND NEW.effective_at IS NOT NULL)
    EXECUTE FUNCTION procedure_takes_effect();

CREATE FUNCTION procedure_notice_received() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE procedure p SET effective_at = NEW.received_at
    WHERE p.network_id = NEW.network_id AND p.notice_id = NEW.notice_id AND p.subject_id = NEW.organisation_id
      AND p.kind = 'exclusion' AND p.state = 'decided' AND p.effective_at IS NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER procedure_notice_received AFTER UPDATE OF received_at ON formal_receipt
    FOR EACH ROW WHEN (OLD.received_at IS NULL AND NEW.received_at IS NOT NULL)
    EXECUTE FUNCTION procedure_notice_received();

CREATE FUNCTION procedure_step_stamp() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := hilfenetz_now();
    RETURN NEW;
END
$$;
CREATE TRIGGER procedure_step_stamp BEFORE INSERT ON procedure_step
    FOR EACH ROW EXECUTE FUNCTION procedure_step_stamp();

-- Against everybody, the owner too.
CREATE FUNCTION procedure_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'what happened in a procedure stays as it is' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER procedure_fixed BEFORE DELETE OR TRUNCATE ON procedure
    FOR EACH STATEMENT EXECUTE FUNCTION procedure_refuse();
CREATE TRIGGER procedure_step_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON procedure_step
    FOR EACH STATEMENT EXECUTE FUNCTION procedure_refuse();
CREATE TRIGGER departure_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON departure
    FOR EACH STATEMENT EXECUTE FUNCTION procedure_refuse();

ALTER FUNCTION procedure_takes_effect() OWNER TO hilfenetz_reach;
ALTER FUNCTION procedure_notice_received() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION procedure_takes_effect(), procedure_notice_received() FROM PUBLIC;

-- What the member concerned says to a vote about it, as long as the vote runs; all members read it with the vote.
ALTER TABLE vote
    ADD COLUMN statement text CHECK (length(statement) BETWEEN 1 AND 4000),
    ADD COLUMN stated_at timestamptz,
    ADD CHECK (num_nulls(statement, stated_at) IN (0, 2));
CREATE FUNCTION vote_statement_stamp() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moment timestamptz := hilfenetz_now();
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.statement := NULL;
        NEW.stated_at := NULL;
        RETURN NEW;
    END IF;
    IF NEW.affected_id IS DISTINCT FROM current_organisation() OR OLD.state <> 'open' OR moment >= OLD.ends_at
        OR NEW.statement IS NULL
    THEN
        RAISE EXCEPTION 'who is concerned is heard while the vote runs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.stated_at := moment;
    RETURN NEW;
END
$$;
CREATE TRIGGER vote_statement_stamp BEFORE INSERT OR UPDATE OF statement, stated_at ON vote
    FOR EACH ROW EXECUTE FUNCTION vote_statement_stamp();
