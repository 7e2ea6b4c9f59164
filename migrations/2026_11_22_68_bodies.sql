-- Bodies of a network, who sits in them, their meetings, minutes and resolutions. The rulebook says which bodies there
-- are; a row of ``body`` begins with the first thing that belongs to one, and keeps for the wall which kinds of
-- organisations it is for.
CREATE TABLE body (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    key text NOT NULL CHECK (key ~ '^[a-z][a-z0-9_]{0,49}$'),
    kinds text[] CHECK (cardinality(kinds) > 0),
    room_id uuid REFERENCES room (id),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, key)
);
CREATE UNIQUE INDEX body_of_room ON body (network_id, room_id) WHERE room_id IS NOT NULL;

-- Who sits in a body for a member, by name. A seat that ended keeps its row; one that ended before it began was named
-- by mistake. It brings no right: those come with the roles of the directory.
CREATE TABLE body_seat (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    part text NOT NULL CHECK (part IN ('deputy', 'representative')),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    begins_on date NOT NULL,
    ends_on date CHECK (ends_on >= begins_on - 1),
    named_by text NOT NULL CHECK (length(named_by) <= 200),
    named_at timestamptz NOT NULL,
    PRIMARY KEY (network_id, id),
    FOREIGN KEY (network_id, body_id) REFERENCES body (network_id, id)
);
CREATE UNIQUE INDEX body_seat_one_at_a_time ON body_seat (network_id, body_id, organisation_id, part)
    WHERE ends_on IS NULL;

-- ``sequence`` counts what was sent of a meeting, as calendars want it; ``previous_id`` is the meeting whose end made
-- this date by itself. ``round`` counts how often its minutes were passed round.
CREATE TABLE meeting (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    rulebook_id uuid NOT NULL,
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    state text NOT NULL DEFAULT 'planned' CHECK (state IN ('cancelled', 'invited', 'planned')),
    begins_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > begins_at AND ends_at <= begins_at + interval '3 days'),
    place text NOT NULL CHECK (length(place) <= 300),
    link text NOT NULL CHECK (length(link) <= 500 AND (link = '' OR link ~ '^https://')),
    planned_by text NOT NULL CHECK (length(planned_by) <= 200),
    previous_id uuid,
    sequence integer NOT NULL DEFAULT 0 CHECK (sequence >= 0),
    invited_at timestamptz CHECK (invited_at IS NOT NULL OR state <> 'invited'),
    reason text NOT NULL DEFAULT '' CHECK (length(reason) <= 1000),
    minutes text NOT NULL DEFAULT 'none' CHECK (minutes IN ('approved', 'circulated', 'draft', 'none')),
    round integer NOT NULL DEFAULT 0 CHECK (round >= 0),
    circulated_at timestamptz CHECK (circulated_at IS NOT NULL OR minutes NOT IN ('approved', 'circulated')),
    objections_until timestamptz CHECK (objections_until > circulated_at),
    reckoning jsonb CHECK (jsonb_typeof(reckoning) = 'object'),
    approved_at timestamptz CHECK ((approved_at IS NOT NULL) = (minutes = 'approved')),
    approved_by text NOT NULL DEFAULT '' CHECK (length(approved_by) <= 200),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, body_id, id),
    CHECK (minutes = 'none' OR state = 'invited'),
    FOREIGN KEY (network_id, body_id) REFERENCES body (network_id, id),
    FOREIGN KEY (network_id, rulebook_id) REFERENCES rulebook (network_id, id),
    FOREIGN KEY (network_id, body_id, previous_id) REFERENCES meeting (network_id, body_id, id)
);
CREATE UNIQUE INDEX meeting_follows_once ON meeting (network_id, previous_id) WHERE previous_id IS NOT NULL;
CREATE INDEX meeting_of_body ON meeting (network_id, body_id, begins_at DESC);

