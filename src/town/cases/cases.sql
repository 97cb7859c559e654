-- SPDX-License-Identifier: Apache-2.0
-- The columns of cases stand in the order of CASE_COLUMNS (case_file.h).

-- name: case_insert
-- many
-- params: id int, office int, number text, procedure text, version int, state text, channel text, class text
-- params: condition int, community int, estate int, grid int, wgs84_lat int, wgs84_lon int, cell int
-- params: outside int, unit int, reported_at int, day int, hour int, accepted_at int, filed_at int
-- params: dispatched_at int, signed_at int, handled_at int, checked_at int, closed_at int, closed_day int
-- params: due_at int, next_due_at int, late_after int, late int, provisional int, first_contact_due_at int
-- params: first_contact_at int, external_number text, external_due_at int, filled_above int, returns int
-- params: reworks int, found int, outcome text, solved int, rating int, leader_waiting int, confidential int
-- params: voices int, photos int, last_event int, last_at int
INSERT INTO cases (id, office, number, procedure, version, state, channel, class, condition, community, estate, grid, wgs84_lat,
    wgs84_lon, cell, outside, unit, reported_at, day, hour, accepted_at, filed_at, dispatched_at, signed_at,
    handled_at, checked_at, closed_at, closed_day, due_at, next_due_at, late_after, late, provisional,
    first_contact_due_at, first_contact_at, external_number, external_due_at, filled_above, returns, reworks,
    found, outcome, solved, rating, leader_waiting, confidential, voices, photos, last_event, last_at)
VALUES (:id, :office, :number, :procedure, :version, :state, :channel, :class, :condition, :community, :estate, :grid,
    :wgs84_lat, :wgs84_lon, :cell, :outside, :unit, :reported_at, :day, :hour, :accepted_at, :filed_at,
    :dispatched_at, :signed_at, :handled_at, :checked_at, :closed_at, :closed_day, :due_at, :next_due_at,
    :late_after, :late, :provisional, :first_contact_due_at, :first_contact_at, :external_number, :external_due_at,
    :filled_above, :returns, :reworks, :found, :outcome, :solved, :rating, :leader_waiting, :confidential, :voices,
    :photos, :last_event, :last_at);

-- name: case_update
-- params: id int, office int, number text, procedure text, version int, state text, channel text, class text
-- params: condition int, community int, estate int, grid int, wgs84_lat int, wgs84_lon int, cell int
-- params: outside int, unit int, reported_at int, day int, hour int, accepted_at int, filed_at int
-- params: dispatched_at int, signed_at int, handled_at int, checked_at int, closed_at int, closed_day int
-- params: due_at int, next_due_at int, late_after int, late int, provisional int, first_contact_due_at int
-- params: first_contact_at int, external_number text, external_due_at int, filled_above int, returns int
-- params: reworks int, found int, outcome text, solved int, rating int, leader_waiting int, confidential int
-- params: voices int, photos int, last_event int, last_at int
UPDATE cases SET number = :number, procedure = :procedure, version = :version, state = :state,
    channel = :channel, class = :class, condition = :condition, community = :community, estate = :estate,
    grid = :grid, wgs84_lat = :wgs84_lat, wgs84_lon = :wgs84_lon, cell = :cell, outside = :outside, unit = :unit,
    reported_at = :reported_at, day = :day, hour = :hour, accepted_at = :accepted_at, filed_at = :filed_at,
    dispatched_at = :dispatched_at, signed_at = :signed_at, handled_at = :handled_at, checked_at = :checked_at,
    closed_at = :closed_at, closed_day = :closed_day, due_at = :due_at, next_due_at = :next_due_at,
    late_after = :late_after, late = :late, provisional = :provisional,
    first_contact_due_at = :first_contact_due_at, first_contact_at = :first_contact_at,
    external_number = :external_number, external_due_at = :external_due_at, filled_above = :filled_above,
    returns = :returns, reworks = :reworks, found = :found, outcome = :outcome, solved = :solved, rating = :rating,
    leader_waiting = :leader_waiting, confidential = :confidential, voices = :voices, photos = :photos,
    last_event = :last_event, last_at = :last_at
WHERE office = :office AND id = :id;

