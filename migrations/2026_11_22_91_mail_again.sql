-- Mails to an applicant go out for the network, whose queue only the worker reads. The office learns here that one was
-- given up, and by which failure, and has it sent again. What somebody else asked for without being entitled to it rests.
CREATE FUNCTION application_mail_problem(network uuid, application uuid) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(o.last_error, 'Unknown') FROM public.outbox o
    WHERE o.organisation_id IS NULL AND o.network_id = $1 AND o.state = 'dead'
        AND o.event IN ('ApplicationSent', 'ApplicantWritten', 'ApplicantReminded')
        AND o.payload ->> 'application_id' = $2::text
        AND COALESCE(o.last_error, '') NOT IN ('Conflict', 'NotFound', 'UnknownEvent', 'Unreadable', 'WrongSender')
        AND EXISTS (SELECT FROM public.membership m
            WHERE m.network_id = $1 AND m.organisation_id = public.current_organisation() AND m.is_office
                AND m.begins_at <= public.hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > public.hilfenetz_now()))
    ORDER BY o.created_at DESC LIMIT 1
$$;
ALTER FUNCTION application_mail_problem(uuid, uuid) OWNER TO hilfenetz_reach;

-- False: there was none (any more).
CREATE FUNCTION application_mail_again(network uuid, application uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF public.application_mail_problem(network, application) IS NULL THEN
        RETURN false;
    END IF;
    UPDATE public.outbox o SET state = 'waiting', attempts = 0, next_at = public.hilfenetz_now()
    WHERE o.organisation_id IS NULL AND o.network_id = $1 AND o.state = 'dead'
        AND o.event IN ('ApplicationSent', 'ApplicantWritten', 'ApplicantReminded')
        AND o.payload ->> 'application_id' = $2::text
        AND COALESCE(o.last_error, '') NOT IN ('Conflict', 'NotFound', 'UnknownEvent', 'Unreadable', 'WrongSender');
    RETURN FOUND;
END
$$;
ALTER FUNCTION application_mail_again(uuid, uuid) OWNER TO hilfenetz_reach;
