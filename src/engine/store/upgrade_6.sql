-- SPDX-License-Identifier: Apache-2.0
-- From version 5 to 6: pieces of the search index become one two by two, when there is time for it. The rest is PostgreSQL's
-- (upgrade_6_postgres.sql). This text is never changed again.

INSERT INTO search (search, rank) VALUES ('usermerge', 2);