-- name: case_update_course
-- What most steps change: an index that holds none of these columns is left alone.
-- params: id int, state text, condition int, filed_at int, dispatched_at int, signed_at int, handled_at int
-- params: checked_at int, due_at int, next_due_at int, late_after int, late int, provisional int
-- params: first_contact_due_at int, first_contact_at int, filled_above int, returns int, reworks int, found int
-- params: outcome text, voices int, photos int, last_event int, last_at int
UPDATE cases SET state = :state, condition = :condition, filed_at = :filed_at, dispatched_at = :dispatched_at,
    signed_at = :signed_at, handled_at = :handled_at, checked_at = :checked_at, due_at = :due_at,
    next_due_at = :next_due_at, late_after = :late_after, late = :late, provisional = :provisional,
    first_contact_due_at = :first_contact_due_at, first_contact_at = :first_contact_at, filled_above = :filled_above,
    returns = :returns, reworks = :reworks, found = :found, outcome = :outcome, voices = :voices, photos = :photos,
    last_event = :last_event, last_at = :last_at
WHERE office = :id >> 37 AND id = :id;

-- name: case_update_turn
-- The same with what a dispatch, an ending, a rating and a question to the leader change.
-- params: id int, state text, condition int, filed_at int, dispatched_at int, signed_at int, handled_at int
-- params: checked_at int, due_at int, next_due_at int, late_after int, late int, provisional int
-- params: first_contact_due_at int, first_contact_at int, filled_above int, returns int, reworks int, found int
-- params: outcome text, voices int, photos int, last_event int, last_at int, unit int, closed_at int
-- params: closed_day int, solved int, rating int, leader_waiting int
UPDATE cases SET state = :state, condition = :condition, filed_at = :filed_at, dispatched_at = :dispatched_at,
    signed_at = :signed_at, handled_at = :handled_at, checked_at = :checked_at, due_at = :due_at,
    next_due_at = :next_due_at, late_after = :late_after, late = :late, provisional = :provisional,
    first_contact_due_at = :first_contact_due_at, first_contact_at = :first_contact_at, filled_above = :filled_above,
    returns = :returns, reworks = :reworks, found = :found, outcome = :outcome, voices = :voices, photos = :photos,
    last_event = :last_event, last_at = :last_at, unit = :unit, closed_at = :closed_at, closed_day = :closed_day,
    solved = :solved, rating = :rating, leader_waiting = :leader_waiting
WHERE office = :id >> 37 AND id = :id;

-- name: case_fetch
-- kept
-- params: id int
-- columns: id int, office int, number text, procedure text, version int, state text, channel text, class text
-- columns: condition int, community int, estate int, grid int, wgs84_lat int, wgs84_lon int, cell int
-- columns: outside int, unit int, reported_at int, day int, hour int, accepted_at int, filed_at int
-- columns: dispatched_at int, signed_at int, handled_at int, checked_at int, closed_at int, closed_day int
-- columns: due_at int, next_due_at int, late_after int, late int, provisional int, first_contact_due_at int
-- columns: first_contact_at int, external_number text, external_due_at int, filled_above int, returns int
-- columns: reworks int, found int, outcome text, solved int, rating int, leader_waiting int, confidential int
-- columns: voices int, photos int, last_event int, last_at int
SELECT id, office, number, procedure, version, state, channel, class, condition, community, estate, grid, wgs84_lat,
    wgs84_lon, cell, outside, unit, reported_at, day, hour, accepted_at, filed_at, dispatched_at, signed_at,
    handled_at, checked_at, closed_at, closed_day, due_at, next_due_at, late_after, late, provisional,
    first_contact_due_at, first_contact_at, external_number, external_due_at, filled_above, returns, reworks,
    found, outcome, solved, rating, leader_waiting, confidential, voices, photos, last_event, last_at
FROM cases WHERE office = :id >> 37 AND id = :id;

-- name: cases_fetch
-- kept
-- Many of an office, of ids in a JSON list. The plus keeps SQLite from an index by office, all of which it would read;
-- OFFSET keeps PostgreSQL from planning both as one: of tables that have grown since they were last counted it would walk
-- one in the order of the answer and look at every row of the office.
-- params: office int, ids text
-- columns: id int, office int, number text, procedure text, version int, state text, channel text, class text
-- columns: condition int, community int, estate int, grid int, wgs84_lat int, wgs84_lon int, cell int
-- columns: outside int, unit int, reported_at int, day int, hour int, accepted_at int, filed_at int
-- columns: dispatched_at int, signed_at int, handled_at int, checked_at int, closed_at int, closed_day int
-- columns: due_at int, next_due_at int, late_after int, late int, provisional int, first_contact_due_at int
-- columns: first_contact_at int, external_number text, external_due_at int, filled_above int, returns int
-- columns: reworks int, found int, outcome text, solved int, rating int, leader_waiting int, confidential int
-- columns: voices int, photos int, last_event int, last_at int
SELECT id, office, number, procedure, version, state, channel, class, condition, community, estate, grid, wgs84_lat,
    wgs84_lon, cell, outside, unit, reported_at, day, hour, accepted_at, filed_at, dispatched_at, signed_at,
    handled_at, checked_at, closed_at, closed_day, due_at, next_due_at, late_after, late, provisional,
    first_contact_due_at, first_contact_at, external_number, external_due_at, filled_above, returns, reworks,
    found, outcome, solved, rating, leader_waiting, confidential, voices, photos, last_event, last_at
