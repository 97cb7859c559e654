-- SPDX-License-Identifier: Apache-2.0

-- name: api_key_insert
-- params: digest bytes, name text, per_minute int, made_at int
INSERT INTO api_keys (digest, name, per_minute, made_at, ended_at) VALUES (:digest, :name, :per_minute, :made_at, 0);

-- name: api_key_find
-- params: digest bytes
-- columns: id int, name text, per_minute int, made_at int, ended_at int
SELECT id, name, per_minute, made_at, ended_at FROM api_keys WHERE digest = :digest;

-- name: api_key_named
-- params: name text
-- columns: id int
SELECT id FROM api_keys WHERE name = :name AND ended_at = 0;

-- name: api_key_end
-- params: id int, at int
UPDATE api_keys SET ended_at = :at WHERE id = :id AND ended_at = 0;

-- name: api_key_list
-- params:
-- columns: id int, name text, per_minute int, made_at int, ended_at int
SELECT id, name, per_minute, made_at, ended_at FROM api_keys ORDER BY id;
