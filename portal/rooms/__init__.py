"""Rooms of bodies and working groups: a space of their own for some members of a network.

Words: room (name, purpose, its space), participation (an organisation's place in it, from an instant to another).
States: open -> closed (readable for those who take part, and nothing changes any more).
Who reaches a room, and that nobody else does, is the wall's business (``find_spaces``, ``tenants.policies``); what lies
in it is content like any other (``portal.spaces``).
"""
