-- Triggers run before policies: what the one that dates an objection says of minutes out of reach would tell how far they
-- are. So whose network it is, is asked first (migration 86; its name comes before that trigger's).
CREATE TRIGGER in_reach BEFORE INSERT ON minutes_objection
    FOR EACH ROW WHEN (current_user = 'hilfenetz_app') EXECUTE FUNCTION is_in_reach();
