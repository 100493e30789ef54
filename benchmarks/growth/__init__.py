"""Whether a page and a job cost the same in a database of a million as in one of a hundred."""
