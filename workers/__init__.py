"""Work in the background: Celery carries identifiers, PostgreSQL knows what is to be done.

Beat only ticks. A tick makes the relay claim what is due in the outbox and hand it out; a worker process runs the
reactions of the event and settles the row in one transaction. Beats, workers and messages may come several times or
not at all: nothing is lost, nothing takes effect twice.

Words: tick, round (one run of the relay), to hand out, reaction (what an event brings about), lease, heartbeat.
Queues: ``tick`` (never waits behind work), ``events``, ``mail`` (an outside server may be slow), ``documents``
(files are large).
"""
