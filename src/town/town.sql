-- SPDX-License-Identifier: Apache-2.0

-- name: definition_insert
-- params: name text, version int, text text
INSERT INTO definitions (name, version, text) VALUES (:name, :version, :text);

-- name: definition_versions
-- params:
-- columns: version int
SELECT coalesce(max(version), 0) FROM definitions;

-- name: definition_list
-- params: version int
-- columns: name text, text text
SELECT name, text FROM definitions WHERE version = :version ORDER BY name;

-- name: definition_sizes
-- params: version int
-- columns: name text, bytes int
SELECT name, length(CAST(text AS BLOB)) FROM definitions WHERE version = :version ORDER BY name;
-- postgres:
SELECT name, octet_length(text) FROM definitions WHERE version = :version ORDER BY name;

-- name: definition_published
-- When the version in force was published; office 0 is the common ledger.
-- params:
-- columns: at int
SELECT accepted_at FROM ledger WHERE office = 0 AND name = 'catalogue.published/1' ORDER BY number DESC LIMIT 1;
