-- What a network speaks about together: position papers it holds in common, consultations, and early warnings from the
-- field. Which of them there are, its agreement says; so what it switches on can be read beside its text.
ALTER TABLE rulebook ADD COLUMN procedures text
    GENERATED ALWAYS AS (substring(source FROM '(?w)^[ \t]*procedures[ \t]*=[ \t]*\[([^]]*)\]')) STORED;

-- One edition of a paper; editions of the same paper share their lineage and their address.
CREATE TABLE position_paper (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    lineage_id uuid NOT NULL,
    edition integer NOT NULL CHECK (edition BETWEEN 1 AND 1000),
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 80),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    body text NOT NULL CHECK (length(body) <= 200000),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    state text NOT NULL CHECK (state IN
        ('adopted', 'circulated', 'discarded', 'draft', 'rejected', 'superseded', 'voting', 'withdrawn')),
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    written_by text NOT NULL CHECK (length(written_by) <= 200),
    changed_by text NOT NULL CHECK (length(changed_by) <= 200),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    circulated_at timestamptz,
    vote_id uuid,
    decided_at timestamptz,
    withdrawal_vote_id uuid,
    ended_at timestamptz,
    released_at timestamptz,
    released_by text CHECK (length(released_by) <= 200),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, slug, edition),
    UNIQUE (network_id, lineage_id, edition),
    FOREIGN KEY (network_id, vote_id) REFERENCES vote (network_id, id),
    FOREIGN KEY (network_id, withdrawal_vote_id) REFERENCES vote (network_id, id),
    CHECK ((released_at IS NULL) = (released_by IS NULL))
);
-- Of one paper at most one edition is in force, and one in the making.
CREATE UNIQUE INDEX position_paper_in_force ON position_paper (network_id, lineage_id) WHERE state = 'adopted';
CREATE UNIQUE INDEX position_paper_in_the_making ON position_paper (network_id, lineage_id)
    WHERE state IN ('circulated', 'draft', 'voting');

-- What members said of a paper that was sent round, and of which version.
CREATE TABLE position_remark (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    paper_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    said_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, id),
    FOREIGN KEY (network_id, paper_id) REFERENCES position_paper (network_id, id)
);
CREATE INDEX position_remark_of_paper ON position_remark (network_id, paper_id, said_at);

-- Which edition it is and where, over papers that whoever writes may not see.
CREATE FUNCTION position_paper_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wished text := NEW.slug;
    number integer := 1;
BEGIN
    IF (NEW.organisation_id = current_organisation() AND NEW.network_id = ANY (reach_networks())) IS NOT TRUE THEN
        RAISE EXCEPTION 'a member writes in its own name' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('position_paper ' || NEW.network_id::text, 0));
    NEW.edition := 1;
    IF NEW.lineage_id <> NEW.id THEN
        SELECT p.slug, max(p.edition) + 1 INTO STRICT NEW.slug, NEW.edition FROM position_paper p
        WHERE p.network_id = NEW.network_id AND p.lineage_id = NEW.lineage_id GROUP BY p.slug;
        RETURN NEW;
    END IF;
    WHILE EXISTS (SELECT FROM position_paper p WHERE p.network_id = NEW.network_id AND p.slug = NEW.slug) LOOP
        number := number + 1;
        NEW.slug := rtrim(left(wished, 74), '-') || '-' || number;
    END LOOP;
    RETURN NEW;
END
$$;
ALTER FUNCTION position_paper_stamp() OWNER TO hilfenetz_reach;
CREATE TRIGGER position_paper_stamp BEFORE INSERT ON position_paper
    FOR EACH ROW EXECUTE FUNCTION position_paper_stamp();

-- A text is written until it is voted upon; what was decided follows from the frozen tally of a vote and from nothing
-- else; only what is in force is shown to the public.
CREATE FUNCTION position_paper_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moves text := OLD.state || ' ' || NEW.state;
    decided text := COALESCE((SELECT r.outcome FROM vote_result r WHERE r.network_id = NEW.network_id AND r.vote_id =
        CASE WHEN NEW.state = 'withdrawn' THEN OLD.withdrawal_vote_id ELSE OLD.vote_id END), '');
