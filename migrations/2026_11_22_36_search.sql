-- What the search reads: the words of each item, weighed, and which words there are in a space. Both are kept by a
-- trigger on the item, so nothing can be saved and not be found. What is in the bin is not in here.

-- As before, but each of the two ways is looked up in its index, and the networks are asked for once: with two thousand
-- organisations everything that is read costs this first.
CREATE INDEX space_by_network ON space (network_id) WHERE network_id IS NOT NULL;
SET LOCAL ROLE hilfenetz_reach;
CREATE OR REPLACE FUNCTION reach_spaces() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT COALESCE(array_agg(reached.id), '{}') FROM (
        SELECT s.id FROM public.space s
        WHERE s.kind = 'organisation' AND s.organisation_id = NULLIF(current_setting('app.organisation', true), '')::uuid
        UNION ALL
        SELECT s.id FROM public.space s WHERE s.network_id = ANY ((SELECT public.reach_networks())::uuid[])
    ) AS reached
$$;
RESET ROLE;
-- No operator of ltree is leakproof, so behind the wall no index over paths is ever used, and its estimates mislead.
DROP INDEX item_under;

-- A folder may be in the order of its titles or of its changes, however much lies in it.
CREATE INDEX item_children_by_title ON item (space_id, parent_id, lower(title), id) WHERE bin_id IS NULL;
CREATE INDEX item_children_by_change ON item (space_id, parent_id, changed_at DESC, id DESC) WHERE bin_id IS NULL;