-- ``record`` is what the minutes say of an item; ``version`` is what somebody has before them who writes it.
CREATE TABLE agenda_item (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    position integer NOT NULL CHECK (position > 0),
    title text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    duration integer CHECK (duration BETWEEN 1 AND 480),
    introduced_by text NOT NULL CHECK (length(introduced_by) <= 200),
    record text NOT NULL DEFAULT '' CHECK (length(record) <= 20000),
    recorded_by text NOT NULL DEFAULT '' CHECK (length(recorded_by) <= 400),
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, meeting_id, id),
    FOREIGN KEY (network_id, body_id, meeting_id) REFERENCES meeting (network_id, body_id, id)
);
CREATE INDEX agenda_item_of_meeting ON agenda_item (network_id, meeting_id, position);

CREATE TABLE attendance (
    network_id uuid NOT NULL,
    body_id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    presence text NOT NULL CHECK (presence IN ('absent', 'excused', 'present')),
    people text NOT NULL CHECK (length(people) <= 500),
    PRIMARY KEY (network_id, meeting_id, organisation_id),
    FOREIGN KEY (network_id, body_id, meeting_id) REFERENCES meeting (network_id, body_id, id)
);

-- What a member finds wrong in the minutes as they were passed round.
CREATE TABLE minutes_objection (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    round integer NOT NULL CHECK (round > 0),
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    raised_by text NOT NULL CHECK (length(raised_by) <= 200),
    raised_at timestamptz NOT NULL,
    outcome text CHECK (outcome IN ('kept', 'met')),
    answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 2000),
    answered_at timestamptz CHECK ((answered_at IS NULL) = (outcome IS NULL)),
    PRIMARY KEY (network_id, id),
    FOREIGN KEY (network_id, body_id, meeting_id) REFERENCES meeting (network_id, body_id, id)
);
CREATE INDEX minutes_objection_of_meeting ON minutes_objection (network_id, meeting_id, raised_at);

-- A resolution gets its number, within body and year, when the minutes that hold it are approved.
CREATE TABLE resolution (
    network_id uuid NOT NULL,
    id uuid NOT NULL,
    body_id uuid NOT NULL,
    meeting_id uuid NOT NULL,
    agenda_item_id uuid NOT NULL,
    text text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    yes integer NOT NULL CHECK (yes >= 0),
    no integer NOT NULL CHECK (no >= 0),
    abstained integer NOT NULL CHECK (abstained >= 0),
    adopted boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    year integer,
    number integer CHECK (number > 0),
    PRIMARY KEY (network_id, id),
    UNIQUE (network_id, body_id, year, number),
    CHECK (num_nulls(year, number) IN (0, 2)),
    FOREIGN KEY (network_id, body_id, meeting_id) REFERENCES meeting (network_id, body_id, id),
    FOREIGN KEY (network_id, meeting_id, agenda_item_id) REFERENCES agenda_item (network_id, meeting_id, id)
);
CREATE INDEX resolution_of_meeting ON resolution (network_id, meeting_id, recorded_at);

-- Approved minutes stay, against everybody, the owner too; what is passed round stays while it is. Whoever writes waits
-- for who passes round or approves at that moment.
CREATE FUNCTION minutes_kept() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone boolean := TG_OP = 'DELETE';
    named uuid := CASE WHEN gone THEN OLD.meeting_id ELSE NEW.meeting_id END;
    home uuid := CASE WHEN gone THEN OLD.network_id ELSE NEW.network_id END;
    found text;
BEGIN
    SELECT m.minutes INTO found FROM meeting m WHERE m.network_id = home AND m.id = named FOR SHARE;
    IF found = 'approved' OR (found = 'circulated' AND NOT (
        TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'resolution'
        AND to_jsonb(NEW) - 'year' - 'number' = to_jsonb(OLD) - 'year' - 'number'))
    THEN
        RAISE EXCEPTION 'minutes that are passed round or approved stay as they are'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN gone THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER minutes_kept BEFORE INSERT OR UPDATE OR DELETE ON agenda_item
    FOR EACH ROW EXECUTE FUNCTION minutes_kept();
