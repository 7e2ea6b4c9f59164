-- People as a directory knows them, their places in organisations, and their roles there.
-- Who may see and do what is declared in tenants/policies.py.

-- The identifier follows from provider and subject, so that a person's row can be opened under their own scope before
-- anything of it is known. No name stands here: each organisation keeps the name its directory gave.
CREATE TABLE person (
    id uuid PRIMARY KEY,
    provider text NOT NULL CHECK (provider ~ '^[a-z0-9-]{1,64}$'),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    created_at timestamptz NOT NULL,
    last_sign_in_at timestamptz NOT NULL
);

CREATE TABLE affiliation (
    organisation_id uuid NOT NULL REFERENCES organisation (id),
    person_id uuid NOT NULL REFERENCES person (id),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email text NOT NULL CHECK (length(email) <= 254),
    begins_at timestamptz NOT NULL,
    ends_at timestamptz CHECK (ends_at >= begins_at),
    PRIMARY KEY (organisation_id, person_id)
);
CREATE INDEX affiliation_of_person ON affiliation (person_id, organisation_id);

CREATE TABLE role_assignment (
    organisation_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    role text NOT NULL CHECK (role IN (
        'administrator', 'caseworker', 'data_protection_officer', 'deputy', 'director', 'jobcenter_team', 'lead', 'office',
        'representative'
    )),
    source text NOT NULL CHECK (length(source) BETWEEN 1 AND 64),
    valid_from timestamptz NOT NULL,
    valid_until timestamptz CHECK (valid_until >= valid_from),
    PRIMARY KEY (organisation_id, id),
    FOREIGN KEY (organisation_id, person_id) REFERENCES affiliation (organisation_id, person_id)
);
CREATE UNIQUE INDEX role_assignment_once ON role_assignment (organisation_id, person_id, role, source)
    WHERE valid_until IS NULL;
CREATE INDEX role_assignment_of_person ON role_assignment (organisation_id, person_id);

-- The organisations the present person works for: what the switch in the header offers. Address and name only, since
-- some of them share no network with the organisation the person is in right now.
CREATE FUNCTION own_affiliations() RETURNS TABLE (organisation_id uuid, slug text, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT o.id, o.slug, o.name
    FROM affiliation a JOIN organisation o ON o.id = a.organisation_id
    WHERE a.person_id = NULLIF(current_setting('app.person', true), '')::uuid
      AND a.begins_at <= hilfenetz_now() AND (a.ends_at IS NULL OR a.ends_at > hilfenetz_now())
      AND EXISTS (
          SELECT FROM role_assignment r
          WHERE r.organisation_id = a.organisation_id AND r.person_id = a.person_id
            AND r.valid_from <= hilfenetz_now() AND (r.valid_until IS NULL OR r.valid_until > hilfenetz_now())
      )
$$;
ALTER FUNCTION own_affiliations() OWNER TO hilfenetz_reach;
