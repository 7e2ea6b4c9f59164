-- Where somebody reviews is asked for the navigation of every page.
CREATE INDEX item_grant_reviewers ON item_grant (space_id, principal) WHERE (access & 24) <> 0;
