-- SPDX-License-Identifier: Apache-2.0
-- From version 2 to 3: every key of an office's table begins with the office, so that a city can spread offices over
-- servers. This text is never changed again.

ALTER TABLE clocks RENAME TO clocks_2;
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
INSERT INTO clocks SELECT case_id >> 37, case_id, number, kind, amount, unit, started_at, due_at, stopped_at, provisional FROM clocks_2;
DROP TABLE clocks_2;

ALTER TABLE notes RENAME TO notes_2;
CREATE TABLE notes (
    office  INTEGER NOT NULL,
    case_id INTEGER NOT NULL,
    event   INTEGER NOT NULL, -- number in the ledger of the office: body, actor and times stand there
    code    TEXT NOT NULL,    -- what happened, worded at display
    public  INTEGER NOT NULL,
    PRIMARY KEY (office, case_id, event)
) STRICT, WITHOUT ROWID;
INSERT INTO notes SELECT case_id >> 37, case_id, event, code, public FROM notes_2;
DROP TABLE notes_2;

DROP INDEX attachments_file;
CREATE UNIQUE INDEX attachments_file ON attachments (office, file);

DROP TABLE uploads; -- photos that no command has taken yet
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

DROP INDEX vault_equality; -- nothing read it

-- The daily roots and what of them went out.
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

CREATE TABLE root_sendings (
    office  INTEGER NOT NULL, -- whose roots, 0 = the common ledger's
    way     TEXT NOT NULL,    -- webhook or mail
    day     INTEGER NOT NULL, -- the newest that went out, yyyymmdd
    sent_at INTEGER NOT NULL, -- when
    PRIMARY KEY (office, way)
) STRICT, WITHOUT ROWID;
