-- Whoever applies reads which member is responsible for what they say of themselves: the one that holds the office, of
-- a network that takes members in. Nothing else of it is said.

CREATE FUNCTION public_office(network uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.name FROM public.membership m JOIN public.organisation o ON o.id = m.organisation_id
    JOIN public.rulebook r ON r.network_id = m.network_id AND r.id = public.rulebook_in_force(m.network_id)
    WHERE m.network_id = network AND m.is_office AND m.begins_at <= public.hilfenetz_now()
        AND (m.ends_at IS NULL OR m.ends_at > public.hilfenetz_now()) AND r.procedures LIKE '%admission%'
    LIMIT 1
$$;
ALTER FUNCTION public_office(uuid) OWNER TO hilfenetz_reach;
