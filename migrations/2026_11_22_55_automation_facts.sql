-- Which organisation did something stands beside what was done, written by the database: whoever announces it may be
-- somebody else. Empty: the portal itself in the space of a network, or from before this column.
ALTER TABLE item_version ADD COLUMN by_organisation_id uuid DEFAULT current_organisation();
ALTER TABLE item_transition ADD COLUMN by_organisation_id uuid DEFAULT current_organisation();
ALTER TABLE item_redirect ADD COLUMN by_organisation_id uuid DEFAULT current_organisation();

SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION item_leads_on() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    DELETE FROM public.item_redirect r WHERE r.space_id = NEW.space_id AND r.address = NEW.address;
    INSERT INTO public.item_redirect (space_id, address, item_id, made_at, by_organisation_id)
    VALUES (NEW.space_id, OLD.address, NEW.id, public.hilfenetz_now(), public.current_organisation())
    ON CONFLICT ON CONSTRAINT item_redirect_pkey DO UPDATE
    SET item_id = EXCLUDED.item_id, made_at = EXCLUDED.made_at, by_organisation_id = EXCLUDED.by_organisation_id;
    RETURN NULL;
END $$;
RESET ROLE;

-- What a rule does is read as it was written. A deed of another shape would stop every rule of the folder.
ALTER TABLE rule ADD CONSTRAINT rule_errand_shape CHECK (errand IS NULL OR coalesce(
    CASE WHEN jsonb_typeof(errand) = 'object' THEN
        errand - ARRAY['title', 'who', 'who_name', 'days'] = '{}'
        AND jsonb_typeof(errand -> 'title') = 'string' AND length(errand ->> 'title') BETWEEN 1 AND 200
        AND jsonb_typeof(errand -> 'who') = 'string' AND length(errand ->> 'who') <= 200
        AND jsonb_typeof(errand -> 'who_name') = 'string' AND length(errand ->> 'who_name') <= 200
        AND CASE jsonb_typeof(errand -> 'days')
            WHEN 'number' THEN errand ->> 'days' ~ '^[0-9]{1,3}$' AND (errand ->> 'days')::integer <= 365
            ELSE jsonb_typeof(errand -> 'days') = 'null' END
    END, false));
ALTER TABLE rule ADD CONSTRAINT rule_telling_shape CHECK (telling IS NULL OR coalesce(
    CASE WHEN jsonb_typeof(telling) = 'object' THEN
        telling - ARRAY['owner', 'followers', 'who', 'who_name', 'note'] = '{}'
        AND jsonb_typeof(telling -> 'owner') = 'boolean' AND jsonb_typeof(telling -> 'followers') = 'boolean'
        AND jsonb_typeof(telling -> 'who') = 'string' AND length(telling ->> 'who') <= 200
        AND jsonb_typeof(telling -> 'who_name') = 'string' AND length(telling ->> 'who_name') <= 200
        AND jsonb_typeof(telling -> 'note') = 'string' AND length(telling ->> 'note') <= 200
    END, false));

-- What the rule was called and whom it told when it ran: it may be worded otherwise before everybody is told.
ALTER TABLE rule_run ADD COLUMN title text NOT NULL DEFAULT '' CHECK (length(title) <= 120);
ALTER TABLE rule_run ADD COLUMN telling jsonb;

-- The log of a whole space, the latest first; and its end, where the oldest are.
CREATE INDEX rule_run_at ON rule_run (space_id, at DESC, id DESC);
-- What a rule brought about is asked for as long as it can still be met.
ALTER TABLE rule_effect ADD COLUMN at timestamptz NOT NULL DEFAULT hilfenetz_now();
CREATE INDEX rule_effect_at ON rule_effect (space_id, at) WHERE happening NOT LIKE 'added:%';
