-- What is enclosed with a formal notice: part of the letter, so it is written in the transaction that posts it, is read by
-- whoever reads the letter, and stays.
CREATE TABLE formal_attachment (
    network_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    number integer NOT NULL CHECK (number BETWEEN 1 AND 3),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    size integer NOT NULL CHECK (size BETWEEN 1 AND 4000000),
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    content bytea NOT NULL,
    PRIMARY KEY (network_id, notice_id, number),
    CHECK (size = length(content)),
    CHECK (sha256 = encode(pg_catalog.sha256(content), 'hex')),
    FOREIGN KEY (network_id, notice_id) REFERENCES formal_notice (network_id, id)
);
CREATE TRIGGER formal_attachment_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON formal_attachment
    FOR EACH STATEMENT EXECUTE FUNCTION formal_refuse();
