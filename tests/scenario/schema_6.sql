-- SPDX-License-Identifier: Apache-2.0
-- The schema, SQLite form. Three kinds of table (DESIGN.md 8), named in the line before each:
--   kind: derived  what `apply` makes of the ledger: equal to the replay, cell by cell
--   kind: beside   what people said and who they are: proved by commitments in the events
--   kind: passing  may be emptied at any time
--   kind: ledger   the chain itself
-- Identifiers are 53 bits: office << 37 | counter. Times are UTC microseconds, 0 = not yet. Coordinates are WGS-84
-- degrees * 10^7. Flags are 0 or 1. Codes are the words of the catalogue.

-- kind: ledger
CREATE TABLE ledger (
    office      INTEGER NOT NULL, -- whose chain
    number      INTEGER NOT NULL, -- 1, 2, 3 ... within the office
    accepted_at INTEGER NOT NULL, -- the door's time, never going back within an office
    at          INTEGER NOT NULL, -- the time that counts: accepted_at, or the actor's claim where he may say so
    actor       INTEGER NOT NULL, -- account id; 0 the system, -1 a resident, -2 the holder of a link, -3 a program (Open311)
    name        TEXT NOT NULL,    -- event name with version, e.g. case.filed/1
    body        BLOB NOT NULL,    -- the fields of the event, packed (engine/ledger/pack.h); their flat JSON is what was hashed
    client_id   TEXT,             -- the client's own id of the command, NULL for its second and later events
    digest      BLOB,             -- keyed hash of the command's body, to tell a repeat from another command
    hash        BLOB NOT NULL,    -- SHA-256 over the hash before it and this entry
    PRIMARY KEY (office, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ledger_client ON ledger (office, actor, client_id) WHERE client_id IS NOT NULL;
-- Who looks for these entries does not walk through all others.
CREATE INDEX ledger_erasures ON ledger (office, number) WHERE name = 'beside.erased/1';
CREATE INDEX ledger_hand_overs ON ledger (office, number) WHERE name = 'case.handed_over/1';

-- kind: derived
CREATE TABLE counters (
    office INTEGER NOT NULL,
    name   TEXT NOT NULL,    -- 'id', or 'serial:20261122' for case numbers
    value  INTEGER NOT NULL, -- the last one given
    PRIMARY KEY (office, name)
) STRICT, WITHOUT ROWID;

-- kind: derived
CREATE TABLE offices (
    id             INTEGER PRIMARY KEY, -- 1 .. 65535
    code           TEXT NOT NULL,       -- short code in case numbers
    name_zh        TEXT NOT NULL,
    name_en        TEXT NOT NULL,
    offset_minutes INTEGER NOT NULL,    -- civil time east of UTC
    telephone      TEXT NOT NULL,       -- duty telephone, shown to everybody
    division       TEXT NOT NULL        -- division code of the street
) STRICT;

-- kind: derived
CREATE TABLE definitions (
    name    TEXT NOT NULL,    -- path in the catalogue, e.g. common/classes.csv
    version INTEGER NOT NULL, -- of the whole catalogue, 1, 2, 3 ...
    text    TEXT NOT NULL,
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;

-- kind: derived
CREATE TABLE places (
    id      INTEGER PRIMARY KEY,
    office  INTEGER NOT NULL,
    code    TEXT NOT NULL,
    parent  INTEGER NOT NULL, -- 0 = the top
    level   TEXT NOT NULL,    -- district street community grid estate
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind    TEXT NOT NULL,
    firm    TEXT NOT NULL,    -- unit code of the property firm of an estate
    polygon TEXT NOT NULL     -- GeoJSON geometry or ''
) STRICT;
CREATE UNIQUE INDEX places_code ON places (office, code);

-- kind: derived
CREATE TABLE units (
    id           INTEGER PRIMARY KEY,
    office       INTEGER NOT NULL,
    code         TEXT NOT NULL,
    parent       TEXT NOT NULL,
    name_zh      TEXT NOT NULL,
    name_en      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    has_accounts INTEGER NOT NULL, -- 0: it gets one-task links
    line         TEXT NOT NULL,    -- line of work (条)
    area         TEXT NOT NULL,    -- place code of its area (块)
    telephone    TEXT NOT NULL     -- office telephone, never a private one
) STRICT;
CREATE UNIQUE INDEX units_code ON units (office, code);

-- kind: derived
CREATE TABLE accounts (
    id       INTEGER PRIMARY KEY,
    office   INTEGER NOT NULL, -- the office it works in
    login    TEXT NOT NULL,
    unit     INTEGER NOT NULL, -- units.id, 0 = none
    language TEXT NOT NULL,    -- zh or en
    active   INTEGER NOT NULL,
    event    INTEGER NOT NULL  -- number of the event that holds the commitment to the name
) STRICT;
CREATE UNIQUE INDEX accounts_login ON accounts (login);

-- kind: derived
CREATE TABLE grants (
    id        INTEGER PRIMARY KEY,
    office    INTEGER NOT NULL,
    account   INTEGER NOT NULL,
    role      TEXT NOT NULL,
    place     INTEGER NOT NULL, -- places.id, 0 = the whole office
    procedure TEXT NOT NULL     -- '' = all
) STRICT;
CREATE INDEX grants_account ON grants (account);

-- kind: derived
CREATE TABLE cases (
    id                   INTEGER PRIMARY KEY,
    office               INTEGER NOT NULL,
    number               TEXT NOT NULL,    -- for people, with a check character
    procedure            TEXT NOT NULL,
    version              INTEGER NOT NULL, -- of the catalogue it runs under
    state                TEXT NOT NULL,
    channel              TEXT NOT NULL,
    class                TEXT NOT NULL,    -- '' = not yet chosen
    condition            INTEGER NOT NULL, -- graded row, 0 = not yet chosen
    community            INTEGER NOT NULL, -- place ids at the time of reporting, 0 = unknown
    estate               INTEGER NOT NULL,
    grid                 INTEGER NOT NULL,
    wgs84_lat            INTEGER NOT NULL, -- 0 with wgs84_lon 0 = no point
    wgs84_lon            INTEGER NOT NULL,
    cell                 INTEGER NOT NULL, -- cell number of the point, 0 = none
    outside              INTEGER NOT NULL, -- 1: beyond the border of the street
    unit                 INTEGER NOT NULL, -- lead unit, 0 = none yet
    reported_at          INTEGER NOT NULL,
    day                  INTEGER NOT NULL, -- civil day of reported_at, yyyymmdd
    hour                 INTEGER NOT NULL, -- civil hour of reported_at
    accepted_at          INTEGER NOT NULL, -- when the door took it in
    filed_at             INTEGER NOT NULL,
    dispatched_at        INTEGER NOT NULL,
    signed_at            INTEGER NOT NULL,
    handled_at           INTEGER NOT NULL,
    checked_at           INTEGER NOT NULL,
    closed_at            INTEGER NOT NULL, -- closed, declined or merged
    closed_day           INTEGER NOT NULL, -- civil day of closed_at, yyyymmdd
    due_at               INTEGER NOT NULL, -- deadline of handling; theirs for orders
    next_due_at          INTEGER NOT NULL, -- first deadline of the running clocks, first contact aside; 0 = none
    late_after           INTEGER NOT NULL, -- due_at while handling is not finished, else 0
    late                 INTEGER NOT NULL, -- 1: handling was finished after due_at, or never was
    provisional          INTEGER NOT NULL, -- 1: a deadline rests on a year without calendar data
    first_contact_due_at INTEGER NOT NULL,
    first_contact_at     INTEGER NOT NULL,
    external_number      TEXT NOT NULL,    -- number at the body above, '' = none
    external_due_at      INTEGER NOT NULL,
    filled_above         INTEGER NOT NULL, -- 1: the reply was copied into the system above
    returns              INTEGER NOT NULL,
    reworks              INTEGER NOT NULL,
    found                INTEGER NOT NULL, -- verification: 0 not asked, 1 found, 2 not found
    outcome              TEXT NOT NULL,    -- solved on_spot explained handed_over refused, '' = open
    solved               INTEGER NOT NULL, -- the resident's word: 0 none, 1 yes, 2 no
    rating               INTEGER NOT NULL, -- 1..5, 0 = none
    leader_waiting       INTEGER NOT NULL, -- 1: a leader was asked and has not answered
    confidential         INTEGER NOT NULL,
    voices               INTEGER NOT NULL, -- how many people raised it
    photos               INTEGER NOT NULL,
    last_event           INTEGER NOT NULL, -- what a person has seen is named by it
    last_at              INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX cases_number ON cases (office, number);
CREATE UNIQUE INDEX cases_external ON cases (office, external_number) WHERE external_number <> '';
-- questions:
-- The indexes of engine/query. cases_newest and cases_open are wide so that most filters and all figures are answered
-- from them alone; the others lead to a place, a unit, a class in order of time. SQL_IS_OPEN in compile.h says the same
-- condition in the same words.
CREATE INDEX cases_newest ON cases (office, reported_at, id, state, late, late_after, returns, reworks, rating, solved,
    first_contact_due_at, first_contact_at, day, community, class, unit, channel, procedure, grid, estate, hour, leader_waiting, next_due_at);
CREATE INDEX cases_open ON cases (office, next_due_at, id, state, late, late_after, returns, reworks, rating, solved,
    first_contact_due_at, first_contact_at, day, community, class, unit, channel, procedure, grid, estate, hour, leader_waiting, reported_at)
    WHERE state NOT IN ('closed','declined','merged');
CREATE INDEX cases_community ON cases (office, community, reported_at, id);
CREATE INDEX cases_grid ON cases (office, grid, reported_at, id);
CREATE INDEX cases_estate ON cases (office, estate, reported_at, id);
CREATE INDEX cases_unit ON cases (office, unit, reported_at, id);
CREATE INDEX cases_class ON cases (office, class, reported_at, id);
CREATE INDEX cases_closed ON cases (office, closed_at, reported_at, id);
CREATE INDEX cases_rating ON cases (office, rating, reported_at, id);
CREATE INDEX cases_leader ON cases (office, reported_at, id) WHERE leader_waiting = 1;
-- By the time of change that Open311 shows (cases.sql, cases_updated): copies elsewhere ask for what is new since then.
CREATE INDEX cases_updated ON cases (office, (CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END), id);
-- What a map shows of open cases, square by square (query/map.h); wide as the first two.
CREATE INDEX cases_cell ON cases (office, cell, id, state, late, late_after, next_due_at, wgs84_lat, wgs84_lon, community, grid,
    estate, unit, class, channel, procedure, reported_at) WHERE state NOT IN ('closed','declined','merged');
-- Cases of which two things of four can be said: late, sent back, handled again, the resident not content. Each by itself is
-- found among the newest; two together are rare, and a walk for them would pass the whole office (SQL_IS_MARKED in compile.h).
CREATE INDEX cases_marked ON cases (office, reported_at, id, state, late, late_after, returns, reworks, rating, solved, community, class,
    unit, channel, procedure, grid, estate)
    WHERE CASE WHEN late = 1 OR late_after > 0 THEN 1 ELSE 0 END + CASE WHEN returns > 0 THEN 1 ELSE 0 END
        + CASE WHEN reworks > 0 THEN 1 ELSE 0 END + CASE WHEN rating IN (1, 2) OR solved = 2 THEN 1 ELSE 0 END > 1;
-- What the clock changes in figures without an event (query/figures.c): open cases by the deadline of their handling, but those
-- that are late for good, and cases without first contact by the deadline of it.
CREATE INDEX cases_overdue ON cases (office, late_after, id, reported_at, day, community, class, unit, channel, procedure, state, late)
    WHERE late = 0 AND late_after <> 0 AND state NOT IN ('closed','declined','merged');
CREATE INDEX cases_uncontacted ON cases (office, first_contact_due_at, id, reported_at, day, community, class, unit, channel, procedure,
    state, first_contact_at)
    WHERE first_contact_at = 0 AND first_contact_due_at <> 0;

-- kind: derived
CREATE TABLE tallies (
    office            INTEGER NOT NULL,
    cube              INTEGER NOT NULL, -- what is told apart, a sum: 1 community, 2 class, 4 unit, 8 channel; 16 more: open cases (query/tally.h)
    span              INTEGER NOT NULL, -- year, month or day of the report: 2026, 202611, 20261122
    community         INTEGER NOT NULL, -- 0 also where it is not told apart; so the next three
    class             TEXT NOT NULL,
    unit              INTEGER NOT NULL,
    channel           TEXT NOT NULL,
    procedure         TEXT NOT NULL,
    state             TEXT NOT NULL,    -- closed, declined or merged, or open for all others
    cases             INTEGER NOT NULL, -- how many, at least 1
    late              INTEGER NOT NULL, -- how many of them ... were late
    returned          INTEGER NOT NULL,
    reworked          INTEGER NOT NULL,
    rated             INTEGER NOT NULL,
    rating_sum        INTEGER NOT NULL, -- sum of the grades
    solved            INTEGER NOT NULL, -- solved, by the resident's word
    asked             INTEGER NOT NULL, -- the resident gave a word
    contacted_in_time INTEGER NOT NULL,
    contact_due       INTEGER NOT NULL, -- have a deadline of first contact
    PRIMARY KEY (office, cube, span, community, class, unit, channel, procedure, state)
) STRICT, WITHOUT ROWID;

-- kind: derived
CREATE TABLE merges (
    office    INTEGER NOT NULL,
    case_id   INTEGER NOT NULL, -- that goes on as part of another
    main_case INTEGER NOT NULL, -- with which it goes on; never one that is merged itself
    event     INTEGER NOT NULL, -- the entry that merged it: what it was before stands there
    PRIMARY KEY (office, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_main ON merges (office, main_case, case_id);

-- kind: derived
CREATE TABLE tasks (
    id         INTEGER PRIMARY KEY,
    office     INTEGER NOT NULL,
    case_id    INTEGER NOT NULL,
    kind       TEXT NOT NULL,    -- verify lead assist check
    unit       INTEGER NOT NULL, -- who has it; 0 for a grid worker's task
    grid       INTEGER NOT NULL, -- grid (or community) whose worker has it, 0 = none
    state      TEXT NOT NULL,    -- sent signed done returned withdrawn
    sent_at    INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    signed_at  INTEGER NOT NULL,
    done_at    INTEGER NOT NULL,
    on_behalf  INTEGER NOT NULL, -- account that signed or reported for the unit, 0 = itself
    round      INTEGER NOT NULL  -- 1, and one more with each rework
) STRICT;
CREATE INDEX tasks_case ON tasks (case_id);
-- questions:
CREATE INDEX tasks_scope ON tasks (office, unit, case_id); -- which cases a unit has or had
CREATE INDEX tasks_unit ON tasks (office, unit, state, due_at) WHERE unit > 0;
CREATE INDEX tasks_grid ON tasks (office, grid, state, due_at) WHERE grid > 0;

-- kind: derived
CREATE TABLE clocks (
    office      INTEGER NOT NULL,
    case_id     INTEGER NOT NULL,
    number      INTEGER NOT NULL, -- 1, 2, 3 ... within the case
    kind        TEXT NOT NULL,    -- accept verify file dispatch handle check close first_contact follow_up
    amount      INTEGER NOT NULL,
    unit        TEXT NOT NULL,    -- urgent_hour urgent_day work_hour work_day natural_day minute theirs
    started_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    stopped_at  INTEGER NOT NULL, -- 0 = running
    provisional INTEGER NOT NULL,
    PRIMARY KEY (office, case_id, number)
) STRICT, WITHOUT ROWID;

-- kind: derived
CREATE TABLE voices (
    id              INTEGER PRIMARY KEY,
    office          INTEGER NOT NULL,
    case_id         INTEGER NOT NULL,
    channel         TEXT NOT NULL,
    external_number TEXT NOT NULL,
    said_at         INTEGER NOT NULL,
    has_contact     INTEGER NOT NULL, -- 1: name, telephone or e-mail lie in the vault
    solved          INTEGER NOT NULL,
    rating          INTEGER NOT NULL,
    event           INTEGER NOT NULL  -- the event that brought it
) STRICT;
CREATE INDEX voices_case ON voices (case_id);

-- kind: derived
CREATE TABLE notes (
    office  INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    event   INTEGER NOT NULL, -- number in the ledger of the office: body, actor and times stand there
    code    TEXT NOT NULL,    -- what happened, worded at display
    public  INTEGER NOT NULL,
    PRIMARY KEY (office, case_id, event)
) STRICT, WITHOUT ROWID;

-- kind: derived
CREATE TABLE daily_roots (
    office   INTEGER NOT NULL, -- whose ledger, 0 = the common one
    day      INTEGER NOT NULL, -- civil day, yyyymmdd
    until_at INTEGER NOT NULL, -- its end
    first    INTEGER NOT NULL, -- number of the entry that it begins with
    last     INTEGER NOT NULL, -- number of the entry that it ends with, first - 1 when it has none
    root     TEXT NOT NULL,    -- hex (engine/ledger/roots.h)
    event    INTEGER NOT NULL, -- the entry that closed it
    PRIMARY KEY (office, day)
) STRICT, WITHOUT ROWID;

-- kind: derived
CREATE TABLE audit_heads (
    number INTEGER PRIMARY KEY, -- of an entry of the audit log
    hash   TEXT NOT NULL,       -- hex, as it stood there
    at     INTEGER NOT NULL,    -- when the ledger kept it
    event  INTEGER NOT NULL     -- the entry of the common ledger that did
) STRICT;

-- kind: beside
CREATE TABLE words (
    id      INTEGER PRIMARY KEY,
    office  INTEGER NOT NULL,
    event   INTEGER NOT NULL, -- the event whose body holds the commitment <field>_commit
    field   TEXT NOT NULL,
    subject INTEGER NOT NULL, -- case or account that it belongs to
    salt    BLOB NOT NULL,    -- 32 random bytes
    text    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX words_event ON words (office, event, field);
CREATE INDEX words_subject ON words (subject);

-- kind: beside
CREATE TABLE vault (
    id          INTEGER PRIMARY KEY,
    office      INTEGER NOT NULL,
    event       INTEGER NOT NULL,
    field       TEXT NOT NULL,    -- name telephone email
    subject     INTEGER NOT NULL, -- the voice
    key_version INTEGER NOT NULL, -- of the master key
    wrapped_key BLOB NOT NULL,    -- nonce and AES-256-GCM of this value's own key under the master key
    sealed      BLOB NOT NULL,    -- nonce and AES-256-GCM of salt and value under its own key
    equality    BLOB NOT NULL     -- keyed hash of the value, for equality search inside the vault alone
) STRICT;
CREATE UNIQUE INDEX vault_event ON vault (office, event, field);
CREATE INDEX vault_subject ON vault (subject);

-- kind: beside
CREATE TABLE attachments (
    id         INTEGER PRIMARY KEY,
    office     INTEGER NOT NULL,
    event      INTEGER NOT NULL,
    field      TEXT NOT NULL,    -- photo_1, photo_2 ...
    case_id    INTEGER NOT NULL,
    file       TEXT NOT NULL,    -- random name in attachments/
    salt       BLOB NOT NULL,
    digest     BLOB NOT NULL,    -- SHA-256 of the full picture's bytes
    size_bytes INTEGER NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    public     INTEGER NOT NULL  -- 1: staff covered faces and plates and released it
) STRICT;
CREATE UNIQUE INDEX attachments_event ON attachments (office, event, field);
CREATE INDEX attachments_case ON attachments (case_id);
CREATE UNIQUE INDEX attachments_file ON attachments (office, file);

-- kind: beside
CREATE TABLE credentials (
    account     INTEGER PRIMARY KEY,
    password    TEXT NOT NULL,    -- Argon2id, with its parameters
    must_change INTEGER NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT;

-- kind: beside
CREATE TABLE api_keys (
    id         INTEGER PRIMARY KEY, -- stands as `program` in the events of what this key reported
    digest     BLOB NOT NULL,       -- keyed hash of the secret, which is kept nowhere
    name       TEXT NOT NULL,       -- who has it
    per_minute INTEGER NOT NULL,    -- reports that it may send in a minute
    made_at    INTEGER NOT NULL,
    ended_at   INTEGER NOT NULL     -- 0 = in force
) STRICT;
CREATE UNIQUE INDEX api_keys_digest ON api_keys (digest);
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE ended_at = 0;

-- kind: beside
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, -- a chain of its own: sign-ins, reveals, exports
    at     INTEGER NOT NULL,
    actor  INTEGER NOT NULL,
    what   TEXT NOT NULL,       -- sign_in sign_in_failed reveal export password api_key_add api_key_end
    subject INTEGER NOT NULL,   -- case, voice or account
    remark TEXT NOT NULL,       -- purpose code, filter of an export
    hash   BLOB NOT NULL
) STRICT;

-- kind: passing
CREATE TABLE sessions (
    token      BLOB PRIMARY KEY, -- SHA-256 of the cookie
    account    INTEGER NOT NULL,
    csrf       TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- kind: passing
CREATE TABLE attempts (
    name       TEXT PRIMARY KEY,  -- login:NAME, pin:TASK, find:NUMBER
    failures   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- kind: passing
CREATE TABLE uploads (
    office     INTEGER NOT NULL, -- at which it was sent
    token      TEXT NOT NULL,    -- random file name, also how the client names it
    owner      INTEGER NOT NULL, -- account, or -1
    digest     BLOB NOT NULL,
    size_bytes INTEGER NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (office, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX uploads_at ON uploads (at);

-- kind: passing
CREATE TABLE root_blocks (
    office INTEGER NOT NULL, -- whose ledger, 0 = the common one
    day    INTEGER NOT NULL, -- a closed one, yyyymmdd
    block  INTEGER NOT NULL, -- 0, 1, 2 ... (engine/ledger/blocks.h)
    hash   BLOB NOT NULL,    -- top of the block's tree: believed only when all come to the day's root
    PRIMARY KEY (office, day, block)
) STRICT, WITHOUT ROWID;

-- kind: passing
CREATE TABLE root_sendings (
    office  INTEGER NOT NULL, -- whose roots, 0 = the common ledger's
    way     TEXT NOT NULL,    -- webhook or mail
    day     INTEGER NOT NULL, -- the newest that went out, yyyymmdd
    sent_at INTEGER NOT NULL, -- when
    PRIMARY KEY (office, way)
) STRICT, WITHOUT ROWID;

-- kind: passing
CREATE VIRTUAL TABLE search USING fts5 (grams, content = '', detail = none, tokenize = "unicode61 remove_diacritics 0 tokenchars ':'");
-- Pieces of the index that are as large as each other become one, two by two, when there is time for it (query/search_behind.h).
INSERT INTO search (search, rank) VALUES ('usermerge', 2);
