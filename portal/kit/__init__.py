"""Small tools without domain words: clock, ids, errors, text."""
