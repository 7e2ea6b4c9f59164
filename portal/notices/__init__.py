"""What people must be told: an inbox entry for each, and a mail that says no more than that there is one.

A notice belongs to one organisation and is told to those of its people who hold the roles it is meant for. The mail
carries a link and nothing else; whoever opens it signs in and reads the notice under the wall. Before a mail leaves, it
is checked again whether the person is still there and has not read the notice already.

``live`` tells open pages that something changed, never what: the browser asks again, so rights are checked again.

Words: notice, kind (its text is a template), inbox entry, delivery (one mail to one person), stuck work (what the
worker gave up).
States of an inbox entry: unread -> read; unread -> set aside (its matter is in the bin) -> unread, or read.
States of a delivery: queued -> sent; queued -> failed (tried again by itself) -> dead (given up) -> queued (sent again
by an administrator); withdrawn when there is no reason left to send it.
"""
