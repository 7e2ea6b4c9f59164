"""Content: one tree in every space, with workflow, rights, versions and a bin.

Words: space (where content lives: an organisation's or a network's), item (a node of the tree; its root is the front
page), type (a kind of item, declared in ``types``), address (the slugs from the root, such as "handbuch/regeln"), grant
(access of a principal to an item and all below it), cut (an item where what is granted above stops counting), mark (an
item with grants or a cut), version (one save), transition (one step of the item's workflow), bin (what was thrown away
together).
States: those of the type's workflow in ``workflow``: private -> pending -> published -> retracted, or at once visible.
"""
