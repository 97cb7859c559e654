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
