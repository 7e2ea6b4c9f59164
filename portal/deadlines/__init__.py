"""Periods after §§ 187 to 193 BGB: rules only, without tables and pages, for every feature that has to keep a date.

Words: event (what sets a period running; a receipt is one), length (so many days, months or years), end (the last day
as §§ 187 and 188 give it), shift (to the next working day, § 193), deadline (the three steps together).
"""
