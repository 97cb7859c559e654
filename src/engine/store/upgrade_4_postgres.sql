-- SPDX-License-Identifier: Apache-2.0
-- What version 4 is besides on PostgreSQL (tools/make_schema.py): columns less wide, two indexes shorter, a shorter list
-- of what the search index has not yet taken in. This text is never changed again.

ALTER TABLE cases
    ALTER COLUMN version TYPE INTEGER,
    ALTER COLUMN condition TYPE INTEGER,
    ALTER COLUMN wgs84_lat TYPE INTEGER,
    ALTER COLUMN wgs84_lon TYPE INTEGER,
    ALTER COLUMN day TYPE INTEGER,
    ALTER COLUMN closed_day TYPE INTEGER,
    ALTER COLUMN outside TYPE SMALLINT,
    ALTER COLUMN hour TYPE SMALLINT,
    ALTER COLUMN late TYPE SMALLINT,
    ALTER COLUMN provisional TYPE SMALLINT,
    ALTER COLUMN filled_above TYPE SMALLINT,
    ALTER COLUMN returns TYPE SMALLINT,
    ALTER COLUMN reworks TYPE SMALLINT,
    ALTER COLUMN found TYPE SMALLINT,
    ALTER COLUMN solved TYPE SMALLINT,
    ALTER COLUMN rating TYPE SMALLINT,
    ALTER COLUMN leader_waiting TYPE SMALLINT,
    ALTER COLUMN confidential TYPE SMALLINT,
    ALTER COLUMN voices TYPE SMALLINT,
    ALTER COLUMN photos TYPE SMALLINT;
ALTER TABLE tallies
    ALTER COLUMN span TYPE INTEGER,
    ALTER COLUMN cases TYPE INTEGER,
    ALTER COLUMN late TYPE INTEGER,
    ALTER COLUMN returned TYPE INTEGER,
    ALTER COLUMN reworked TYPE INTEGER,
    ALTER COLUMN rated TYPE INTEGER,
    ALTER COLUMN rating_sum TYPE INTEGER,
    ALTER COLUMN solved TYPE INTEGER,
    ALTER COLUMN asked TYPE INTEGER,
    ALTER COLUMN contacted_in_time TYPE INTEGER,
    ALTER COLUMN contact_due TYPE INTEGER,
    ALTER COLUMN cube TYPE SMALLINT;
ALTER TABLE tasks
    ALTER COLUMN round TYPE SMALLINT;
ALTER TABLE clocks
    ALTER COLUMN amount TYPE INTEGER,
    ALTER COLUMN number TYPE SMALLINT,
    ALTER COLUMN provisional TYPE SMALLINT;
ALTER TABLE voices
    ALTER COLUMN has_contact TYPE SMALLINT,
    ALTER COLUMN solved TYPE SMALLINT,
    ALTER COLUMN rating TYPE SMALLINT;
ALTER TABLE notes
    ALTER COLUMN public TYPE SMALLINT;
DROP INDEX cases_newest;
CREATE INDEX cases_newest ON cases (office, reported_at, id);
DROP INDEX cases_open;
CREATE INDEX cases_open ON cases (office, next_due_at, id) WHERE state NOT IN ('closed','declined','merged');
DROP INDEX search_grams;
CREATE INDEX search_grams ON search USING gin (grams) WITH (gin_pending_list_limit = 256);
