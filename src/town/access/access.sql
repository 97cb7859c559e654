-- SPDX-License-Identifier: Apache-2.0

-- name: account_insert
-- params: id int, office int, login text, unit int, language text, event int
INSERT INTO accounts (id, office, login, unit, language, active, event) VALUES (:id, :office, :login, :unit, :language, 1, :event);

-- name: account_list
-- columns of accounts with the name that lies beside, looked up for each: joined, PostgreSQL compared every account with every name
-- params:
-- columns: id int, office int, login text, unit int, language text, active int, event int, name text?
SELECT a.id, a.office, a.login, a.unit, a.language, a.active, a.event,
    (SELECT w.text FROM words w WHERE w.office = 0 AND w.event = a.event AND w.field = 'name')
FROM accounts a ORDER BY a.id;

-- name: account_speak
-- params: id int, language text
UPDATE accounts SET language = :language WHERE id = :id;

-- name: grant_insert
-- params: id int, office int, account int, role text, place int, procedure text
INSERT INTO grants (id, office, account, role, place, procedure) VALUES (:id, :office, :account, :role, :place, :procedure);

-- name: grant_list
-- params:
-- columns: account int, role text, place int, procedure text, id int
SELECT account, role, place, procedure, id FROM grants ORDER BY account, id;

-- name: grant_delete
-- params: id int
DELETE FROM grants WHERE id = :id;

-- name: account_active
-- params: id int, active int
UPDATE accounts SET active = :active WHERE id = :id;

-- name: account_named
-- params: login text
-- columns: id int
SELECT id FROM accounts WHERE login = :login;

-- name: administrators_besides
-- Active accounts that administer, without one account or one of its grants.
-- params: account int, grant_id int
-- columns: id int
SELECT a.id FROM grants g JOIN accounts a ON a.id = g.account
WHERE g.role = 'administrator' AND a.active = 1 AND a.id <> :account AND g.id <> :grant_id LIMIT 1;

-- name: common_last_id
-- The things of the common ledger share one row of ids.
-- params:
-- columns: id int
SELECT max(id) FROM (SELECT max(id) AS id FROM places UNION ALL SELECT max(id) FROM units UNION ALL SELECT max(id) FROM accounts
    UNION ALL SELECT max(id) FROM grants UNION ALL SELECT 0) AS common;
