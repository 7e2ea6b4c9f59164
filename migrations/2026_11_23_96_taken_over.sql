-- What a member was writing or asking when it left waits for somebody: another member takes it over as it is. For whom it
-- was begun stays with it.
ALTER TABLE position_paper ADD COLUMN begun_for_id uuid REFERENCES organisation (id);
ALTER TABLE consultation ADD COLUMN begun_for_id uuid REFERENCES organisation (id);

-- Whether a row changes hands; refused unless a member takes it over, for itself, from one that has left.
CREATE FUNCTION taken_over(network uuid, before uuid, after uuid, begun_before uuid, begun_after uuid) RETURNS boolean
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF before = after AND begun_before IS NOT DISTINCT FROM begun_after THEN
        RETURN false;
    END IF;
    IF before = after OR after IS DISTINCT FROM current_organisation()
        OR begun_after IS DISTINCT FROM COALESCE(begun_before, before)
        OR EXISTS (SELECT FROM membership m WHERE m.network_id = $1 AND m.organisation_id = before
            AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()))
    THEN
        RAISE EXCEPTION 'only what a member left behind is taken over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION position_paper_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    moves text := OLD.state || ' ' || NEW.state;
    decided text := COALESCE((SELECT r.outcome FROM vote_result r WHERE r.network_id = NEW.network_id AND r.vote_id =
        CASE WHEN NEW.state = 'withdrawn' THEN OLD.withdrawal_vote_id ELSE OLD.vote_id END), '');
BEGIN
    IF taken_over(OLD.network_id, OLD.organisation_id, NEW.organisation_id, OLD.begun_for_id, NEW.begun_for_id) THEN
        IF OLD.state <> 'circulated' OR to_jsonb(NEW) - '{organisation_id,begun_for_id,changed_by,changed_at}'::text[] <> to_jsonb(OLD) - '{organisation_id,begun_for_id,changed_by,changed_at}'::text[] THEN
            RAISE EXCEPTION 'who takes a paper over takes it as it is' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
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

CREATE OR REPLACE FUNCTION consultation_guard() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF taken_over(OLD.network_id, OLD.organisation_id, NEW.organisation_id, OLD.begun_for_id, NEW.begun_for_id) THEN
        IF OLD.closed_at IS NOT NULL
            OR to_jsonb(NEW) - '{organisation_id,begun_for_id}'::text[] <> to_jsonb(OLD) - '{organisation_id,begun_for_id}'::text[]
        THEN
            RAISE EXCEPTION 'who takes a question over takes it as it is' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL THEN
        RAISE EXCEPTION 'a consultation is closed once' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;

-- As before; and nothing goes from the minutes of one meeting to those of another, which would take it out of approved
-- ones.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION minutes_kept() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone boolean := TG_OP = 'DELETE';
    named uuid := CASE WHEN gone THEN OLD.meeting_id ELSE NEW.meeting_id END;
    home uuid := CASE WHEN gone THEN OLD.network_id ELSE NEW.network_id END;
    found text;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.network_id, NEW.meeting_id) IS DISTINCT FROM (OLD.network_id, OLD.meeting_id) THEN
        RAISE EXCEPTION 'what is in the minutes of a meeting stays with it' USING ERRCODE = 'insufficient_privilege';
    END IF;
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
RESET ROLE;
