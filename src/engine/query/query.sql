-- SPDX-License-Identifier: Apache-2.0
-- What does not follow a filter; statements that do are built in compile.c.

-- name: query_unit_tasks
-- How many tasks the unit has or had, counted up to the bound.
-- params: office int, unit int, bound int
-- columns: tasks int
SELECT count(*) FROM (SELECT 1 FROM tasks INDEXED BY tasks_scope
                      WHERE office = :office AND unit = :unit LIMIT :bound) AS few;

-- name: query_words_between
-- Other texts of a case that may be found too, those after one or before one.
-- params: subject int, after int, before int
-- columns: text text
SELECT text FROM words WHERE office = :subject >> 37 AND subject = :subject AND id > :after AND id < :before
    AND field IN ('text', 'address', 'reason', 'answer');

-- name: query_words_of
-- The texts of the cases of a list: which text, and the place of its case in the list.
-- params: office int, ids text
-- columns: id int, place int
SELECT words.id, json_each.key FROM json_each(:ids) JOIN words INDEXED BY words_subject ON words.subject = json_each.value
WHERE words.office = :office;

-- name: query_texts_of
-- The texts themselves that may be found.
-- params: office int, ids text
-- columns: place int, text text
SELECT json_each.key, words.text FROM json_each(:ids) JOIN words INDEXED BY words_subject ON words.subject = json_each.value
WHERE words.office = :office AND words.field IN ('text', 'address', 'reason', 'answer');

-- name: query_search_ids
-- Documents that may have the words, newest first.
-- params: office int, match text, from int
-- columns: id int
SELECT rowid FROM search WHERE search MATCH :match AND rowid >= :from ORDER BY rowid DESC;
-- postgres:
SELECT id FROM search WHERE office = :office AND grams @@ search_query(:match) AND id >= :from ORDER BY id DESC;

-- name: query_text
-- params: office int, id int
-- columns: text text
SELECT text FROM words WHERE office = :office AND id = :id;

-- name: query_words_indexed
-- The texts of a case that may be found: these fields everywhere (decide_words is told the same).
-- params: subject int
-- columns: id int, text text
SELECT id, text FROM words WHERE office = :subject >> 37 AND subject = :subject AND field IN ('text', 'address', 'reason', 'answer');

-- name: query_words_findable
-- Every text of an office that is in the index, with the community of its case: the same fields as above.
-- params: office int
-- columns: id int, text text, community int
SELECT w.id, w.text, c.community FROM words w JOIN cases c ON c.office = w.office AND c.id = w.subject
WHERE w.office = :office AND w.field IN ('text', 'address', 'reason', 'answer') ORDER BY w.id;

-- name: search_mark
-- Up to where the index is complete: search_docsize has one row for each document of the index.
-- params:
-- columns: mark int
SELECT coalesce(max(id), 0) FROM search_docsize;
-- postgres:
SELECT coalesce(max(id), 0) FROM search;

-- name: search_ends
-- The lowest and the highest document of an office; SQLite, whose index knows no offices, has nothing to ask.
-- params: office int
-- columns: first int, last int
SELECT 0, :office * 0;
-- postgres:
SELECT coalesce(min(id), 9223372036854775807), coalesce(max(id), 0) FROM search WHERE office = :office;

-- name: search_tail
-- What may be found and is not yet in the index, oldest first.
-- params: after int, most int
-- columns: office int, id int, text text, community int
SELECT words.office, words.id, words.text, cases.community
FROM words CROSS JOIN cases
WHERE cases.office = words.office AND cases.id = words.subject AND words.id > :after
    AND words.field IN ('text', 'address', 'reason', 'answer')
ORDER BY words.id LIMIT :most;

-- name: search_tail_newest
-- The same in an office, newest first; the plus keeps SQLite from its index by office, which would read all of it.
-- params: office int, after int
-- columns: subject int, text text
SELECT subject, text FROM words WHERE +office = :office AND id > :after AND field IN ('text', 'address', 'reason', 'answer')
ORDER BY id DESC;

-- name: search_written_at
-- When a text was written, or where it was erased just now the one above it: ids grow with the time.
-- params: office int, id int
-- columns: at int
-- SQLite looks through the texts of all offices, and the last of them may be another's.
SELECT coalesce(ledger.at, cases.reported_at) FROM words
    LEFT JOIN ledger ON ledger.office = words.office AND ledger.number = words.event
    LEFT JOIN cases ON cases.office = words.office AND cases.id = words.subject
WHERE words.id >= :id + 0 * :office ORDER BY words.id LIMIT 1;
-- postgres:
SELECT coalesce(ledger.at, cases.reported_at) FROM words
    LEFT JOIN ledger ON ledger.office = words.office AND ledger.number = words.event
    LEFT JOIN cases ON cases.office = words.office AND cases.id = words.subject
