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
