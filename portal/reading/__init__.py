"""What must be read: a page or a message that everybody confirms who may read it where it is.

Whoever reviews there asks for it. From its publication on, each reader finds it on their day and is told; a
confirmation belongs to the version that was read, and stays when it is asked for anew. Nothing is taken back.

In an organisation's own space whoever asked sees by name who has read it and who has not. In a network's space that
holds for the own organisation alone: of every other member they see how many people have confirmed, as a vote shows
what a member answered and not who of them. Not out of how many, either: who works elsewhere is behind the wall. Each
organisation's people are found, told and reminded by the worker in that organisation's scope.

In the bin nothing has to be read; deleted for good, an item takes its rows along (foreign keys). A copy asks nobody: it
is a new text, and whoever made it decides.

Words: demand (that something must be read, in which version, until when), confirmation (somebody has read a version),
reminder (by itself some days before the end, and by hand).
States of a demand for one person: waits -> confirmed; confirmed -> waits, when it is asked for anew.
"""
