"""Files: what people upload, kept beside the database, and read only through the rights of the item it belongs to.

Words: blob (the bytes of one upload with what is known of them), item (a file or image of the content tree that names
a blob), upload (a blob on its way, part by part), use (a version of an item that names a blob), preview (a picture of
a page or a smaller picture, made by the worker), storage (a folder or an S3 bucket; see ``storage``).
States of a blob: its scan (waiting -> clean | infected, or not_scanned where no scanner is configured) and its reading
(waiting -> read | empty | locked | broken | too_big | unreadable).
"""
