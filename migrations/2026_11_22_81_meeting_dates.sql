-- Calendars are told when the date of a meeting was changed last: its time, its place, or whether it takes place. What the
-- minutes say of it later is no change of the date.
ALTER TABLE meeting ADD COLUMN changed_at timestamptz DEFAULT hilfenetz_now();

CREATE FUNCTION meeting_date_changed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.changed_at := CASE
        WHEN TG_OP = 'UPDATE' AND (NEW.state, NEW.begins_at, NEW.ends_at, NEW.place, NEW.sequence)
            = (OLD.state, OLD.begins_at, OLD.ends_at, OLD.place, OLD.sequence) THEN OLD.changed_at
        ELSE hilfenetz_now()
    END;
    RETURN NEW;
END
$$;
CREATE TRIGGER meeting_date_changed BEFORE INSERT OR UPDATE ON meeting
    FOR EACH ROW EXECUTE FUNCTION meeting_date_changed();
CREATE INDEX meeting_by_end ON meeting (network_id, ends_at);
