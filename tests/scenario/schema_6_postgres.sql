-- SPDX-License-Identifier: Apache-2.0
-- What version 6 made of the schema for PostgreSQL.
CREATE TABLE ledger (
    office      BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    actor       BIGINT NOT NULL,
    name        TEXT NOT NULL,
    body        BYTEA NOT NULL,
    client_id   TEXT,
    digest      BYTEA,
    hash        BYTEA NOT NULL,
    PRIMARY KEY (office, number)
);
CREATE UNIQUE INDEX ledger_client ON ledger (office, actor, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX ledger_erasures ON ledger (office, number) WHERE name = 'beside.erased/1';
CREATE INDEX ledger_hand_overs ON ledger (office, number) WHERE name = 'case.handed_over/1';
CREATE TABLE counters (
    office BIGINT NOT NULL,
    name   TEXT NOT NULL,
    value  BIGINT NOT NULL,
    PRIMARY KEY (office, name)
);
CREATE TABLE offices (
    id             BIGINT PRIMARY KEY,
    code           TEXT NOT NULL,
    name_zh        TEXT NOT NULL,
    name_en        TEXT NOT NULL,
    offset_minutes BIGINT NOT NULL,
    telephone      TEXT NOT NULL,
    division       TEXT NOT NULL
);
CREATE TABLE definitions (
    name    TEXT NOT NULL,
    version BIGINT NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE TABLE places (
    id      BIGINT PRIMARY KEY,
    office  BIGINT NOT NULL,
    code    TEXT NOT NULL,
    parent  BIGINT NOT NULL,
    level   TEXT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    kind    TEXT NOT NULL,
    firm    TEXT NOT NULL,
    polygon TEXT NOT NULL
);
CREATE UNIQUE INDEX places_code ON places (office, code);
CREATE TABLE units (
    id           BIGINT PRIMARY KEY,
    office       BIGINT NOT NULL,
    code         TEXT NOT NULL,
    parent       TEXT NOT NULL,
    name_zh      TEXT NOT NULL,
    name_en      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    has_accounts BIGINT NOT NULL,
    line         TEXT NOT NULL,
    area         TEXT NOT NULL,
    telephone    TEXT NOT NULL
);
CREATE UNIQUE INDEX units_code ON units (office, code);
CREATE TABLE accounts (
    id       BIGINT PRIMARY KEY,
    office   BIGINT NOT NULL,
    login    TEXT NOT NULL,
    unit     BIGINT NOT NULL,
    language TEXT NOT NULL,
    active   BIGINT NOT NULL,
    event    BIGINT NOT NULL
);
CREATE UNIQUE INDEX accounts_login ON accounts (login);
CREATE TABLE grants (
    id        BIGINT PRIMARY KEY,
    office    BIGINT NOT NULL,
    account   BIGINT NOT NULL,
    role      TEXT NOT NULL,
    place     BIGINT NOT NULL,
    procedure TEXT NOT NULL
);
CREATE INDEX grants_account ON grants (account);
CREATE TABLE cases (
    id                   BIGINT NOT NULL,
    office               BIGINT NOT NULL,
    number               TEXT NOT NULL,
    procedure            TEXT NOT NULL,
    version              INTEGER NOT NULL,
    state                TEXT NOT NULL,
    channel              TEXT NOT NULL,
    class                TEXT NOT NULL,
    condition            INTEGER NOT NULL,
    community            BIGINT NOT NULL,
    estate               BIGINT NOT NULL,
    grid                 BIGINT NOT NULL,
    wgs84_lat            INTEGER NOT NULL,
    wgs84_lon            INTEGER NOT NULL,
    cell                 BIGINT NOT NULL,
    outside              SMALLINT NOT NULL,
    unit                 BIGINT NOT NULL,
    reported_at          BIGINT NOT NULL,
    day                  INTEGER NOT NULL,
    hour                 SMALLINT NOT NULL,
    accepted_at          BIGINT NOT NULL,
    filed_at             BIGINT NOT NULL,
    dispatched_at        BIGINT NOT NULL,
    signed_at            BIGINT NOT NULL,
    handled_at           BIGINT NOT NULL,
    checked_at           BIGINT NOT NULL,
    closed_at            BIGINT NOT NULL,
    closed_day           INTEGER NOT NULL,
    due_at               BIGINT NOT NULL,
    next_due_at          BIGINT NOT NULL,
    late_after           BIGINT NOT NULL,
    late                 SMALLINT NOT NULL,
    provisional          SMALLINT NOT NULL,
    first_contact_due_at BIGINT NOT NULL,
    first_contact_at     BIGINT NOT NULL,
    external_number      TEXT NOT NULL,
    external_due_at      BIGINT NOT NULL,
    filled_above         SMALLINT NOT NULL,
    returns              SMALLINT NOT NULL,
    reworks              SMALLINT NOT NULL,
    found                SMALLINT NOT NULL,
    outcome              TEXT NOT NULL,
    solved               SMALLINT NOT NULL,
    rating               SMALLINT NOT NULL,
    leader_waiting       SMALLINT NOT NULL,
    confidential         SMALLINT NOT NULL,
    voices               SMALLINT NOT NULL,
    photos               SMALLINT NOT NULL,
    last_event           BIGINT NOT NULL,
    last_at              BIGINT NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE UNIQUE INDEX cases_number ON cases (office, number);
CREATE UNIQUE INDEX cases_external ON cases (office, external_number) WHERE external_number <> '';
CREATE INDEX cases_newest ON cases (office, reported_at, id);
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
CREATE INDEX cases_updated ON cases (office, (CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END), id);
CREATE INDEX cases_cell ON cases (office, cell, id, state, late, late_after, next_due_at, wgs84_lat, wgs84_lon, community, grid,
    estate, unit, class, channel, procedure, reported_at) WHERE state NOT IN ('closed','declined','merged');
CREATE INDEX cases_marked ON cases (office, reported_at, id)
    WHERE CASE WHEN late = 1 OR late_after > 0 THEN 1 ELSE 0 END + CASE WHEN returns > 0 THEN 1 ELSE 0 END
        + CASE WHEN reworks > 0 THEN 1 ELSE 0 END + CASE WHEN rating IN (1, 2) OR solved = 2 THEN 1 ELSE 0 END > 1;
CREATE INDEX cases_overdue ON cases (office, late_after, id, reported_at, day, community, class, unit, channel, procedure, state, late)
    WHERE late = 0 AND late_after <> 0 AND state NOT IN ('closed','declined','merged');
CREATE INDEX cases_uncontacted ON cases (office, first_contact_due_at, id, reported_at, day, community, class, unit, channel, procedure,
    state, first_contact_at)
    WHERE first_contact_at = 0 AND first_contact_due_at <> 0;
CREATE TABLE tallies (
    office            BIGINT NOT NULL,
    cube              SMALLINT NOT NULL,
    span              INTEGER NOT NULL,
    community         BIGINT NOT NULL,
    class             TEXT NOT NULL,
    unit              BIGINT NOT NULL,
    channel           TEXT NOT NULL,
    procedure         TEXT NOT NULL,
    state             TEXT NOT NULL,
    cases             INTEGER NOT NULL,
    late              INTEGER NOT NULL,
    returned          INTEGER NOT NULL,
    reworked          INTEGER NOT NULL,
    rated             INTEGER NOT NULL,
    rating_sum        INTEGER NOT NULL,
    solved            INTEGER NOT NULL,
    asked             INTEGER NOT NULL,
    contacted_in_time INTEGER NOT NULL,
    contact_due       INTEGER NOT NULL,
    PRIMARY KEY (office, cube, span, community, class, unit, channel, procedure, state)
);
CREATE TABLE merges (
    office    BIGINT NOT NULL,
    case_id   BIGINT NOT NULL,
    main_case BIGINT NOT NULL,
    event     BIGINT NOT NULL,
    PRIMARY KEY (office, case_id)
);
CREATE INDEX merges_main ON merges (office, main_case, case_id);
CREATE TABLE tasks (
    id         BIGINT NOT NULL,
    office     BIGINT NOT NULL,
    case_id    BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    unit       BIGINT NOT NULL,
    grid       BIGINT NOT NULL,
    state      TEXT NOT NULL,
    sent_at    BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    signed_at  BIGINT NOT NULL,
    done_at    BIGINT NOT NULL,
    on_behalf  BIGINT NOT NULL,
    round      SMALLINT NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE INDEX tasks_case ON tasks (case_id);
CREATE INDEX tasks_scope ON tasks (office, unit, case_id);
CREATE INDEX tasks_unit ON tasks (office, unit, state, due_at) WHERE unit > 0;
CREATE INDEX tasks_grid ON tasks (office, grid, state, due_at) WHERE grid > 0;
CREATE TABLE clocks (
    office      BIGINT NOT NULL,
    case_id     BIGINT NOT NULL,
    number      SMALLINT NOT NULL,
    kind        TEXT NOT NULL,
    amount      INTEGER NOT NULL,
    unit        TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    stopped_at  BIGINT NOT NULL,
    provisional SMALLINT NOT NULL,
    PRIMARY KEY (office, case_id, number)
);
CREATE TABLE voices (
    id              BIGINT NOT NULL,
    office          BIGINT NOT NULL,
    case_id         BIGINT NOT NULL,
    channel         TEXT NOT NULL,
    external_number TEXT NOT NULL,
    said_at         BIGINT NOT NULL,
    has_contact     SMALLINT NOT NULL,
    solved          SMALLINT NOT NULL,
    rating          SMALLINT NOT NULL,
    event           BIGINT NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE INDEX voices_case ON voices (case_id);
CREATE TABLE notes (
    office  BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    event   BIGINT NOT NULL,
    code    TEXT NOT NULL,
    public  SMALLINT NOT NULL,
    PRIMARY KEY (office, case_id, event)
);
CREATE TABLE daily_roots (
    office   BIGINT NOT NULL,
    day      BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    first    BIGINT NOT NULL,
    last     BIGINT NOT NULL,
    root     TEXT NOT NULL,
    event    BIGINT NOT NULL,
    PRIMARY KEY (office, day)
);
CREATE TABLE audit_heads (
    number BIGINT PRIMARY KEY,
    hash   TEXT NOT NULL,
    at     BIGINT NOT NULL,
    event  BIGINT NOT NULL
);
CREATE TABLE words (
    id      BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    office  BIGINT NOT NULL,
    event   BIGINT NOT NULL,
    field   TEXT NOT NULL,
    subject BIGINT NOT NULL,
    salt    BYTEA NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE UNIQUE INDEX words_event ON words (office, event, field);
CREATE INDEX words_subject ON words (subject);
CREATE TABLE vault (
    id          BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    office      BIGINT NOT NULL,
    event       BIGINT NOT NULL,
    field       TEXT NOT NULL,
    subject     BIGINT NOT NULL,
    key_version BIGINT NOT NULL,
    wrapped_key BYTEA NOT NULL,
    sealed      BYTEA NOT NULL,
    equality    BYTEA NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE UNIQUE INDEX vault_event ON vault (office, event, field);
CREATE INDEX vault_subject ON vault (subject);
CREATE TABLE attachments (
    id         BIGINT GENERATED BY DEFAULT AS IDENTITY NOT NULL,
    office     BIGINT NOT NULL,
    event      BIGINT NOT NULL,
    field      TEXT NOT NULL,
    case_id    BIGINT NOT NULL,
    file       TEXT NOT NULL,
    salt       BYTEA NOT NULL,
    digest     BYTEA NOT NULL,
    size_bytes BIGINT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    public     BIGINT NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE UNIQUE INDEX attachments_event ON attachments (office, event, field);
CREATE INDEX attachments_case ON attachments (case_id);
CREATE UNIQUE INDEX attachments_file ON attachments (office, file);
CREATE TABLE credentials (
    account     BIGINT PRIMARY KEY,
    password    TEXT NOT NULL,
    must_change BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE TABLE api_keys (
    id         BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    digest     BYTEA NOT NULL,
    name       TEXT NOT NULL,
    per_minute BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX api_keys_digest ON api_keys (digest);
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE ended_at = 0;
CREATE TABLE audit (
    number BIGINT PRIMARY KEY,
    at     BIGINT NOT NULL,
    actor  BIGINT NOT NULL,
    what   TEXT NOT NULL,
    subject BIGINT NOT NULL,
    remark TEXT NOT NULL,
    hash   BYTEA NOT NULL
);
CREATE TABLE sessions (
    token      BYTEA PRIMARY KEY,
    account    BIGINT NOT NULL,
    csrf       TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL
);
CREATE TABLE attempts (
    name       TEXT PRIMARY KEY,
    failures   BIGINT NOT NULL,
    last_at    BIGINT NOT NULL
);
CREATE TABLE uploads (
    office     BIGINT NOT NULL,
    token      TEXT NOT NULL,
    owner      BIGINT NOT NULL,
    digest     BYTEA NOT NULL,
    size_bytes BIGINT NOT NULL,
    width      BIGINT NOT NULL,
    height     BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    PRIMARY KEY (office, token)
);
CREATE INDEX uploads_at ON uploads (at);
CREATE TABLE root_blocks (
    office BIGINT NOT NULL,
    day    BIGINT NOT NULL,
    block  BIGINT NOT NULL,
    hash   BYTEA NOT NULL,
    PRIMARY KEY (office, day, block)
);
CREATE TABLE root_sendings (
    office  BIGINT NOT NULL,
    way     TEXT NOT NULL,
    day     BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (office, way)
);
CREATE TABLE search (
    office BIGINT NOT NULL,
    id     BIGINT NOT NULL,
    grams  TSVECTOR NOT NULL,
    PRIMARY KEY (office, id)
);
CREATE FUNCTION search_stretch(office BIGINT, id BIGINT, grams TSVECTOR) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN grams || array_to_tsvector(ARRAY['a' || CAST(office AS TEXT) || ':' || CAST(id >> 12 AS TEXT),
        'b' || CAST(office AS TEXT) || ':' || CAST(id >> 17 AS TEXT), 'c' || CAST(office AS TEXT) || ':' || CAST(id >> 22 AS TEXT)]);
CREATE INDEX search_grams ON search USING gin (search_stretch(office, id, grams)) WITH (gin_pending_list_limit = 256);
ALTER TABLE cases SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01);
CREATE TABLE schema_version (
    version BIGINT NOT NULL
);
CREATE FUNCTION search_grams(document TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_to_tsvector(array_remove(string_to_array(document, ' '), ''));
CREATE FUNCTION search_query(expression TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CAST(replace(replace(replace(expression, ' AND ', ' & '), ' OR ', ' | '), '"', '''') AS TSQUERY);
CREATE FUNCTION json_each(list TEXT) RETURNS TABLE (key BIGINT, value BIGINT) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT place - 1, CAST(text AS BIGINT) FROM json_array_elements_text(CAST(list AS JSON)) WITH ORDINALITY AS t (text, place)';
