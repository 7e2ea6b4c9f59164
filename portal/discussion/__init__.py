"""Talking about content: comments below an item, hints to colleagues, and following what goes on.

Words: comment (kept with the name and the organisation of who wrote it: in a network's space others' people are behind
the wall), mention (a colleague of one's own organisation who is told of a comment), follower (somebody who is told what
happens with an item, or with everything below a folder), moderator (who may edit the item; deletes comments of others).
States of a comment: written -> edited; written, edited -> deleted (its place stays, its text is gone).
"""
