-- The secrets with which programs of people fetch calendar and news. One of a kind for each person and organisation;
-- kept is what a secret can be recognised by, and nothing it could be made of again.
CREATE TABLE feed_key (
    organisation_id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('kalender', 'nachrichten')),
    digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
    made_at timestamptz NOT NULL,
    PRIMARY KEY (organisation_id, person_id, kind),
    UNIQUE (organisation_id, digest),
    FOREIGN KEY (organisation_id, person_id) REFERENCES affiliation (organisation_id, person_id)
);
CREATE INDEX feed_key_digest ON feed_key (digest);

-- Whoever fetches a feed is nobody yet: the secret says as whom to ask what may be read. It says no more than that.
CREATE FUNCTION feed_holder(digest text, kind text)
    RETURNS TABLE (organisation_id uuid, person_id uuid, made_at timestamptz)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT k.organisation_id, k.person_id, k.made_at FROM public.feed_key k WHERE k.digest = $1 AND k.kind = $2
$$;
ALTER FUNCTION feed_holder(text, text) OWNER TO hilfenetz_reach;
