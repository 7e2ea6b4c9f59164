-- Steps that came after migration 85: that somebody stands in for the office, that nobody stays, and that an application
-- was taken back are found out by the worker; that an admission was closed is said by the office.
CREATE OR REPLACE FUNCTION procedure_step_by_whom() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ours uuid := current_organisation();
    about procedure;
BEGIN
    SELECT p.* INTO about FROM procedure p WHERE p.network_id = NEW.network_id AND p.id = NEW.procedure_id;
    IF NEW.deed IN ('accepted', 'admitted', 'countersigned', 'decided', 'directory_renewed', 'elected', 'ended',
            'handed_over', 'informed', 'no_result', 'nobody_left', 'not_admitted', 'rejected', 'stays', 'undeliverable',
            'application_taken_back', 'nobody_stays', 'stood_in')
        OR (NEW.vote_id IS NOT NULL AND NEW.vote_id IS DISTINCT FROM about.vote_id)
        OR (NEW.by_kind = 'member' AND (
            NEW.deed IN ('admission_closed', 'agreed', 'agreement_sent', 'application_received', 'called_off',
                'election_opened', 'lapsed', 'members_informed', 'vote_opened')
            OR NOT (about.moved_by_id IS NOT DISTINCT FROM ours OR about.subject_id IS NOT DISTINCT FROM ours
                OR EXISTS (SELECT FROM office_candidacy c WHERE c.network_id = NEW.network_id
                           AND c.procedure_id = NEW.procedure_id AND c.organisation_id = ours))))
        OR (NEW.by_kind = 'member' AND NEW.deed IN ('declared', 'moved', 'seat_moved', 'taken_back')
            AND about.moved_by_id IS DISTINCT FROM ours)
        OR (NEW.deed = 'stated' AND about.subject_id IS DISTINCT FROM ours)
    THEN
        RAISE EXCEPTION 'this step is somebody else''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.by_name := COALESCE((SELECT left(o.name, 200) FROM organisation o WHERE o.id = ours), NEW.by_name);
    RETURN NEW;
END
$$;
