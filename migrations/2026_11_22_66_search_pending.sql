-- What is written goes into these indexes at once. With a list of what is still to be sorted in, every search reads that
-- whole list, however little it looks for, until the next vacuum: a constant cost after many writes.
ALTER INDEX search_word_like SET (fastupdate = off);
ALTER INDEX search_entry_keys SET (fastupdate = off);
SELECT gin_clean_pending_list('search_word_like');
SELECT gin_clean_pending_list('search_entry_keys');
