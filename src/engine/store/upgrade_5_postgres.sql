-- SPDX-License-Identifier: Apache-2.0
-- What version 5 is besides on PostgreSQL (tools/make_schema.py): the search index knows stretches of ids. It is built anew, which
-- takes as long as it takes. This text is never changed again.

CREATE FUNCTION search_stretch(office BIGINT, id BIGINT, grams TSVECTOR) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN grams || array_to_tsvector(ARRAY['a' || CAST(office AS TEXT) || ':' || CAST(id >> 12 AS TEXT),
        'b' || CAST(office AS TEXT) || ':' || CAST(id >> 17 AS TEXT), 'c' || CAST(office AS TEXT) || ':' || CAST(id >> 22 AS TEXT)]);
DROP INDEX search_grams;
CREATE INDEX search_grams ON search USING gin (search_stretch(office, id, grams)) WITH (gin_pending_list_limit = 256);
