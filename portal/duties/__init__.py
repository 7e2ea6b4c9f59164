"""The page "Fristen": what somebody has to do until when.

It owns nothing. It reads the deadlines of an organisation, which everybody there may know, and among what is one's own
also tasks and what must be read: they are content, and are read with the rights on it.

Words: duty (a deadline, a task or a text to confirm as this page shows it), whose (one's own; the team's: those on
whose ladder one's role stands; the organisation's; those of a network's matters).
"""
