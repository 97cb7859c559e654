-- SPDX-License-Identifier: Apache-2.0
-- From version 3 to 4: bodies of the ledger may be packed (engine/ledger/pack.h); those that are there stay as they are.
-- Lines `ALTER TABLE` and `CREATE` are turned over for PostgreSQL (tools/make_schema.py). This text is never changed again.

-- What proofs of a long day read.
CREATE TABLE root_blocks (
    office INTEGER NOT NULL, -- whose ledger, 0 = the common one
    day    INTEGER NOT NULL, -- a closed one, yyyymmdd
    block  INTEGER NOT NULL, -- 0, 1, 2 ... (engine/ledger/blocks.h)
    hash   BLOB NOT NULL,    -- top of the block's tree: believed only when all come to the day's root
    PRIMARY KEY (office, day, block)
) STRICT, WITHOUT ROWID;

-- What the common ledger keeps of the audit log.
CREATE TABLE audit_heads (
    number INTEGER PRIMARY KEY, -- of an entry of the audit log
    hash   TEXT NOT NULL,       -- hex, as it stood there
    at     INTEGER NOT NULL,    -- when the ledger kept it
    event  INTEGER NOT NULL     -- the entry of the common ledger that did
) STRICT;

-- A case may go on as part of another: it is neither open nor closed.
CREATE TABLE merges (
    office    INTEGER NOT NULL,
    case_id   INTEGER NOT NULL, -- that goes on as part of another
    main_case INTEGER NOT NULL, -- with which it goes on; never one that is merged itself
    event     INTEGER NOT NULL, -- the entry that merged it: what it was before stands there
    PRIMARY KEY (office, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merges_main ON merges (office, main_case, case_id);
DROP INDEX cases_open;
CREATE INDEX cases_open ON cases (office, next_due_at, id, state, late, late_after, returns, reworks, rating, solved,
    first_contact_due_at, first_contact_at, day, community, class, unit, channel, procedure, grid, estate, hour, leader_waiting, reported_at)
    WHERE state NOT IN ('closed','declined','merged');
DROP INDEX cases_updated;
CREATE INDEX cases_updated ON cases (office, (CASE WHEN state IN ('closed','declined','merged') THEN closed_at ELSE last_at END), id);
DROP INDEX cases_uncontacted;
CREATE INDEX cases_uncontacted ON cases (office, first_contact_due_at)
    WHERE first_contact_at = 0 AND first_contact_due_at <> 0 AND state IN ('closed','declined','merged');

CREATE INDEX ledger_erasures ON ledger (office, number) WHERE name = 'beside.erased/1';
CREATE INDEX ledger_hand_overs ON ledger (office, number) WHERE name = 'case.handed_over/1';
