"""The front page of a space, put together by who may edit it, and collections: searches that are kept.

Words: portlet (one box of a front page: its kind, title, side, place and settings), front page (the view of a space's
root folder), collection (an item that lists others by conditions; everybody sees of it what they may read).
States: none; a portlet is there or removed, a collection follows the workflow of its type.
"""