FROM cases WHERE +office = :office AND id IN (SELECT value FROM json_each(:ids)) ORDER BY id;
-- postgres:
SELECT id, office, number, procedure, version, state, channel, class, condition, community, estate, grid, wgs84_lat,
    wgs84_lon, cell, outside, unit, reported_at, day, hour, accepted_at, filed_at, dispatched_at, signed_at,
    handled_at, checked_at, closed_at, closed_day, due_at, next_due_at, late_after, late, provisional,
    first_contact_due_at, first_contact_at, external_number, external_due_at, filled_above, returns, reworks,
    found, outcome, solved, rating, leader_waiting, confidential, voices, photos, last_event, last_at
FROM (SELECT DISTINCT unnest(CAST(translate(:ids, '[]', '{}') AS BIGINT[])) AS asked_id) AS asked
CROSS JOIN LATERAL (SELECT * FROM cases WHERE office = :office AND id = asked_id OFFSET 0) AS one ORDER BY id;

-- name: cases_count
-- params: office int
-- columns: count int
SELECT count(*) FROM cases WHERE office = :office;

-- name: case_by_number
-- params: office int, number text
-- columns: id int
SELECT id FROM cases WHERE office = :office AND number = :number;

-- name: cases_updated
-- by the time of change that the public sees (closing ends it), latest first: those from `after` on, below (key, below)
-- params: office int, after int, key int, below int, most int
-- columns: id int, updated_at int
SELECT id, CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END FROM cases INDEXED BY cases_updated
WHERE office = :office AND CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END >= :after
    AND CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END <= :key
    AND (CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END < :key OR id < :below)
ORDER BY CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END DESC, id DESC LIMIT :most;

-- name: case_by_external
-- kept
-- params: office int, external_number text
-- columns: id int, number text
SELECT id, number FROM cases WHERE office = :office AND external_number = :external_number AND external_number <> '';

-- name: clock_insert
-- many
-- params: case_id int, number int, kind text, amount int, unit text, started_at int, due_at int, stopped_at int, provisional int
INSERT INTO clocks (office, case_id, number, kind, amount, unit, started_at, due_at, stopped_at, provisional)
VALUES (:case_id >> 37, :case_id, :number, :kind, :amount, :unit, :started_at, :due_at, :stopped_at, :provisional);

-- name: clock_stop
-- params: case_id int, number int, stopped_at int
UPDATE clocks SET stopped_at = :stopped_at WHERE office = :case_id >> 37 AND case_id = :case_id AND number = :number;

-- name: clock_list
-- kept
-- params: case_id int
-- columns: number int, kind text, amount int, unit text, started_at int, due_at int, stopped_at int, provisional int
SELECT number, kind, amount, unit, started_at, due_at, stopped_at, provisional FROM clocks
WHERE office = :case_id >> 37 AND case_id = :case_id ORDER BY number;

-- name: clocks_list
-- kept
-- params: office int, ids text
-- columns: case_id int, number int, kind text, amount int, unit text, started_at int, due_at int, stopped_at int, provisional int
SELECT case_id, number, kind, amount, unit, started_at, due_at, stopped_at, provisional FROM clocks
WHERE office = :office AND case_id IN (SELECT value FROM json_each(:ids)) ORDER BY case_id, number;
-- postgres:
SELECT case_id, number, kind, amount, unit, started_at, due_at, stopped_at, provisional
FROM (SELECT DISTINCT unnest(CAST(translate(:ids, '[]', '{}') AS BIGINT[])) AS asked_id) AS asked
CROSS JOIN LATERAL (SELECT * FROM clocks WHERE office = :office AND case_id = asked_id OFFSET 0) AS one ORDER BY case_id, number;

