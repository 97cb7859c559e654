-- SPDX-License-Identifier: Apache-2.0

-- name: counter_fetch
-- kept
-- params: office int, name text
-- columns: value int
SELECT value FROM counters WHERE office = :office AND name = :name;

-- name: counter_set
-- many
-- params: office int, name text, value int
INSERT INTO counters (office, name, value) VALUES (:office, :name, :value)
ON CONFLICT (office, name) DO UPDATE SET value = excluded.value;
