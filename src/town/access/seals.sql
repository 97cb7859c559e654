-- SPDX-License-Identifier: Apache-2.0

-- name: audit_kept_newest
-- params:
-- columns: number int, at int
SELECT number, at FROM audit_heads ORDER BY number DESC LIMIT 1;

-- name: audit_kept_insert
-- params: number int, hash text, at int, event int
INSERT INTO audit_heads (number, hash, at, event) VALUES (:number, :hash, :at, :event);

-- name: audit_kept_list
-- what the ledger kept of the log, and what stands there now
-- params:
-- columns: number int, hash text, is bytes?
SELECT h.number, h.hash, a.hash FROM audit_heads h LEFT JOIN audit a ON a.number = h.number ORDER BY h.number;

-- name: seal_any
-- params:
-- columns: number int
SELECT number FROM audit WHERE what IN ('password_sealed', 'key_sealed') ORDER BY number LIMIT 1;

-- name: seal_newest
-- the newest seal of each row
-- params: what text
-- columns: subject int, seal text
SELECT a.subject, a.remark FROM audit a
JOIN (SELECT max(number) AS number FROM audit WHERE what = :what GROUP BY subject) m ON m.number = a.number ORDER BY a.subject;

-- name: seal_password
-- every column of the row, which the seal is over; so of the three below
-- params: account int
-- columns: account int, password text, must_change int, changed_at int
SELECT account, password, must_change, changed_at FROM credentials WHERE account = :account;

-- name: seal_passwords
-- params:
-- columns: account int, password text, must_change int, changed_at int
SELECT account, password, must_change, changed_at FROM credentials ORDER BY account;

-- name: seal_key
-- params: id int
-- columns: id int, digest bytes, name text, per_minute int, made_at int, ended_at int
SELECT id, digest, name, per_minute, made_at, ended_at FROM api_keys WHERE id = :id;

-- name: seal_keys
-- params:
-- columns: id int, digest bytes, name text, per_minute int, made_at int, ended_at int
SELECT id, digest, name, per_minute, made_at, ended_at FROM api_keys ORDER BY id;
