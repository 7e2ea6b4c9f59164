"""What keeps the local surroundings from working, in a German sentence that says how to mend it."""


class LocalProblem(Exception):
    """Something on this machine is in the way; the message is for the person at the keyboard."""