CREATE TABLE search_entry (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    content tsvector NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (space_id, item_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);

-- Each word of a space once, as the search knows it (its stem), with an item in which it stands: when that item goes,
-- the word goes too. Two who bring the same new word at the same time both write it down; nobody waits for the other.
CREATE TABLE search_word (
    space_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL CHECK (length(word) BETWEEN 4 AND 40),
    item_id uuid NOT NULL,
    PRIMARY KEY (space_id, word, item_id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id)
);
CREATE INDEX search_word_of_item ON search_word (space_id, item_id);
CREATE INDEX search_word_like ON search_word USING gin (space_id, word gin_trgm_ops);

-- Title, then summary and tags, then everything else.
CREATE FUNCTION search_content(title text, summary text, tags text[], words text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector('pg_catalog.german', title), 'A')
        || setweight(to_tsvector('pg_catalog.german', concat(summary, ' ', array_to_string(tags, ' '))), 'B')
        || setweight(to_tsvector('pg_catalog.german', words), 'C')
$$;

-- What the index knows an item by: its words with the space in front of each ('1a2b3c4d:word'), those of the title once
-- more ('1a2b3c4d!word'). So a word, and the beginning of a word, is looked up among those of one space, however many
-- spaces there are: with the space in a column of its own, the beginning of a word is looked up among all of them.
CREATE FUNCTION search_keys(space_id uuid, content tsvector) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 2000 AS $$
    SELECT array_to_tsvector(ARRAY(
        SELECT right(space_id::text, 8) || ':' || word FROM unnest(tsvector_to_array(content)) AS word
        WHERE octet_length(word) < 256
        UNION ALL
        SELECT right(space_id::text, 8) || '!' || word FROM unnest(tsvector_to_array(ts_filter(content, '{a}'))) AS word
        WHERE octet_length(word) < 256
    ))
$$;
CREATE INDEX search_entry_keys ON search_entry USING gin (search_keys(space_id, content));

-- The words of a query with a space in front of each, as the index has them.
CREATE FUNCTION search_tagged(asked tsquery, space_id uuid, mark text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(asked::text, '''((?:[^'']|'''')*)''', '''' || right(space_id::text, 8) || mark || '\1''', 'g')::tsquery
$$;

-- A query that the portal has read (portal.search.rules): terms and what each is meant as, one of word, prefix, phrase,
-- not, stems (what was typed or one of several words as they are kept, separated by spaces) and or (begins another alternative).
--   exact: as it was asked, for the order of the hits; wide: longer words that begin so are hits too; marked: wide,
--   without what is excluded; keys: wide for search_keys, which knows no positions (when that lets in too much,
--   is_loose says so and wide has the last word); pattern: a regular expression that finds the words in a text.
CREATE FUNCTION search_query(
    terms text[], kinds text[],
    OUT exact tsquery, OUT wide tsquery, OUT marked tsquery, OUT keys tsquery, OUT is_loose boolean, OUT pattern text
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    all_exact tsquery := '';
    all_wide tsquery := '';
    all_keys tsquery := '';
    not_exact tsquery := '';
    not_keys tsquery := '';
    part tsquery;
    wider tsquery;
    folded text;
BEGIN
    exact := ''; wide := ''; marked := ''; keys := ''; is_loose := false;
    FOR n IN 1 .. cardinality(terms) + 1 LOOP
        IF n > cardinality(terms) OR kinds[n] = 'or' THEN
            IF numnode(all_wide) > 0 THEN
                exact := exact || (all_exact && not_exact);
                wide := wide || (all_wide && not_exact);
                marked := marked || all_wide;
                keys := keys || (all_keys && not_keys);
            END IF;
            all_exact := ''; all_wide := ''; all_keys := ''; not_exact := ''; not_keys := '';
            CONTINUE;
        END IF;
        IF kinds[n] = 'stems' THEN
            SELECT string_agg(quote_literal(word), ' | ')::tsquery
                   || plainto_tsquery('pg_catalog.german', min(word) FILTER (WHERE place = 1))
            INTO part FROM string_to_table(terms[n], ' ') WITH ORDINALITY AS t (word, place);
            wider := part;
        ELSIF kinds[n] = 'prefix' THEN
            folded := replace(translate(lower(terms[n]), 'äöü', 'aou'), 'ß', 'ss');
            folded := replace(replace(regexp_replace(folded, '(?<!q)ue', 'u', 'g'), 'ae', 'a'), 'oe', 'o');
            CONTINUE WHEN folded !~ '^[[:alnum:]]{2,}$'
                OR cardinality(terms) > 1 AND numnode(plainto_tsquery('pg_catalog.german', terms[n])) = 0;
            -- The stem of the whole word may be shorter than its beginning: Beratu, Beratung, berat.
            SELECT quote_literal(folded)::tsquery
                   || COALESCE(string_agg(quote_literal(left(folded, -cut)), ' | ')::tsquery, '')
            INTO part FROM generate_series(1, 3) AS cut WHERE length(folded) - cut >= 4;
            wider := (quote_literal(folded) || ':*')::tsquery || part;
        ELSIF kinds[n] = 'word' THEN
            part := plainto_tsquery('pg_catalog.german', terms[n]);
            wider := regexp_replace(part::text, '''((?:[^'']|''''){4,})''', '''\1'':*', 'g')::tsquery;
        ELSE
            part := phraseto_tsquery('pg_catalog.german', terms[n]);
            wider := part;
        END IF;
        CONTINUE WHEN numnode(part) = 0;
        IF kinds[n] = 'not' THEN
            not_exact := not_exact && !! part;
            IF numnode(part) = 1 THEN
                not_keys := not_keys && !! part;
            ELSE
                is_loose := true;
            END IF;
        ELSE
            all_exact := all_exact && part;
            all_wide := all_wide && wider;
            is_loose := is_loose OR part::text ~ '<';
            all_keys := all_keys && regexp_replace(wider::text, '<(-|\d+)>', '&', 'g')::tsquery;
        END IF;
    END LOOP;
    SELECT '\m(?:' || string_agg(DISTINCT replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
               replace(m.parts[1], '''''', ''''), '([^[:alnum:]])', '\\\1', 'g'),
               'a', '[aä]e?', 'g'), 'o', '[oö]e?', 'g'), 'u', '[uü]e?', 'g'), 'ss', '(?:ss|ß)'), '|') || ')'
    INTO pattern FROM regexp_matches(marked::text, '''((?:[^'']|'''')*)''', 'g') AS m (parts);
END $$;

-- As before, but ltree has no beginning of the empty path: that of the front page.
CREATE OR REPLACE FUNCTION access_marks(spaces uuid[], principals text[])
    RETURNS TABLE (space_id uuid, path ltree, access integer)
    LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH mark AS MATERIALIZED (
        SELECT i.space_id, i.id, i.path, i.inherits,
               COALESCE((SELECT bit_or(g.access) FROM item_grant g
                         WHERE g.space_id = i.space_id AND g.item_id = i.id AND g.principal = ANY (principals)), 0)::integer
               AS own
        FROM item i WHERE i.space_id = ANY (spaces) AND i.marked AND i.bin_id IS NULL
    ), above AS (
        SELECT m.space_id, m.path, a.own, nlevel(a.path) AS level,
               max(CASE WHEN a.inherits THEN 0 ELSE nlevel(a.path) END) OVER (PARTITION BY m.space_id, m.path) AS cut
        FROM mark m
        CROSS JOIN LATERAL generate_series(0, nlevel(m.path)) AS n
        JOIN mark a ON a.space_id = m.space_id AND a.path = CASE n WHEN 0 THEN '' ELSE subpath(m.path, 0, n) END
    )
    SELECT space_id, path,
           (COALESCE(bit_or(own) FILTER (WHERE level >= cut), 0) | (COALESCE(bit_or(own) FILTER (WHERE level = 0), 0) & 16))
    FROM above GROUP BY space_id, path
