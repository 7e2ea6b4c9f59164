"""Rules without code: when something happens to what lies in a folder, something follows.

Words: rule (of a folder, for what lies in it, or deeper as well), moment (what has to happen), fact (that it happened,
as the rows say), deed (what the rule does), author (whoever wrote or switched it on last; it never does what they may
not), run (one fact met one rule), chain (the rules that ran before, one having caused the next).
States of a rule: on -> off, on; on -> paused (its author may not any more) -> on. Of a run: waiting -> done, nothing,
refused, paused; or at once loop, depth (the guard of chains kept it from running).
"""
