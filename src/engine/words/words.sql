-- SPDX-License-Identifier: Apache-2.0

-- name: words_insert
-- many
-- params: office int, event int, field text, subject int, salt bytes, text text
INSERT INTO words (office, event, field, subject, salt, text) VALUES (:office, :event, :field, :subject, :salt, :text);

-- name: words_fetch
-- params: office int, event int, field text
-- columns: text text
SELECT text FROM words WHERE office = :office AND event = :event AND field = :field;

-- name: words_all
-- a piece of them, behind the last one read
-- params: office int, event int, field text, most int
-- columns: id int, event int, field text, salt bytes, text text, subject int
SELECT id, event, field, salt, text, subject FROM words
WHERE office = :office AND (event, field) > (:event, :field) ORDER BY event, field LIMIT :most;

-- name: words_index
-- many
-- The text's row gives the document its id; where it is not known yet (0), PostgreSQL finds it by event and field.
-- params: office int, id int, event int, field text, grams text
INSERT INTO search (rowid, grams) VALUES (:id, :grams);
-- postgres:
INSERT INTO search (office, id, grams) VALUES (:office, CASE WHEN :id > 0 THEN :id
    ELSE (SELECT id FROM words WHERE office = :office AND event = :event AND field = :field) END, search_grams(:grams));

-- name: vault_insert
-- many
-- params: office int, event int, field text, subject int, key_version int, wrapped_key bytes, sealed bytes, equality bytes
INSERT INTO vault (office, event, field, subject, key_version, wrapped_key, sealed, equality)
VALUES (:office, :event, :field, :subject, :key_version, :wrapped_key, :sealed, :equality);

-- name: vault_fetch
-- params: subject int, field text
-- columns: office int, event int, key_version int, wrapped_key bytes, sealed bytes
SELECT office, event, key_version, wrapped_key, sealed FROM vault WHERE office = :subject >> 37 AND subject = :subject AND field = :field;

-- name: vault_some
-- of whatever office: do the keys at hand open any?
-- columns: office int, subject int, field text, key_version int, wrapped_key bytes, sealed bytes
SELECT office, subject, field, key_version, wrapped_key, sealed FROM vault LIMIT 8;

-- name: vault_all
-- params: office int, event int, field text, most int
-- columns: id int, event int, field text, subject int, key_version int, wrapped_key bytes, sealed bytes, equality bytes
SELECT id, event, field, subject, key_version, wrapped_key, sealed, equality FROM vault
WHERE office = :office AND (event, field) > (:event, :field) ORDER BY event, field LIMIT :most;

-- name: attachments_insert
-- params: office int, event int, field text, case_id int, file text, salt bytes, digest bytes, size_bytes int, width int, height int
INSERT INTO attachments (office, event, field, case_id, file, salt, digest, size_bytes, width, height, public)
VALUES (:office, :event, :field, :case_id, :file, :salt, :digest, :size_bytes, :width, :height, 0);

-- name: attachments_case
-- params: case_id int
-- columns: id int, event int, width int, height int, public int
SELECT id, event, width, height, public FROM attachments WHERE office = :case_id >> 37 AND case_id = :case_id ORDER BY id;

-- name: attachments_task
-- what a one-task link shows: photos of the report, of the dispatch, and of the work since the task was sent
-- params: case_id int, sent_at int
-- columns: id int
SELECT a.id FROM attachments a JOIN notes n ON n.office = a.office AND n.case_id = a.case_id AND n.event = a.event
JOIN ledger l ON l.office = a.office AND l.number = a.event
WHERE a.office = :case_id >> 37 AND a.case_id = :case_id AND (n.code IN ('reported','dispatched') OR (n.code = 'handled' AND l.at >= :sent_at)) ORDER BY a.id;

-- name: attachments_fetch
-- params: office int, id int
-- columns: case_id int, file text, public int, office int
SELECT case_id, file, public, office FROM attachments WHERE office = :office AND id = :id;

-- name: attachments_all
-- params: office int, event int, field text, most int
-- columns: id int, event int, field text, file text, salt bytes, digest bytes, case_id int, size_bytes int, public int
SELECT id, event, field, file, salt, digest, case_id, size_bytes, public FROM attachments
WHERE office = :office AND (event, field) > (:event, :field) ORDER BY event, field LIMIT :most;

-- name: uploads_insert
-- params: office int, owner int, token text, digest bytes, size_bytes int, width int, height int, at int
INSERT INTO uploads (office, owner, token, digest, size_bytes, width, height, at)
VALUES (:office, :owner, :token, :digest, :size_bytes, :width, :height, :at);

-- name: uploads_fetch
-- a photo that no step has taken yet
-- params: office int, token text, owner int, since int
-- columns: token text, digest bytes, size_bytes int, width int, height int
SELECT token, digest, size_bytes, width, height FROM uploads WHERE office = :office AND token = :token AND owner = :owner AND at >= :since
    AND NOT EXISTS (SELECT 1 FROM attachments WHERE office = :office AND file = :token);

-- name: uploads_copy
-- to the office whose case it belongs to; the row at the office whose pages are shown goes then
-- params: office int, token text, owner int, to int
INSERT INTO uploads (office, token, owner, digest, size_bytes, width, height, at)
SELECT :to, token, owner, digest, size_bytes, width, height, at FROM uploads
WHERE office = :office AND token = :token AND owner = :owner;

-- name: uploads_delete
-- params: office int, token text
DELETE FROM uploads WHERE office = :office AND token = :token;

-- name: uploads_old
-- params: before int
-- columns: office int, token text, is_used int
SELECT office, token, EXISTS (SELECT 1 FROM attachments WHERE office = uploads.office AND file = uploads.token)
FROM uploads WHERE at < :before LIMIT 100;

-- name: beside_has_words
-- params: office int, event int, field text
-- columns: one int
SELECT 1 FROM words WHERE office = :office AND event = :event AND field = :field;

-- name: beside_has_vault
-- params: office int, event int, field text
-- columns: one int
SELECT 1 FROM vault WHERE office = :office AND event = :event AND field = :field;

-- name: beside_has_photo
-- params: office int, event int, field text
-- columns: one int
SELECT 1 FROM attachments WHERE office = :office AND event = :event AND field = :field;

-- name: attachments_name
-- params: office int, event int, field text
-- columns: file text
SELECT file FROM attachments WHERE office = :office AND event = :event AND field = :field;

-- name: words_of
-- params: office int, event int, field text
-- columns: id int, text text
SELECT id, text FROM words WHERE office = :office AND event = :event AND field = :field;

-- name: words_erase
-- params: office int, event int, field text
DELETE FROM words WHERE office = :office AND event = :event AND field = :field;

-- name: vault_erase
-- params: office int, event int, field text
DELETE FROM vault WHERE office = :office AND event = :event AND field = :field;

-- name: attachments_erase
-- params: office int, event int, field text
DELETE FROM attachments WHERE office = :office AND event = :event AND field = :field;

-- name: attachments_bytes
-- params:
-- columns: bytes int
SELECT coalesce(sum(size_bytes), 0) FROM attachments;
