-- What a node said, in the words it hashed. Rows are never updated and never deleted.
CREATE TABLE entry (
  sequence INTEGER PRIMARY KEY,
  hash     TEXT NOT NULL,
  text     TEXT NOT NULL
) STRICT;

-- One for each append, signed for exactly the entries up to its size.
CREATE TABLE checkpoint (
  size      INTEGER PRIMARY KEY,
  origin    TEXT NOT NULL,
  root      TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
