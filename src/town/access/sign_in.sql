-- SPDX-License-Identifier: Apache-2.0

-- name: credential_fetch
-- params: account int
-- columns: password text, must_change int
SELECT password, must_change FROM credentials WHERE account = :account;

-- name: credential_set
-- params: account int, password text, must_change int, changed_at int
INSERT INTO credentials (account, password, must_change, changed_at) VALUES (:account, :password, :must_change, :changed_at)
ON CONFLICT (account) DO UPDATE SET password = excluded.password, must_change = excluded.must_change, changed_at = excluded.changed_at;

-- name: credential_lacking
-- params: office int
-- columns: id int
SELECT a.id FROM accounts a WHERE a.office = :office
AND NOT EXISTS (SELECT 1 FROM credentials c WHERE c.account = a.id) ORDER BY a.id LIMIT 1;

-- name: session_insert
-- params: token bytes, account int, csrf text, at int
INSERT INTO sessions (token, account, csrf, started_at, seen_at) VALUES (:token, :account, :csrf, :at, :at);

-- name: session_fetch
-- params: token bytes
-- columns: account int, csrf text, started_at int, seen_at int, must_change int?
SELECT s.account, s.csrf, s.started_at, s.seen_at, c.must_change FROM sessions s
LEFT JOIN credentials c ON c.account = s.account WHERE s.token = :token;

-- name: session_seen
-- params: token bytes, at int
UPDATE sessions SET seen_at = :at WHERE token = :token;

-- name: session_delete
-- params: token bytes
DELETE FROM sessions WHERE token = :token;

-- name: session_delete_others
-- those of an account but for one, whose token may be empty
-- params: account int, token bytes
DELETE FROM sessions WHERE account = :account AND token <> :token;

-- name: attempts_fetch
-- params: name text
-- columns: failures int, last_at int
SELECT failures, last_at FROM attempts WHERE name = :name;

-- name: attempts_set
-- params: name text, failures int, at int
INSERT INTO attempts (name, failures, last_at) VALUES (:name, :failures, :at)
ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at;

-- name: attempts_delete
-- params: name text
DELETE FROM attempts WHERE name = :name;

-- name: audit_head
-- params:
-- columns: number int, hash bytes
SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1;

-- name: audit_insert
-- params: number int, at int, actor int, what text, subject int, remark text, hash bytes
INSERT INTO audit (number, at, actor, what, subject, remark, hash) VALUES (:number, :at, :actor, :what, :subject, :remark, :hash);

-- name: audit_list
-- params: after int, most int
-- columns: number int, at int, actor int, what text, subject int, remark text, hash bytes
SELECT number, at, actor, what, subject, remark, hash FROM audit WHERE number > :after ORDER BY number LIMIT :most;

-- name: audit_page
-- params: before int, what text, most int
-- columns: number int, at int, actor int, what text, subject int, remark text
SELECT number, at, actor, what, subject, remark FROM audit WHERE number < :before AND (:what = '' OR what = :what)
ORDER BY number DESC LIMIT :most;
