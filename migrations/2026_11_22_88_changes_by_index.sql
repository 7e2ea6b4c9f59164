-- A session keeps the plan of a question it asks often. Made in a quiet hour, when next to nothing has changed, it reads
-- the whole table, and goes on doing so when much happens, until statistics are renewed. The index is right at any size.
SET LOCAL ROLE hilfenetz_reach;
ALTER FUNCTION nothing_changed(pg_snapshot, timestamptz, text) SET enable_seqscan = off;
RESET ROLE;
