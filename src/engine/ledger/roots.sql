-- SPDX-License-Identifier: Apache-2.0

-- name: root_insert
-- params: office int, day int, until_at int, first int, last int, root text, event int
INSERT INTO daily_roots (office, day, until_at, first, last, root, event)
VALUES (:office, :day, :until_at, :first, :last, :root, :event);

-- name: root_newest
-- params: office int
-- columns: day int, until_at int, first int, last int, root text
SELECT day, until_at, first, last, root FROM daily_roots WHERE office = :office ORDER BY day DESC LIMIT 1;

-- name: root_of_entry
-- the first day that ends with the entry or behind it
-- params: office int, number int
-- columns: day int, until_at int, first int, last int, root text
SELECT day, until_at, first, last, root FROM daily_roots WHERE office = :office AND last >= :number ORDER BY day LIMIT 1;

-- name: root_list
-- params: office int, after int, most int
-- columns: day int, until_at int, first int, last int, root text
SELECT day, until_at, first, last, root FROM daily_roots WHERE office = :office AND day > :after ORDER BY day LIMIT :most;

-- name: root_list_before
-- the newest first, for the page
-- params: office int, before int, most int
-- columns: day int, root text
SELECT day, root FROM daily_roots WHERE office = :office AND day < :before ORDER BY day DESC LIMIT :most;

-- name: root_leaves
-- params: office int, first int, last int
-- columns: number int, hash bytes
SELECT number, hash FROM ledger WHERE office = :office AND number >= :first AND number <= :last ORDER BY number;

-- name: root_sent
-- what stands beside the entries of a day and not in their hashes
-- params: office int, first int, last int
-- columns: number int, client_id text, digest bytes
SELECT number, client_id, digest FROM ledger
WHERE office = :office AND number >= :first AND number <= :last AND client_id IS NOT NULL ORDER BY number;

-- name: root_event
-- the entry that closed a day
-- params: office int, day int
-- columns: event int
SELECT event FROM daily_roots WHERE office = :office AND day = :day;

-- name: root_entry
-- params: office int, number int
-- columns: accepted_at int, hash bytes
SELECT accepted_at, hash FROM ledger WHERE office = :office AND number = :number;

-- name: root_blocks
-- params: office int, day int
-- columns: hash bytes
SELECT hash FROM root_blocks WHERE office = :office AND day = :day ORDER BY block;

-- name: root_block_insert
-- params: office int, day int, block int, hash bytes
INSERT INTO root_blocks (office, day, block, hash) VALUES (:office, :day, :block, :hash);

-- name: root_blocks_delete
-- params: office int, day int
DELETE FROM root_blocks WHERE office = :office AND day = :day;

-- name: root_blocks_missing
-- the newest closed day before another that is longer than a block and has no tops
-- params: office int, before int, leaves int
-- columns: day int, until_at int, first int, last int, root text
SELECT d.day, d.until_at, d.first, d.last, d.root FROM daily_roots d
WHERE d.office = :office AND d.day < :before AND d.last - d.first >= :leaves
AND NOT EXISTS (SELECT 1 FROM root_blocks b WHERE b.office = :office AND b.day = d.day) ORDER BY d.day DESC LIMIT 1;

-- name: root_offices
-- params:
-- columns: office int
SELECT DISTINCT office FROM daily_roots ORDER BY office;

-- name: root_sending
-- the newest day that went out by this way
-- params: office int, way text
-- columns: day int
SELECT day FROM root_sendings WHERE office = :office AND way = :way;

-- name: root_sending_set
-- params: office int, way text, day int, sent_at int
INSERT INTO root_sendings (office, way, day, sent_at) VALUES (:office, :way, :day, :sent_at)
ON CONFLICT (office, way) DO UPDATE SET day = excluded.day, sent_at = excluded.sent_at;
