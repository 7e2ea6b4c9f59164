"""Nobody sees what is not theirs: every address, as every role, searched byte by byte for the others' rows."""