-- name: task_insert
-- many
-- params: id int, office int, case_id int, kind text, unit int, grid int, state text, sent_at int, due_at int
-- params: signed_at int, done_at int, on_behalf int, round int
INSERT INTO tasks (id, office, case_id, kind, unit, grid, state, sent_at, due_at, signed_at, done_at, on_behalf, round)
VALUES (:id, :office, :case_id, :kind, :unit, :grid, :state, :sent_at, :due_at, :signed_at, :done_at, :on_behalf, :round);

-- name: task_update
-- params: id int, state text, due_at int, signed_at int, done_at int, on_behalf int, round int
UPDATE tasks SET state = :state, due_at = :due_at, signed_at = :signed_at, done_at = :done_at, on_behalf = :on_behalf,
    round = :round WHERE office = :id >> 37 AND id = :id;

-- name: task_list
-- kept
-- params: case_id int
-- columns: id int, kind text, unit int, grid int, state text, sent_at int, due_at int, signed_at int, done_at int, on_behalf int, round int
SELECT id, kind, unit, grid, state, sent_at, due_at, signed_at, done_at, on_behalf, round FROM tasks
WHERE office = :case_id >> 37 AND case_id = :case_id ORDER BY id;

-- name: tasks_list
-- kept
-- params: office int, ids text
-- columns: case_id int, id int, kind text, unit int, grid int, state text, sent_at int, due_at int, signed_at int, done_at int, on_behalf int, round int
SELECT case_id, id, kind, unit, grid, state, sent_at, due_at, signed_at, done_at, on_behalf, round FROM tasks
WHERE +office = :office AND case_id IN (SELECT value FROM json_each(:ids)) ORDER BY case_id, id;
-- postgres:
SELECT case_id, id, kind, unit, grid, state, sent_at, due_at, signed_at, done_at, on_behalf, round
FROM (SELECT DISTINCT unnest(CAST(translate(:ids, '[]', '{}') AS BIGINT[])) AS asked_id) AS asked
CROSS JOIN LATERAL (SELECT * FROM tasks WHERE office = :office AND case_id = asked_id OFFSET 0) AS one ORDER BY case_id, id;

-- name: task_fetch
-- params: id int
-- columns: case_id int, unit int, state text, kind text
SELECT case_id, unit, state, kind FROM tasks WHERE office = :id >> 37 AND id = :id;

-- name: tasks_of_unit
-- open tasks of a unit, first due first; likely: or SQLite walks through all above 0 and not to the one
-- params: office int, unit int, state text, most int
-- columns: id int, case_id int, kind text, due_at int
SELECT id, case_id, kind, due_at FROM tasks WHERE office = :office AND unit = :unit AND likely(unit > 0) AND state = :state ORDER BY due_at, id LIMIT :most;

-- name: tasks_of_grid
-- params: office int, grid int, most int
-- columns: id int, case_id int, kind text, due_at int
SELECT id, case_id, kind, due_at FROM tasks WHERE office = :office AND grid = :grid AND likely(grid > 0) AND state = 'sent' ORDER BY due_at, id LIMIT :most;

-- name: voice_insert
-- many
-- params: id int, office int, case_id int, channel text, external_number text, said_at int, has_contact int, event int
INSERT INTO voices (id, office, case_id, channel, external_number, said_at, has_contact, solved, rating, event)
VALUES (:id, :office, :case_id, :channel, :external_number, :said_at, :has_contact, 0, 0, :event);

-- name: voice_rate
-- params: id int, solved int, rating int
UPDATE voices SET solved = :solved, rating = :rating WHERE office = :id >> 37 AND id = :id;

-- name: voice_forget
-- nothing of who it was is left
-- params: id int
UPDATE voices SET has_contact = 0 WHERE office = :id >> 37 AND id = :id;

-- name: voices_reopen
-- it is done again: its voices may rate once more, and those of the cases merged into it
-- params: case_id int
UPDATE voices SET solved = 0, rating = 0 WHERE office = :case_id >> 37 AND case_id IN (SELECT :case_id
    UNION ALL SELECT case_id FROM merges WHERE office = :case_id >> 37 AND main_case = :case_id);

-- name: voice_list
-- params: case_id int
-- columns: id int, channel text, external_number text, said_at int, has_contact int, solved int, rating int, event int
SELECT id, channel, external_number, said_at, has_contact, solved, rating, event FROM voices
WHERE office = :case_id >> 37 AND case_id = :case_id ORDER BY id;

-- name: voice_fetch
-- params: id int
-- columns: case_id int, channel text, said_at int, has_contact int, solved int, rating int, event int, office int
SELECT case_id, channel, said_at, has_contact, solved, rating, event, office FROM voices WHERE office = :id >> 37 AND id = :id;