BEGIN
    IF (NEW.network_id, NEW.id, NEW.lineage_id, NEW.edition, NEW.slug, NEW.organisation_id, NEW.written_by,
        NEW.created_at) IS DISTINCT FROM (OLD.network_id, OLD.id, OLD.lineage_id, OLD.edition, OLD.slug,
        OLD.organisation_id, OLD.written_by, OLD.created_at)
        OR ((NEW.title, NEW.body, NEW.version) IS DISTINCT FROM (OLD.title, OLD.body, OLD.version)
            AND NOT (OLD.state IN ('circulated', 'draft') AND NEW.state = OLD.state AND NEW.version = OLD.version + 1))
        OR (OLD.vote_id IS NOT NULL AND NEW.vote_id IS DISTINCT FROM OLD.vote_id)
        OR (OLD.circulated_at IS NOT NULL AND NEW.circulated_at IS DISTINCT FROM OLD.circulated_at)
        OR ((NEW.vote_id IS NULL) <> (NEW.state IN ('circulated', 'discarded', 'draft')))
    THEN
        RAISE EXCEPTION 'the text of a position stays as it was put to the vote' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.state <> OLD.state AND NOT (
        moves IN ('draft circulated', 'draft discarded', 'circulated discarded', 'circulated voting')
        OR (moves = 'voting adopted' AND decided = 'decided')
        OR (moves = 'voting rejected' AND decided = 'rejected')
        OR (moves = 'adopted withdrawn' AND decided = 'decided')
        OR (moves = 'adopted superseded' AND session_user = 'hilfenetz_worker' AND EXISTS (
            SELECT FROM position_paper p JOIN vote_result r ON r.network_id = p.network_id AND r.vote_id = p.vote_id
            WHERE p.network_id = NEW.network_id AND p.lineage_id = NEW.lineage_id AND p.edition > NEW.edition
              AND p.state = 'voting' AND r.outcome = 'decided')))
    THEN
        RAISE EXCEPTION 'a position goes from % to % by no vote', OLD.state, NEW.state
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF ((NEW.released_at, NEW.released_by, NEW.withdrawal_vote_id)
        IS DISTINCT FROM (OLD.released_at, OLD.released_by, OLD.withdrawal_vote_id))
        AND NOT (OLD.state = 'adopted' AND NEW.state = 'adopted')
    THEN
        RAISE EXCEPTION 'only what is in force is released or withdrawn' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER position_paper_guard BEFORE UPDATE ON position_paper
    FOR EACH ROW EXECUTE FUNCTION position_paper_guard();

-- Against everybody, the owner too.
CREATE FUNCTION circle_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'what members said and decided stays as it is' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER position_paper_kept BEFORE DELETE OR TRUNCATE ON position_paper
    FOR EACH STATEMENT EXECUTE FUNCTION circle_refuse();
CREATE TRIGGER position_remark_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON position_remark
    FOR EACH STATEMENT EXECUTE FUNCTION circle_refuse();

-- What anybody may read: a paper in force that was released, and the name of its network.
CREATE FUNCTION released_position(network text, slug text)
    RETURNS TABLE (network_name text, title text, body text, edition integer, decided_at timestamptz,
                   released_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.name, p.title, p.body, p.edition, p.decided_at, p.released_at
    FROM public.position_paper p JOIN public.network n ON n.id = p.network_id
    WHERE n.slug = $1 AND p.slug = $2 AND p.state = 'adopted' AND p.released_at IS NOT NULL
$$;
ALTER FUNCTION released_position(text, text) OWNER TO hilfenetz_reach;

-- A member asks the others before it changes or begins something, or because something is difficult; until it says what
-- it will do, the others answer as often as they like.
CREATE TABLE consultation (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('change', 'difficulty', 'start')),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 10000),
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    asked_by text NOT NULL CHECK (length(asked_by) <= 200),
    asked_at timestamptz NOT NULL,
    advice_until timestamptz NOT NULL CHECK (advice_until > asked_at),
    outcome text CHECK (length(outcome) BETWEEN 1 AND 10000),
    closed_by text CHECK (length(closed_by) <= 200),
    closed_at timestamptz CHECK (closed_at >= asked_at),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, id, organisation_id),
    CHECK (num_nulls(outcome, closed_by, closed_at) IN (0, 3))
);
CREATE INDEX consultation_open ON consultation (network_id, advice_until, id) WHERE closed_at IS NULL;
CREATE INDEX consultation_closed ON consultation (network_id, closed_at DESC, id DESC) WHERE closed_at IS NOT NULL;

