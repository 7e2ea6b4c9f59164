"""Who is signed in, for which organisation, with which roles, and for how long.

The portal keeps no passwords. A directory (any OpenID Connect provider) says who somebody is and which groups they are
in; a declared mapping makes organisations and roles of the groups. Both are written down with their source and time,
so that a role that ends in the database ends at the next click, whatever the session says.

Words: provider (a directory), subject (a person's name there), person, affiliation (a person's place in an
organisation), role assignment, session, pending sign-in (on its way to the directory and back).

States of an affiliation and of a role assignment: in effect -> ended; the directory may begin them again.
States of a session: open -> idle too long | too old | ended by the person, by the directory or by the last role.
"""
