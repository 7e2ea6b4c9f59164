"""Where everybody begins: what waits for me today, my organisation, my networks and their members.

Owns nothing: it reads what the features below answer, as few statements as it can, and sends people on to them.

Words: day (what is open for one person now), partner (another organisation that shares a network with mine).
"""