-- Every answer ever given; a later one of the same organisation that replaces an earlier one names it.
CREATE TABLE consultation_answer (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    consultation_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    kind text NOT NULL CHECK (kind IN ('advice', 'concern', 'help', 'none')),
    text text NOT NULL CHECK (length(text) <= 4000 AND (length(text) > 0 OR kind = 'none')),
    replaces_id uuid,
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    said_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, consultation_id, organisation_id, id),
    UNIQUE (network_id, replaces_id),
    FOREIGN KEY (network_id, consultation_id) REFERENCES consultation (network_id, id),
    FOREIGN KEY (network_id, consultation_id, organisation_id, replaces_id)
        REFERENCES consultation_answer (network_id, consultation_id, organisation_id, id)
);
CREATE INDEX consultation_answer_of ON consultation_answer (network_id, consultation_id, said_at);

-- After the end nobody answers, and the end is for good.
CREATE FUNCTION consultation_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL THEN
        RAISE EXCEPTION 'a consultation is closed once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER consultation_guard BEFORE UPDATE ON consultation FOR EACH ROW EXECUTE FUNCTION consultation_guard();
CREATE TRIGGER consultation_kept BEFORE DELETE OR TRUNCATE ON consultation
    FOR EACH STATEMENT EXECUTE FUNCTION circle_refuse();
CREATE TRIGGER consultation_answer_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON consultation_answer
    FOR EACH STATEMENT EXECUTE FUNCTION circle_refuse();

-- What somebody noticed in the field. How many it concerned is a range, and nobody but the reporting organisation reads
-- it: what the others are shown comes out of the two functions below.
CREATE TABLE early_warning (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    topic text NOT NULL CHECK (topic ~ '^[a-z][a-z0-9_]{0,49}$'),
    district text NOT NULL CHECK (length(district) <= 100),
    cases integer NOT NULL CHECK (cases IN (1, 5, 10, 25, 50)),
    since_on date NOT NULL CHECK (extract(day FROM since_on) = 1),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 2000),
    reported_by text NOT NULL CHECK (length(reported_by) <= 200),
    reported_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, id)
);
CREATE INDEX early_warning_of_network ON early_warning (network_id, reported_at DESC);
CREATE TRIGGER early_warning_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON early_warning
    FOR EACH STATEMENT EXECUTE FUNCTION circle_refuse();

-- How many at least, by the month it began and by topic. Under five it is not said how many, and beyond that only in
-- steps: whoever knows its own part of a number cannot take it off and find a small one. There are no sums over months or
-- topics, and no smaller places, so nothing that is not said can be found by subtraction.
CREATE FUNCTION early_warning_trend(network uuid, since date)
    RETURNS TABLE (month_on date, topic text, cases integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT s.since_on, s.topic,
           CASE WHEN s.n < 5 THEN NULL WHEN s.n < 10 THEN 5 WHEN s.n < 25 THEN 10 ELSE s.n / 25 * 25 END
    FROM (SELECT w.since_on, w.topic, sum(w.cases)::integer AS n FROM public.early_warning w
          WHERE w.network_id = $1 AND $1 = ANY (public.reach_networks()) AND w.since_on >= $2
          GROUP BY w.since_on, w.topic) s
$$;
ALTER FUNCTION early_warning_trend(uuid, date) OWNER TO hilfenetz_reach;

-- What was said, without how many and without who said it.
CREATE FUNCTION early_warning_words(network uuid, most integer)
    RETURNS TABLE (id uuid, topic text, district text, since_on date, text text, reported_on date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT w.id, w.topic, w.district, w.since_on, w.text, (w.reported_at AT TIME ZONE 'Europe/Berlin')::date
    FROM public.early_warning w
    WHERE w.network_id = $1 AND $1 = ANY (public.reach_networks())
    ORDER BY w.reported_at DESC, w.id DESC LIMIT LEAST($2, 200)
$$;
ALTER FUNCTION early_warning_words(uuid, integer) OWNER TO hilfenetz_reach;
