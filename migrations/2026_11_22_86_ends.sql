-- Triggers run before policies. What the trigger that keeps minutes says of a meeting out of reach would tell how far it
-- is, and lock it; so whose network it is, is asked before (its name comes before that trigger's).
CREATE FUNCTION is_in_reach() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.network_id = ANY (reach_networks())) IS NOT TRUE THEN
        RAISE EXCEPTION 'no such network' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER in_reach BEFORE INSERT ON agenda_item
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION is_in_reach();
CREATE TRIGGER in_reach BEFORE INSERT ON attendance
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION is_in_reach();
CREATE TRIGGER in_reach BEFORE INSERT ON resolution
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION is_in_reach();

-- Everybody for whom a body is writes along on its minutes. The number that makes a sentence a resolution is given by the
-- office with its approval of them.
CREATE FUNCTION resolution_numbered() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.year := NULL;
        NEW.number := NULL;
    ELSIF (NEW.year, NEW.number) IS DISTINCT FROM (OLD.year, OLD.number) AND (OLD.number IS NOT NULL
        OR (('office:' || NEW.network_id) = ANY (my_principals())) IS NOT TRUE
        OR NOT EXISTS (SELECT FROM meeting m WHERE m.network_id = NEW.network_id AND m.id = NEW.meeting_id
                       AND m.minutes = 'circulated'))
    THEN
        RAISE EXCEPTION 'the office numbers what is approved' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER resolution_numbered BEFORE INSERT OR UPDATE ON resolution
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION resolution_numbered();

-- A letter bears the name of the member that holds the office, and of who posts it there.
CREATE FUNCTION formal_notice_signed() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.sender_name := COALESCE(
        (SELECT left(o.name, 200) FROM organisation o WHERE o.id = NEW.sender_id), NEW.sender_name);
    NEW.signed_by := COALESCE(left(my_name(), 200), NEW.signed_by);
    RETURN NEW;
END
$$;
CREATE TRIGGER formal_notice_signed BEFORE INSERT ON formal_notice
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION formal_notice_signed();

-- A network that takes nobody in by this way says nothing of itself to everybody, and takes no application.
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION public_rulebook(network_slug text)
    RETURNS TABLE (network_id uuid, rulebook_id uuid, source text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT n.id, r.id, r.source FROM public.network n JOIN public.rulebook r ON r.network_id = n.id
    WHERE n.slug = network_slug AND r.id = public.rulebook_in_force(n.id) AND r.procedures LIKE '%admission%'
$$;

-- As before, until three months after the case is over: a mail lies in a mailbox for years.
CREATE OR REPLACE FUNCTION current_application() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT k.application_id FROM public.application_key k
    JOIN public.application a ON a.network_id = k.network_id AND a.id = k.application_id
    WHERE k.hash = sha256(convert_to(NULLIF(current_setting('app.applicant', true), ''), 'UTF8'))
      AND (a.ended_at IS NULL OR a.ended_at > public.hilfenetz_now() - interval '90 days')
$$;
RESET ROLE;

CREATE FUNCTION application_asked_for() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rulebook r WHERE r.network_id = NEW.network_id AND r.id = NEW.rulebook_id
                   AND r.procedures LIKE '%admission%') THEN
        RAISE EXCEPTION 'no such application' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER application_asked_for BEFORE INSERT ON application
    FOR EACH ROW EXECUTE FUNCTION application_asked_for();