-- name: voice_case_number
-- params: id int
-- columns: number text
SELECT cases.number FROM voices JOIN cases ON cases.office = voices.office AND cases.id = voices.case_id
WHERE voices.office = :id >> 37 AND voices.id = :id;

-- name: note_insert
-- many
-- params: case_id int, event int, code text, public int
INSERT INTO notes (office, case_id, event, code, public) VALUES (:case_id >> 37, :case_id, :event, :code, :public);

-- name: note_list
-- the timeline: each event of the case with what the ledger says of it
-- params: case_id int, office int
-- columns: event int, code text, public int, at int, accepted_at int, actor int, name text, body bytes
SELECT n.event, n.code, n.public, l.at, l.accepted_at, l.actor, l.name, l.body
FROM notes n JOIN ledger l ON l.office = n.office AND l.number = n.event WHERE n.office = :office AND n.case_id = :case_id ORDER BY n.event;

-- name: case_handed_over
-- the entry that handed the case over to another office
-- params: case_id int
-- columns: event int
SELECT event FROM notes WHERE office = :case_id >> 37 AND case_id = :case_id AND code = 'handed_over' ORDER BY event DESC LIMIT 1;

-- name: case_report_text
-- the words of the first voice, and never a later text in their place when they were erased
-- params: subject int
-- columns: text text, event int
SELECT text, event FROM words WHERE office = :subject >> 37 AND field = 'text'
    AND event = (SELECT min(n.event) FROM notes n WHERE n.office = :subject >> 37 AND n.case_id = :subject);

-- name: case_report_texts
-- The same of many cases of an office, of ids in a JSON list.
-- params: office int, ids text
-- columns: case_id int, text text
SELECT first.case_id, words.text
FROM (SELECT case_id, min(event) AS event FROM notes WHERE office = :office AND case_id IN (SELECT value FROM json_each(:ids))
      GROUP BY case_id) AS first
JOIN words ON words.office = :office AND words.event = first.event AND words.field = 'text';
-- postgres:
SELECT first.case_id, words.text
FROM (SELECT DISTINCT unnest(CAST(translate(:ids, '[]', '{}') AS BIGINT[])) AS asked_id) AS asked
CROSS JOIN LATERAL (SELECT case_id, event FROM notes WHERE office = :office AND case_id = asked_id ORDER BY event LIMIT 1) AS first
CROSS JOIN LATERAL (SELECT text FROM words WHERE office = :office AND event = first.event AND field = 'text' LIMIT 1) AS words;

-- name: attachments_of_event
-- params: office int, event int
-- columns: id int
SELECT id FROM attachments WHERE office = :office AND event = :event ORDER BY id;

-- name: case_answer
-- the last answer to those who raised it
-- params: subject int
-- columns: text text
SELECT text FROM words WHERE office = :subject >> 37 AND subject = :subject AND field = 'answer' ORDER BY id DESC LIMIT 1;

-- name: cases_similar
-- the newest of a class, for "has a neighbour reported it already"
-- params: office int, class text, since int
-- columns: id int, office int, number text, procedure text, version int, state text, channel text, class text
-- columns: condition int, community int, estate int, grid int, wgs84_lat int, wgs84_lon int, cell int
-- columns: outside int, unit int, reported_at int, day int, hour int, accepted_at int, filed_at int
-- columns: dispatched_at int, signed_at int, handled_at int, checked_at int, closed_at int, closed_day int
-- columns: due_at int, next_due_at int, late_after int, late int, provisional int, first_contact_due_at int
-- columns: first_contact_at int, external_number text, external_due_at int, filled_above int, returns int
-- columns: reworks int, found int, outcome text, solved int, rating int, leader_waiting int, confidential int
-- columns: voices int, photos int, last_event int, last_at int
SELECT id, office, number, procedure, version, state, channel, class, condition, community, estate, grid, wgs84_lat,
    wgs84_lon, cell, outside, unit, reported_at, day, hour, accepted_at, filed_at, dispatched_at, signed_at,
    handled_at, checked_at, closed_at, closed_day, due_at, next_due_at, late_after, late, provisional,
    first_contact_due_at, first_contact_at, external_number, external_due_at, filled_above, returns, reworks,
    found, outcome, solved, rating, leader_waiting, confidential, voices, photos, last_event, last_at