CREATE TRIGGER minutes_kept BEFORE INSERT OR UPDATE OR DELETE ON attendance
    FOR EACH ROW EXECUTE FUNCTION minutes_kept();
CREATE TRIGGER minutes_kept BEFORE INSERT OR UPDATE OR DELETE ON resolution
    FOR EACH ROW EXECUTE FUNCTION minutes_kept();
ALTER FUNCTION minutes_kept() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION minutes_kept() FROM PUBLIC;

-- A meeting is minuted in its order, and approved when nobody can object any more, by the clock of the database.
CREATE FUNCTION meeting_kept() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.minutes = 'approved' OR NEW.body_id <> OLD.body_id THEN
        RAISE EXCEPTION 'a meeting whose minutes are approved stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.minutes <> OLD.minutes AND (OLD.minutes, NEW.minutes) NOT IN (
        ('none', 'draft'), ('draft', 'circulated'), ('circulated', 'draft'), ('circulated', 'approved'))
    THEN
        RAISE EXCEPTION 'minutes are written, passed round, approved' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NEW.minutes = 'approved' THEN
        IF OLD.objections_until > hilfenetz_now() OR EXISTS (
            SELECT FROM minutes_objection o WHERE o.network_id = NEW.network_id AND o.meeting_id = NEW.id
              AND o.round = NEW.round AND o.outcome IS NULL)
        THEN
            RAISE EXCEPTION 'minutes are approved when nobody objects any more' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.approved_at := hilfenetz_now();
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER meeting_kept BEFORE UPDATE ON meeting FOR EACH ROW EXECUTE FUNCTION meeting_kept();

CREATE FUNCTION bodies_refuse() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'meetings and objections stay' USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER meeting_stays BEFORE DELETE OR TRUNCATE ON meeting
    FOR EACH STATEMENT EXECUTE FUNCTION bodies_refuse();
CREATE TRIGGER minutes_objection_stays BEFORE DELETE OR TRUNCATE ON minutes_objection
    FOR EACH STATEMENT EXECUTE FUNCTION bodies_refuse();

-- What the mail about a notice brings along for a calendar. ``network_id``: of whose matter it tells; who does not
-- belong to that network any more is not sent it.
ALTER TABLE notice ADD COLUMN network_id uuid REFERENCES network (id);
ALTER TABLE notice ADD COLUMN calendar text CHECK (length(calendar) <= 4000);
ALTER TABLE notice ADD CONSTRAINT notice_calendar_of_network CHECK (calendar IS NULL OR network_id IS NOT NULL);

-- The space of a body is a room that every member of the body takes part in from the instant it is a member: whoever
-- is admitted later comes in with the same statement. Who leaves has left it with the membership.
CREATE FUNCTION body_room_joined() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE room_participation p SET ends_at = GREATEST(p.begins_at, NEW.begins_at)
    FROM body b WHERE b.network_id = NEW.network_id AND b.room_id = p.room_id
      AND p.organisation_id = NEW.organisation_id AND p.ends_at IS NULL;
    INSERT INTO room_participation (room_id, id, organisation_id, begins_at)
    SELECT r.id, gen_random_uuid(), NEW.organisation_id, GREATEST(NEW.begins_at, r.opened_at)
    FROM body b JOIN room r ON r.id = b.room_id
    WHERE b.network_id = NEW.network_id AND r.closed_at IS NULL
      AND (b.kinds IS NULL OR NEW.is_office OR EXISTS (
          SELECT FROM organisation o WHERE o.id = NEW.organisation_id AND o.kind = ANY (b.kinds)));
    RETURN NULL;
END
$$;
CREATE TRIGGER body_room_joined AFTER INSERT ON membership FOR EACH ROW EXECUTE FUNCTION body_room_joined();
ALTER FUNCTION body_room_joined() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION body_room_joined() FROM PUBLIC;
