"""How any page looks and answers: replies, forms, errors, security, navigation, templates, static files.

Words: a *page* is a whole document, a *fragment* fills a *slot* (an element with an id that belongs to the page). The
*frame* is what surrounds every page: header, navigation, footer. A *visitor* is who asks, as sign-in found out.
Nothing here knows a word of the domain; features register themselves as a ``Feature``.
"""
