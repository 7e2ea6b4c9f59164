"""Journeys through the running portal in a real browser.

Words: stage (the portal with everything around it, as separate processes), window (a browser of one person, with
everything that went wrong in it), journey (what people do from sign-in to the result).
"""
