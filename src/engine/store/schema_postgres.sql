-- SPDX-License-Identifier: Apache-2.0
-- What PostgreSQL needs beside the tables of schema.sql, which tools/make_schema.py turns over: the search index, words
-- that SQLite has by itself, and the version.

-- kind: passing
CREATE TABLE search (
    office BIGINT NOT NULL,
    id     BIGINT NOT NULL,
    grams  TSVECTOR NOT NULL,
    PRIMARY KEY (office, id)
);
-- What the index has of a document: its words, and in which stretches of its office's ids it lies (search_window.c), of
-- 4 thousand, 131 thousand and 4 million. An index without an order can so be asked for the newest of many.
CREATE FUNCTION search_stretch(office BIGINT, id BIGINT, grams TSVECTOR) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN grams || array_to_tsvector(ARRAY['a' || CAST(office AS TEXT) || ':' || CAST(id >> 12 AS TEXT),
        'b' || CAST(office AS TEXT) || ':' || CAST(id >> 17 AS TEXT), 'c' || CAST(office AS TEXT) || ':' || CAST(id >> 22 AS TEXT)]);

-- What was written last lies in a list that every search reads through, here of up to 256 KB.
CREATE INDEX search_grams ON search USING gin (search_stretch(office, id, grams)) WITH (gin_pending_list_limit = 256);

-- Ended cases by report: where many come in a day the newest are all open, and a list of closed ones would pass them. (On SQLite
-- cases_newest is wide, and passing them costs little.)
CREATE INDEX cases_ended ON cases (office, reported_at, id) WHERE state IN ('closed','declined','merged');

-- Open cases are counted from their indexes alone, but only on pages without a row that changed since they were vacuumed: behind a
-- thousand changes, however many rows there are. Such a vacuum mostly looks at the changed pages alone, some hundredths of a second.
ALTER TABLE cases SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000);

-- kind: passing
CREATE TABLE schema_version (
    version BIGINT NOT NULL
);

-- A document of engine/query/search.h: pairs of characters and words, with spaces between.
CREATE FUNCTION search_grams(document TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(string_to_array(document, ' '), ''));

-- What search_match writes: "ab" AND "bc", brackets, OR.
CREATE FUNCTION search_query(expression TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CAST(replace(replace(replace(expression, ' AND ', ' & '), ' OR ', ' | '), '"', '''') AS TSQUERY);

-- A list of numbers as rows, under the names that SQLite gives them.
CREATE FUNCTION json_each(list TEXT) RETURNS TABLE (key BIGINT, value BIGINT) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT place - 1, CAST(text AS BIGINT) FROM json_array_elements_text(CAST(list AS JSON)) WITH ORDINALITY AS t (text, place)';
