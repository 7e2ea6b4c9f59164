-- Files: the bytes lie in the storage (a folder or a bucket), everything known about them lies here. Whoever may read an
-- item may read the file that the item, or the version of it they may read, names.

-- ``folder`` is where the storage keeps it: it begins with the space and ends in random letters. A copy in another space
-- keeps its id and is read from ``copied_from`` until the worker has made a copy of its own.
CREATE TABLE blob (
    space_id uuid NOT NULL REFERENCES space (id),
    id uuid NOT NULL,
    folder text NOT NULL CHECK (length(folder) BETWEEN 1 AND 200),
    copied_from text CHECK (length(copied_from) BETWEEN 1 AND 200),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    media_type text NOT NULL CHECK (length(media_type) BETWEEN 3 AND 100),
    size bigint NOT NULL CHECK (size > 0),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    scan text NOT NULL CHECK (scan IN ('waiting', 'clean', 'infected', 'not_scanned')),
    finding text NOT NULL DEFAULT '' CHECK (length(finding) <= 200),
    reading text NOT NULL DEFAULT 'waiting'
        CHECK (reading IN ('waiting', 'read', 'empty', 'locked', 'broken', 'too_big', 'unreadable')),
    pages integer CHECK (pages >= 0),
    width integer CHECK (width > 0),
    height integer CHECK (height > 0),
    previews text[] NOT NULL DEFAULT '{}' CHECK (cardinality(previews) <= 50),
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 400000),
    by_id uuid,
    by_organisation_id uuid REFERENCES organisation (id),
    by_name text NOT NULL CHECK (length(by_name) <= 200),
    at timestamptz NOT NULL,
    PRIMARY KEY (space_id, id),
    UNIQUE (space_id, folder)
);

-- Which versions name which file; written by a trigger, so that none is forgotten however the version came to be.
CREATE TABLE blob_use (
    space_id uuid NOT NULL,
    item_id uuid NOT NULL,
    version integer NOT NULL,
    blob_id uuid NOT NULL,
    PRIMARY KEY (space_id, item_id, version),
    FOREIGN KEY (space_id, item_id, version) REFERENCES item_version (space_id, item_id, version) ON DELETE CASCADE,
    FOREIGN KEY (space_id, blob_id) REFERENCES blob (space_id, id)
);
CREATE INDEX blob_use_of_blob ON blob_use (space_id, blob_id);

-- What is on its way: known here before the first byte is kept, so that nothing lies in the storage that nobody knows.
CREATE TABLE upload (
    space_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    folder text NOT NULL CHECK (length(folder) BETWEEN 1 AND 200),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    size bigint NOT NULL CHECK (size >= 0),
    received bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    by_id uuid NOT NULL,
    by_organisation_id uuid NOT NULL REFERENCES organisation (id),
    at timestamptz NOT NULL,
    PRIMARY KEY (space_id, id),
    FOREIGN KEY (space_id, item_id) REFERENCES item (space_id, id) ON DELETE CASCADE
);
CREATE INDEX upload_of_item ON upload (space_id, item_id);

CREATE FUNCTION item_version_uses() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO blob_use (space_id, item_id, version, blob_id)
    SELECT NEW.space_id, NEW.item_id, NEW.version, b.id FROM blob b
    WHERE b.space_id = NEW.space_id AND b.id = (NEW.values -> 'file' ->> 'id')::uuid
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER item_version_uses AFTER INSERT ON item_version
    FOR EACH ROW WHEN ((NEW.values -> 'file' ->> 'id') ~ '^[0-9a-f-]{36}$') EXECUTE FUNCTION item_version_uses();

-- What a file says is found with its item: whoever writes the item's own words writes the file's behind them.
CREATE FUNCTION item_file_words() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    said text;
BEGIN
    SELECT b.words INTO said FROM blob b
    WHERE b.space_id = NEW.space_id AND b.id = (NEW.fields -> 'file' ->> 'id')::uuid;
    IF said <> '' THEN
        NEW.words := left(NEW.words || E'\n' || said, 500000);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER item_file_words BEFORE INSERT OR UPDATE OF words ON item
    FOR EACH ROW WHEN ((NEW.fields -> 'file' ->> 'id') ~ '^[0-9a-f-]{36}$') EXECUTE FUNCTION item_file_words();
