-- SPDX-License-Identifier: Apache-2.0
-- From version 1 to 2: running counts of ended cases, filled from the cases. This text is never changed again.

-- Ended without first contact: figures ask which of them have the deadline yet before them.
CREATE INDEX cases_uncontacted ON cases (office, first_contact_due_at)
    WHERE first_contact_at = 0 AND first_contact_due_at <> 0 AND state IN ('closed','declined');

CREATE TABLE tallies (
    office            INTEGER NOT NULL,
    cube              INTEGER NOT NULL, -- what is told apart, a sum: 1 community, 2 class, 4 unit, 8 channel (query/tally.h)
    span              INTEGER NOT NULL, -- year, month or day of the report: 2026, 202611, 20261122
    community         INTEGER NOT NULL, -- 0 also where it is not told apart; so the next three
    class             TEXT NOT NULL,
    unit              INTEGER NOT NULL,
    channel           TEXT NOT NULL,
    procedure         TEXT NOT NULL,
    state             TEXT NOT NULL,    -- closed or declined; open cases are not here
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

INSERT INTO tallies
SELECT office, cube, day / divisor,
    iif(cube & 1, community, 0) AS community, iif(cube & 2, class, '') AS class, iif(cube & 4, unit, 0) AS unit,
    iif(cube & 8, channel, '') AS channel, procedure, state,
    count(*), sum(late = 1), sum(returns > 0), sum(reworks > 0), sum(rating > 0), sum(rating), sum(solved = 1),
    sum(solved IN (1, 2)), sum(first_contact_at > 0 AND first_contact_at <= first_contact_due_at),
    sum(first_contact_due_at > 0)
FROM (SELECT column1 AS cube, column2 AS divisor FROM (VALUES
    (8, 1), (8, 100), (8, 10000), (4, 1), (1, 1), (2, 1), (12, 100), (12, 10000), (9, 100), (9, 10000), (5, 100), (5, 10000),
    (10, 100), (10, 10000), (6, 100), (6, 10000), (3, 100), (3, 10000))) CROSS JOIN cases
WHERE state IN ('closed','declined')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
