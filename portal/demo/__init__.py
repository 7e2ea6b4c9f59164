"""The demo world: two networks as their agreements name them, with invented people, built in the product's own words.

``world`` is the cast as data, ``directory`` hands it to the directories (Canaille on one machine, Keycloak beside the
containers), ``seed`` builds organisations, people and votes with the same actions that real use takes.
Nobody in it exists; every address ends in example.org.
"""