FROM cases WHERE office = :office AND class = :class AND reported_at >= :since ORDER BY reported_at DESC LIMIT 200;

-- name: note_hashes
-- the entries of a case with their hashes
-- params: case_id int, office int
-- columns: event int, public int, accepted_at int, hash bytes, body bytes
SELECT n.event, n.public, l.accepted_at, l.hash, l.body
FROM notes n JOIN ledger l ON l.office = :office AND l.number = n.event WHERE n.office = :office AND n.case_id = :case_id ORDER BY n.event;

-- name: case_entry
-- the entry that brought a case
-- params: case_id int, office int
-- columns: number int, hash bytes
SELECT l.number, l.hash FROM notes n JOIN ledger l ON l.office = :office AND l.number = n.event
WHERE n.office = :office AND n.case_id = :case_id ORDER BY n.event LIMIT 1;

-- name: merge_insert
-- params: case_id int, main_case int, event int
INSERT INTO merges (office, case_id, main_case, event) VALUES (:case_id >> 37, :case_id, :main_case, :event);

-- name: merge_move
-- the main case was merged itself
-- params: case_id int, main_case int
UPDATE merges SET main_case = :main_case WHERE office = :case_id >> 37 AND case_id = :case_id;

-- name: merge_delete
-- params: case_id int
DELETE FROM merges WHERE office = :case_id >> 37 AND case_id = :case_id;

-- name: merge_fetch
-- params: case_id int
-- columns: main_case int, event int
SELECT main_case, event FROM merges WHERE office = :case_id >> 37 AND case_id = :case_id;

-- name: merge_number
-- the main case of a merged one
-- params: case_id int
-- columns: id int, number text
SELECT c.id, c.number FROM merges m JOIN cases c ON c.office = m.office AND c.id = m.main_case
WHERE m.office = :case_id >> 37 AND m.case_id = :case_id;

-- name: merge_numbers
-- The same of many cases of an office, of ids in a JSON list.
-- params: office int, ids text
-- columns: case_id int, id int, number text
SELECT m.case_id, c.id, c.number FROM merges m JOIN cases c ON c.office = m.office AND c.id = m.main_case
WHERE m.office = :office AND m.case_id IN (SELECT value FROM json_each(:ids));
-- postgres:
SELECT m.case_id, c.id, c.number
FROM (SELECT DISTINCT unnest(CAST(translate(:ids, '[]', '{}') AS BIGINT[])) AS asked_id) AS asked
CROSS JOIN LATERAL (SELECT * FROM merges WHERE office = :office AND case_id = asked_id OFFSET 0) AS m
JOIN cases c ON c.office = m.office AND c.id = m.main_case;

-- name: merge_list
-- params: main_case int, most int
-- columns: case_id int
SELECT case_id FROM merges WHERE office = :main_case >> 37 AND main_case = :main_case ORDER BY case_id LIMIT :most;

-- name: notes_of_code
-- params: case_id int, code text
-- columns: event int
SELECT event FROM notes WHERE office = :case_id >> 37 AND case_id = :case_id AND code = :code ORDER BY event;

-- name: twins_estate
-- the newest of an estate, for "is it one of these?"; each of the three reads `most` rows of one index and no more
-- params: office int, estate int, since int, most int
-- columns: id int, state text, class text, community int, estate int, wgs84_lat int, wgs84_lon int, reported_at int
SELECT id, state, class, community, estate, wgs84_lat, wgs84_lon, reported_at FROM cases INDEXED BY cases_estate
WHERE office = :office AND estate = :estate AND reported_at >= :since ORDER BY reported_at DESC, id DESC LIMIT :most;

-- name: twins_grid
-- the newest of a grid
-- params: office int, grid int, since int, most int
-- columns: id int, state text, class text, community int, estate int, wgs84_lat int, wgs84_lon int, reported_at int
SELECT id, state, class, community, estate, wgs84_lat, wgs84_lon, reported_at FROM cases INDEXED BY cases_grid
WHERE office = :office AND grid = :grid AND reported_at >= :since ORDER BY reported_at DESC, id DESC LIMIT :most;

-- name: twins_class
-- the newest of a class
-- params: office int, class text, since int, most int
-- columns: id int, state text, class text, community int, estate int, wgs84_lat int, wgs84_lon int, reported_at int
SELECT id, state, class, community, estate, wgs84_lat, wgs84_lon, reported_at FROM cases INDEXED BY cases_class
WHERE office = :office AND class = :class AND reported_at >= :since ORDER BY reported_at DESC, id DESC LIMIT :most;
