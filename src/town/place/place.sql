-- SPDX-License-Identifier: Apache-2.0

-- name: office_insert
-- params: id int, code text, name_zh text, name_en text, offset_minutes int, telephone text, division text
INSERT INTO offices (id, code, name_zh, name_en, offset_minutes, telephone, division)
VALUES (:id, :code, :name_zh, :name_en, :offset_minutes, :telephone, :division);

-- name: office_list
-- params:
-- columns: id int, code text, name_zh text, name_en text, offset_minutes int, telephone text, division text
SELECT id, code, name_zh, name_en, offset_minutes, telephone, division FROM offices ORDER BY id;

-- name: place_insert
-- params: id int, office int, code text, parent int, level text, name_zh text, name_en text, kind text, firm text, polygon text
INSERT INTO places (id, office, code, parent, level, name_zh, name_en, kind, firm, polygon)
VALUES (:id, :office, :code, :parent, :level, :name_zh, :name_en, :kind, :firm, :polygon);

-- name: place_list
-- params:
-- columns: id int, office int, code text, parent int, level text, name_zh text, name_en text, kind text, firm text, polygon text
SELECT id, office, code, parent, level, name_zh, name_en, kind, firm, polygon FROM places ORDER BY id;

-- name: unit_insert
-- params: id int, office int, code text, parent text, name_zh text, name_en text, kind text, has_accounts int, line text, area text, telephone text
INSERT INTO units (id, office, code, parent, name_zh, name_en, kind, has_accounts, line, area, telephone)
VALUES (:id, :office, :code, :parent, :name_zh, :name_en, :kind, :has_accounts, :line, :area, :telephone);

-- name: unit_list
-- params:
-- columns: id int, office int, code text, parent text, name_zh text, name_en text, kind text, has_accounts int, line text, area text, telephone text
SELECT id, office, code, parent, name_zh, name_en, kind, has_accounts, line, area, telephone FROM units ORDER BY id;
