-- SPDX-License-Identifier: Apache-2.0

-- name: ledger_insert
-- many
-- params: office int, number int, accepted_at int, at int, actor int, name text, body bytes, client_id text, digest bytes, hash bytes
INSERT INTO ledger (office, number, accepted_at, at, actor, name, body, client_id, digest, hash)
VALUES (:office, :number, :accepted_at, :at, :actor, :name, :body, :client_id, :digest, :hash);

-- name: ledger_head
-- params: office int
-- columns: number int, accepted_at int, hash bytes
SELECT number, accepted_at, hash FROM ledger WHERE office = :office ORDER BY number DESC LIMIT 1;

-- name: ledger_fetch
-- params: office int, number int
-- columns: number int, accepted_at int, at int, actor int, name text, body bytes
SELECT number, accepted_at, at, actor, name, body FROM ledger WHERE office = :office AND number = :number;

-- name: ledger_client
-- the event that an earlier command of the same client made
-- params: office int, actor int, client_id text
-- columns: number int, digest bytes
SELECT number, digest FROM ledger WHERE office = :office AND actor = :actor AND client_id = :client_id;

-- name: ledger_range
-- params: office int, after int, most int
-- columns: number int, accepted_at int, at int, actor int, name text, body bytes, hash bytes
SELECT number, accepted_at, at, actor, name, body, hash FROM ledger WHERE office = :office AND number > :after
ORDER BY number LIMIT :most;

-- name: ledger_between
-- params: office int, first int, last int
-- columns: number int, accepted_at int, at int, actor int, name text, body bytes
SELECT number, accepted_at, at, actor, name, body FROM ledger
WHERE office = :office AND number >= :first AND number <= :last ORDER BY number;

-- name: ledger_offices
-- From one office to the next: grouping would read every entry.
-- params:
-- columns: office int, events int
WITH RECURSIVE o (office) AS (
    SELECT min(office) FROM ledger
    UNION ALL SELECT (SELECT min(office) FROM ledger WHERE office > o.office) FROM o WHERE o.office IS NOT NULL)
SELECT o.office, (SELECT max(number) FROM ledger WHERE office = o.office) FROM o WHERE o.office IS NOT NULL ORDER BY o.office;

-- name: ledger_office_after
-- the next office that has a ledger, without reading the ledgers
-- params: after int
-- columns: office int
SELECT office FROM ledger WHERE office > :after ORDER BY office LIMIT 1;

-- name: ledger_heads
-- params:
-- columns: office int, number int, accepted_at int
WITH RECURSIVE o (office) AS (
    SELECT min(office) FROM ledger
    UNION ALL SELECT (SELECT min(office) FROM ledger WHERE office > o.office) FROM o WHERE o.office IS NOT NULL)
SELECT o.office, l.number, l.accepted_at FROM o
JOIN ledger l ON l.office = o.office AND l.number = (SELECT max(number) FROM ledger WHERE office = o.office) ORDER BY o.office;

-- name: ledger_erasures
-- Events of one kind behind a number and up to another, in order; so the next.
-- params: office int, after int, until int
-- columns: number int
SELECT number FROM ledger INDEXED BY ledger_erasures
WHERE office = :office AND number > :after AND number <= :until AND name = 'beside.erased/1' ORDER BY number;

-- name: ledger_hand_overs
-- params: office int, after int, until int
-- columns: number int
SELECT number FROM ledger INDEXED BY ledger_hand_overs
WHERE office = :office AND number > :after AND number <= :until AND name = 'case.handed_over/1' ORDER BY number;
