-- Who took part in a room from when to when is asked later, so nobody says it: the database stamps it by its own clock,
-- and who opened a room by the name of whoever the scope belongs to. What somebody in the office writes instead is lost.

CREATE FUNCTION room_stamped() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.opened_at := hilfenetz_now();
        NEW.opened_by := COALESCE(left(my_name(), 200), '');
    ELSIF NEW.closed_at IS NOT NULL THEN
        NEW.closed_at := hilfenetz_now();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER room_stamped BEFORE INSERT OR UPDATE OF closed_at ON room
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION room_stamped();

-- A participation that nobody ended was over with the membership it began under.
CREATE FUNCTION room_participation_stamped() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.begins_at := hilfenetz_now();
    ELSIF NEW.ends_at IS NOT NULL THEN
        NEW.ends_at := LEAST(hilfenetz_now(), (
            SELECT m.ends_at FROM membership m JOIN room r ON r.network_id = m.network_id
            WHERE r.id = NEW.room_id AND m.organisation_id = NEW.organisation_id AND m.begins_at <= NEW.begins_at
              AND (m.ends_at IS NULL OR m.ends_at >= NEW.begins_at)
            ORDER BY m.begins_at DESC LIMIT 1));
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER room_participation_stamped BEFORE INSERT OR UPDATE OF ends_at ON room_participation
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION room_participation_stamped();
