-- What was done long ago goes from the outbox, along this index; and files of the old office programs that were uploaded
-- when nobody could read them are read now.
CREATE INDEX IF NOT EXISTS outbox_done ON outbox (done_at) WHERE state = 'done';

-- They were kept as empty. Which they are, or that a password is needed, is said once they were read.
UPDATE blob SET reading = 'waiting'
WHERE reading = 'empty' AND scan IN ('clean', 'not_scanned') AND media_type IN (
    'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint', 'application/vnd.ms-outlook');
INSERT INTO outbox (id, organisation_id, network_id, event, payload, key, due_at, next_at, request_id, created_at)
SELECT gen_random_uuid(), s.organisation_id, coalesce(s.network_id, r.network_id), 'BlobCleared',
       jsonb_build_object('space_id', b.space_id, 'blob_id', b.id), 'blob_read:' || b.space_id || ':' || b.id,
       t.now, t.now, '', t.now
FROM blob b JOIN space s ON s.id = b.space_id LEFT JOIN room r ON r.id = s.room_id
     CROSS JOIN hilfenetz_now() AS t (now)
WHERE b.reading = 'waiting' AND b.scan IN ('clean', 'not_scanned') AND b.media_type IN (
    'application/msword', 'application/vnd.ms-excel', 'application/vnd.ms-powerpoint', 'application/vnd.ms-outlook')
ON CONFLICT DO NOTHING;