WHERE words.id >= :id AND words.office = :office ORDER BY words.id LIMIT 1;

-- name: search_open_longest
-- The open cases with the lowest ids. Nobody is to look for them among all cases, lowest first.
-- params: office int, most int
-- columns: id int
SELECT id FROM cases WHERE office = :office AND state NOT IN ('closed','declined','merged') ORDER BY id + 0 LIMIT :most;

-- name: search_first_text
-- The first text that this case or one behind it can have: ids of cases and of words grow together. Not of this one alone, whose first
-- may be erased. Those of the next office that SQLite looks at behind the last case make it less, no more.
-- params: office int, subject int
-- columns: id int
SELECT coalesce(min(id), 9223372036854775807) FROM (SELECT id FROM words INDEXED BY words_subject
    WHERE subject >= :subject + 0 * :office ORDER BY subject LIMIT 100) AS first;
-- postgres:
SELECT coalesce(min(id), 9223372036854775807) FROM (SELECT id FROM words
    WHERE office = :office AND subject >= :subject ORDER BY subject LIMIT 100) AS first;

-- name: search_pieces
-- Of how many pieces SQLite's index consists: each is asked for each word. From one to the next.
-- params:
-- columns: pieces int
WITH RECURSIVE pieces (piece) AS (SELECT min(segid) FROM search_idx UNION ALL
    SELECT (SELECT min(segid) FROM search_idx WHERE segid > piece) FROM pieces WHERE piece IS NOT NULL)
SELECT count(piece) FROM pieces;
-- postgres:
SELECT 1;

-- name: search_merge
-- Goes on making one piece of two, by so many pages.
-- params: pages int
INSERT INTO search (search, rank) VALUES ('merge', :pages);
-- postgres:
SELECT :pages;

-- name: search_changes
-- Of this connection; a merge that had nothing to do changes less than two rows.
-- params:
-- columns: changes int
SELECT total_changes();
-- postgres:
SELECT 0;

-- name: query_search_delete
-- params: office int, id int, grams text
INSERT INTO search (search, rowid, grams) VALUES ('delete', :id, :grams);
-- postgres:
DELETE FROM search WHERE office = :office AND id = :id;

-- name: tally_add
-- many
-- Counts added to a row, which is made if it is not there.
-- params: office int, cube int, span int, community int, class text, unit int, channel text, procedure text, state text
-- params: cases int, late int, returned int, reworked int, rated int, rating_sum int, solved int, asked int
-- params: contacted_in_time int, contact_due int
INSERT INTO tallies (office, cube, span, community, class, unit, channel, procedure, state, cases, late, returned, reworked,
    rated, rating_sum, solved, asked, contacted_in_time, contact_due)
VALUES (:office, :cube, :span, :community, :class, :unit, :channel, :procedure, :state, :cases, :late, :returned, :reworked,
    :rated, :rating_sum, :solved, :asked, :contacted_in_time, :contact_due)
ON CONFLICT (office, cube, span, community, class, unit, channel, procedure, state) DO UPDATE SET
    cases = tallies.cases + excluded.cases, late = tallies.late + excluded.late,
    returned = tallies.returned + excluded.returned, reworked = tallies.reworked + excluded.reworked, rated = tallies.rated + excluded.rated,
    rating_sum = tallies.rating_sum + excluded.rating_sum, solved = tallies.solved + excluded.solved, asked = tallies.asked + excluded.asked,
    contacted_in_time = tallies.contacted_in_time + excluded.contacted_in_time, contact_due = tallies.contact_due + excluded.contact_due;

-- name: tally_drop
-- params: office int, cube int, span int, community int, class text, unit int, channel text, procedure text, state text
DELETE FROM tallies WHERE office = :office AND cube = :cube AND span = :span AND community = :community AND class = :class
    AND unit = :unit AND channel = :channel AND procedure = :procedure AND state = :state AND cases = 0;

-- name: query_ended_about
-- How many ended cases an office has, from the tallies by channel and years (tally.h).
-- params: office int
-- columns: cases int
SELECT coalesce(sum(cases), 0) FROM tallies WHERE office = :office AND cube = 8 AND span < 10000;

-- name: query_reported_since
-- Whether anything was reported then or later.
-- params: office int, since int
-- columns: one int
SELECT 1 FROM cases INDEXED BY cases_newest WHERE office = :office AND reported_at >= :since ORDER BY reported_at LIMIT 1;

-- name: query_reported_span
-- The first and the last report of an office; 0 and -1 when it has none.
-- params: office int
-- columns: first int, last int
SELECT coalesce((SELECT min(reported_at) FROM cases INDEXED BY cases_newest WHERE office = :office), 0),
    coalesce((SELECT max(reported_at) FROM cases INDEXED BY cases_newest WHERE office = :office), -1);
