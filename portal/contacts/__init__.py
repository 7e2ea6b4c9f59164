"""The directory of a network: its members, and whom to call at each of them.

Words: contact person (somebody of an organisation with level, topics, stand-in; kept by that organisation alone),
directory (the members in effect with their contact persons, as they are now), version (the directory as it was at one
moment, numbered within the network, made by the office or by what follows from an admission, a withdrawal, an
exclusion; sent to every member as a formal notice and never changed).
Levels come from the rulebook of the network.
"""
