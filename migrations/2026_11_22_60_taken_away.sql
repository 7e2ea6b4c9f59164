-- Who follows and who has read what is taken away a page after the other; the functions that gave all of it at once
-- stayed for the program of the version before.
-- Second step after 2026_11_22_56_packages.
SET LOCAL ROLE hilfenetz_reach;
DROP FUNCTION followers_taken_away();
DROP FUNCTION readings_taken_away();
RESET ROLE;
