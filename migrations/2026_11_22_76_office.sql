-- The seat of the office: who stands for it, in a procedure of its own. One runs at a time in a network.
CREATE UNIQUE INDEX procedure_one_office ON procedure (network_id) WHERE kind = 'office_seat' AND ended_at IS NULL;

-- As before; and an election without a result goes into a new round.
CREATE OR REPLACE FUNCTION procedure_ways() RETURNS TABLE (kind text, before text, after text)
    LANGUAGE sql IMMUTABLE AS $$
    VALUES ('admission', '', 'applied'), ('admission', 'applied', 'voting'), ('admission', 'applied', 'ended'),
        ('admission', 'voting', 'accepted'), ('admission', 'voting', 'ended'),
        ('admission', 'accepted', 'agreement_sent'), ('admission', 'accepted', 'ended'),
        ('admission', 'agreement_sent', 'ended'),
        ('exclusion', '', 'moved'), ('exclusion', 'moved', 'voting'), ('exclusion', 'moved', 'ended'),
        ('exclusion', 'voting', 'decided'), ('exclusion', 'voting', 'ended'), ('exclusion', 'decided', 'ended'),
        ('office_seat', '', 'moved'), ('office_seat', 'moved', 'voting'), ('office_seat', 'moved', 'decided'),
        ('office_seat', 'moved', 'ended'), ('office_seat', 'voting', 'decided'), ('office_seat', 'voting', 'moved'), ('office_seat', 'voting', 'ended'),
        ('office_seat', 'decided', 'ended'),
        ('withdrawal', '', 'declared'), ('withdrawal', 'declared', 'informed'), ('withdrawal', 'informed', 'ended')
$$;

CREATE TABLE office_candidacy (
    network_id uuid NOT NULL,
    procedure_id uuid NOT NULL,
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    words text NOT NULL CHECK (length(words) <= 1000),
    declared_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (network_id, procedure_id, organisation_id),
    FOREIGN KEY (network_id, procedure_id) REFERENCES procedure (network_id, id)
);

-- Declared and taken back by the clock of the database, while there is a choice still; declared anew after it was taken
-- back, as long as the members are not being asked.
CREATE FUNCTION office_candidacy_stamp() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    standing text;
BEGIN
    IF (NEW.organisation_id = current_organisation() AND NEW.network_id = ANY (reach_networks())) IS NOT TRUE THEN
        RAISE EXCEPTION 'a member stands for itself' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT p.state INTO standing FROM procedure p
    WHERE p.network_id = NEW.network_id AND p.id = NEW.procedure_id AND p.kind = 'office_seat' FOR SHARE;
    IF standing IS NULL OR standing NOT IN ('moved', 'voting')
        OR (NEW.withdrawn_at IS NULL AND standing <> 'moved')
    THEN
        RAISE EXCEPTION 'nobody stands here now' USING ERRCODE = 'check_violation';
    END IF;
    IF standing = 'voting' AND EXISTS (
        SELECT FROM procedure p JOIN vote_option o ON o.network_id = p.network_id AND o.vote_id = p.vote_id
        WHERE p.network_id = NEW.network_id AND p.id = NEW.procedure_id AND o.organisation_id = NEW.organisation_id
          AND o.withdrawn_at IS NULL)
    THEN
        RAISE EXCEPTION 'it stands in the vote still' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS NULL) THEN
        NEW.declared_at := hilfenetz_now();
    END IF;
    NEW.withdrawn_at := CASE WHEN NEW.withdrawn_at IS NOT NULL THEN hilfenetz_now() END;
    RETURN NEW;
END
$$;
CREATE TRIGGER office_candidacy_stamp BEFORE INSERT OR UPDATE ON office_candidacy
    FOR EACH ROW EXECUTE FUNCTION office_candidacy_stamp();
ALTER FUNCTION office_candidacy_stamp() OWNER TO hilfenetz_reach;
REVOKE ALL ON FUNCTION office_candidacy_stamp() FROM PUBLIC;