$$;

-- Items with these words within reach, and within ``spaces`` unless that is NULL: those with the words in their title
-- first, then what changed last. Whoever calls it joins them to ``item``, where the wall and the grants decide.
-- For a non-superuser no index is used for @@ behind row-level security, so this looks over the wall and keeps to it.
-- ``most`` of a space are taken as the index brings them; of a word that is more common than that, also those among
-- what changed last. "IS TRUE" keeps the planner from looking up the whole space beside the words.
CREATE FUNCTION search_candidates(spaces uuid[], terms text[], kinds text[], in_titles boolean, most integer)
    RETURNS TABLE (space_id uuid, item_id uuid, place bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan SET enable_seqscan = off ROWS 1000 AS $$
DECLARE
    asked record := search_query(terms, kinds);
BEGIN
    IF numnode(asked.wide) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH within AS MATERIALIZED (
        SELECT r.id, search_tagged(asked.keys, r.id, ':') AS keys, search_tagged(asked.keys, r.id, '!') AS title_keys
        FROM unnest(reach_spaces()) AS r (id) WHERE spaces IS NULL OR r.id = ANY (spaces)
    ), titled AS MATERIALIZED (
        SELECT e.* FROM within s CROSS JOIN LATERAL (
            SELECT e.space_id, e.item_id, e.changed_at, 1 AS band FROM search_entry e
            WHERE search_keys(e.space_id, e.content) @@ (s.keys && s.title_keys)
              AND (e.space_id = s.id) IS TRUE AND (NOT asked.is_loose OR e.content @@ asked.wide)
            LIMIT most) AS e
    ), worded AS MATERIALIZED (
        SELECT e.* FROM within s CROSS JOIN LATERAL (
            SELECT e.space_id, e.item_id, e.changed_at, 2 AS band FROM search_entry e
            WHERE NOT in_titles AND search_keys(e.space_id, e.content) @@ s.keys
              AND (e.space_id = s.id) IS TRUE AND (NOT asked.is_loose OR e.content @@ asked.wide)
            LIMIT most) AS e
    ), latest AS MATERIALIZED (
        SELECT e.* FROM (SELECT w.space_id FROM worded w GROUP BY w.space_id HAVING count(*) >= most) AS s
        CROSS JOIN LATERAL (
            SELECT e.space_id, e.item_id, e.changed_at, 2 AS band
            FROM (SELECT i.space_id, i.id FROM item i WHERE i.space_id = s.space_id AND i.bin_id IS NULL
                  ORDER BY i.changed_at DESC, i.id DESC LIMIT most) AS i
            JOIN search_entry e ON e.space_id = i.space_id AND e.item_id = i.id AND e.content @@ asked.wide) AS e
    )
    SELECT t.space_id, t.item_id, row_number() OVER (ORDER BY min(t.band), max(t.changed_at) DESC, t.item_id DESC)
    FROM (TABLE titled UNION ALL TABLE worded UNION ALL TABLE latest) AS t
    GROUP BY t.space_id, t.item_id
    ORDER BY 3;
END $$;
ALTER FUNCTION search_candidates(uuid[], text[], text[], boolean, integer) OWNER TO hilfenetz_reach;

-- How well items within reach answer a query. Long texts are weighed word by word only among the first hundred.
CREATE FUNCTION search_ranks(spaces uuid[], items uuid[], terms text[], kinds text[], now timestamptz)
    RETURNS TABLE (space_id uuid, item_id uuid, rank double precision)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan SET enable_seqscan = off ROWS 1000 AS $$
DECLARE
    asked record := search_query(terms, kinds);
    weights real[] := '{0.1, 0.2, 0.5, 1.0}';
BEGIN
    RETURN QUERY
    SELECT e.space_id, e.item_id,
           CASE WHEN i.place > 100 AND pg_column_size(e.content) > 8000 THEN 0.01
                ELSE ts_rank(weights, e.content, asked.exact, 1) + 0.3 * ts_rank(weights, e.content, asked.wide, 1) END
           * (1 + 0.5 * exp(-greatest(extract(epoch FROM now - e.changed_at), 0) / 15552000))
    FROM unnest(spaces, items) WITH ORDINALITY AS i (space_id, id, place)
    JOIN search_entry e ON e.space_id = i.space_id AND e.item_id = i.id
    WHERE i.space_id = ANY ((SELECT reach_spaces())::uuid[]);
END $$;
ALTER FUNCTION search_ranks(uuid[], uuid[], text[], text[], timestamptz) OWNER TO hilfenetz_reach;

-- Words within reach that look like these; ``variants`` are looked up as they are. What is found may stand in items that
-- the person may not see: only what a hit of theirs holds may be shown to them.
CREATE FUNCTION search_similar(words text[], variants text[], most integer) RETURNS TABLE (word text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
    SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    RETURN QUERY
    SELECT l.word FROM unnest(words) AS a (word)
    CROSS JOIN LATERAL (SELECT COALESCE((ts_lexize('pg_catalog.german_stem', a.word))[1], a.word) AS stem) AS b
    CROSS JOIN LATERAL (
        SELECT w.word FROM unnest(reach_spaces()) AS s (id)
        JOIN search_word w ON w.space_id = s.id AND w.word % b.stem
        GROUP BY w.word ORDER BY similarity(w.word, b.stem) DESC, w.word LIMIT most
    ) AS l
    UNION
    SELECT w.word FROM unnest(reach_spaces()) AS s (id)
    JOIN search_word w ON w.space_id = s.id AND w.word = ANY (variants);
END $$;
ALTER FUNCTION search_similar(text[], text[], integer) OWNER TO hilfenetz_reach;

-- Keeps both tables equal to the item. A text with more words than a tsvector holds is read as far as that goes.
CREATE FUNCTION search_keep() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    content tsvector;
    stems text[];
BEGIN
    IF TG_OP = 'DELETE' OR NEW.bin_id IS NOT NULL THEN
        DELETE FROM public.search_entry e WHERE e.space_id = OLD.space_id AND e.item_id = OLD.id;
        DELETE FROM public.search_word w WHERE w.space_id = OLD.space_id AND w.item_id = OLD.id;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.bin_id IS NULL
        AND (OLD.title, OLD.summary, OLD.tags, OLD.words) = (NEW.title, NEW.summary, NEW.tags, NEW.words)
    THEN
        UPDATE public.search_entry e SET changed_at = NEW.changed_at
        WHERE e.space_id = NEW.space_id AND e.item_id = NEW.id AND e.changed_at <> NEW.changed_at;
        RETURN NEW;
    END IF;
    BEGIN
        content := public.search_content(NEW.title, NEW.summary, NEW.tags, NEW.words);
    EXCEPTION WHEN program_limit_exceeded THEN
        content := public.search_content(NEW.title, NEW.summary, NEW.tags, left(NEW.words, 100000));
    END;
    INSERT INTO public.search_entry (space_id, item_id, content, changed_at)
    VALUES (NEW.space_id, NEW.id, content, NEW.changed_at)
    ON CONFLICT ON CONSTRAINT search_entry_pkey DO UPDATE SET content = EXCLUDED.content, changed_at = EXCLUDED.changed_at;
    stems := ARRAY(SELECT word FROM unnest(tsvector_to_array(content)) AS word
                   WHERE length(word) BETWEEN 4 AND 40 AND word ~ '^[[:alpha:]]+$' LIMIT 5000);
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.search_word w WHERE w.space_id = NEW.space_id AND w.item_id = NEW.id AND w.word <> ALL (stems);
    END IF;
    INSERT INTO public.search_word (space_id, word, item_id)
    SELECT NEW.space_id, brought.word, NEW.id FROM unnest(stems) AS brought (word)
    WHERE NOT EXISTS (SELECT FROM public.search_word w WHERE w.space_id = NEW.space_id AND w.word = brought.word);
    RETURN NEW;
END $$;
ALTER FUNCTION search_keep() OWNER TO hilfenetz_reach;
CREATE TRIGGER search_keep AFTER INSERT OR UPDATE OF title, summary, tags, words, changed_at, bin_id ON item
    FOR EACH ROW EXECUTE FUNCTION search_keep();
CREATE TRIGGER search_forget BEFORE DELETE ON item FOR EACH ROW EXECUTE FUNCTION search_keep();

-- What is there already is read once. The owner sees it only while the wall lets it; it is put up again after the
-- migrations, in their transaction.
ALTER TABLE item NO FORCE ROW LEVEL SECURITY;
INSERT INTO search_entry (space_id, item_id, content, changed_at)
SELECT space_id, id, search_content(title, summary, tags, left(words, 100000)), changed_at FROM item WHERE bin_id IS NULL;
INSERT INTO search_word (space_id, word, item_id)
SELECT DISTINCT ON (e.space_id, word) e.space_id, word, e.item_id
FROM search_entry e CROSS JOIN LATERAL unnest(tsvector_to_array(e.content)) AS word
WHERE length(word) BETWEEN 4 AND 40 AND word ~ '^[[:alpha:]]+$'
ORDER BY e.space_id, word, e.item_id;
ALTER TABLE item FORCE ROW LEVEL SECURITY;
