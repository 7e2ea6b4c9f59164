-- A rulebook has versions: each is a row of its own, valid from an instant, and none is ever changed. Who put one into
-- force stands with it, as it was called then.
ALTER TABLE rulebook ADD COLUMN put_at timestamptz NOT NULL DEFAULT hilfenetz_now();
ALTER TABLE rulebook ADD COLUMN put_by text NOT NULL DEFAULT '' CHECK (length(put_by) <= 200);
ALTER TABLE rulebook ADD COLUMN put_for text NOT NULL DEFAULT '' CHECK (length(put_for) <= 200);
UPDATE rulebook SET put_at = valid_from;
ALTER TABLE rulebook ADD CONSTRAINT rulebook_source_check CHECK (length(source) BETWEEN 1 AND 200000);

-- The one answer to "which rules hold now?": the latest version that has begun. A later one that begins on the same day
-- or earlier takes the place of one that has not begun yet. Before any has begun, the first.
CREATE FUNCTION rulebook_in_force(network uuid) RETURNS uuid
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT r.id FROM rulebook r WHERE r.network_id = network
    ORDER BY r.valid_from <= hilfenetz_now() DESC,
             CASE WHEN r.valid_from <= hilfenetz_now() THEN -r.version ELSE r.version END
    LIMIT 1
$$;

-- What people put into force follows the version before it, begins now at the earliest, and says who did it.
CREATE FUNCTION rulebook_stamped() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.version IS DISTINCT FROM
        (SELECT max(r.version) + 1 FROM rulebook r WHERE r.network_id = NEW.network_id) THEN
        RAISE EXCEPTION 'a version follows the one before it' USING ERRCODE = 'check_violation';
    END IF;
    NEW.put_at := hilfenetz_now();
    NEW.valid_from := GREATEST(NEW.valid_from, NEW.put_at);
    NEW.put_by := COALESCE(left(my_name(), 200), '');
    NEW.put_for := COALESCE((SELECT left(o.name, 200) FROM organisation o WHERE o.id = current_organisation()), '');
    RETURN NEW;
END $$;
CREATE TRIGGER rulebook_stamped BEFORE INSERT ON rulebook
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION rulebook_stamped();

SELECT note_changes('rulebook', 'network_id');

-- That the agreement was looked at again: when, what came of it, and who wrote it down.
CREATE TABLE rulebook_review (
    network_id uuid NOT NULL REFERENCES network (id),
    id uuid NOT NULL,
    rulebook_id uuid NOT NULL,
    reviewed_on date NOT NULL,
    outcome text NOT NULL CHECK (length(outcome) BETWEEN 1 AND 4000),
    recorded_at timestamptz NOT NULL,
    recorded_by text NOT NULL CHECK (length(recorded_by) <= 200),
    recorded_for text NOT NULL CHECK (length(recorded_for) <= 200),
    PRIMARY KEY (network_id, id),
    FOREIGN KEY (network_id, rulebook_id) REFERENCES rulebook (network_id, id)
);

CREATE FUNCTION rulebook_review_stamped() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.rulebook_id := rulebook_in_force(NEW.network_id);
    NEW.recorded_at := hilfenetz_now();
    NEW.recorded_by := COALESCE(left(my_name(), 200), '');
    NEW.recorded_for := COALESCE((SELECT left(o.name, 200) FROM organisation o WHERE o.id = current_organisation()), '');
    RETURN NEW;
END $$;
CREATE TRIGGER rulebook_review_stamped BEFORE INSERT ON rulebook_review
    FOR EACH ROW WHEN (current_user IN ('hilfenetz_app', 'hilfenetz_worker')) EXECUTE FUNCTION rulebook_review_stamped();

-- Every network there is looks at its agreement again: its members are asked who of them has to see to it.
INSERT INTO outbox (id, organisation_id, event, payload, key, due_at, next_at, request_id, created_at)
SELECT gen_random_uuid(), m.organisation_id, 'ReviewChanged', jsonb_build_object('network_id', m.network_id),
       'review_changed:' || m.network_id, t.now, t.now, '', t.now
FROM membership m CROSS JOIN hilfenetz_now() AS t (now)
WHERE m.begins_at <= t.now AND (m.ends_at IS NULL OR m.ends_at > t.now)
ON CONFLICT DO NOTHING;
