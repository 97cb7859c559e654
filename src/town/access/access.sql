-- SPDX-License-Identifier: Apache-2.0

-- name: account_insert
-- params: id int, office int, login text, unit int, language text, event int
INSERT INTO accounts (id, office, login, unit, language, active, event) VALUES (:id, :office, :login, :unit, :language, 1, :event);

-- name: account_list
-- columns of accounts with the name that lies beside
-- params:
-- columns: id int, office int, login text, unit int, language text, active int, event int, name text?
SELECT a.id, a.office, a.login, a.unit, a.language, a.active, a.event, w.text
FROM accounts a LEFT JOIN words w ON w.office = 0 AND w.event = a.event AND w.field = 'name' ORDER BY a.id;

-- name: account_speak
-- params: id int, language text
UPDATE accounts SET language = :language WHERE id = :id;

-- name: grant_insert
-- params: id int, office int, account int, role text, place int, procedure text
INSERT INTO grants (id, office, account, role, place, procedure) VALUES (:id, :office, :account, :role, :place, :procedure);

-- name: grant_list
-- params:
-- columns: account int, role text, place int, procedure text
SELECT account, role, place, procedure FROM grants ORDER BY account, id;
