-- SPDX-License-Identifier: Apache-2.0
-- From version 4 to 5: running counts of open cases, filled from these alone (found by the index of open cases), what the clock
-- changes in figures, and shorter counts of ended cases, filled from those that there are. Lines `CREATE` are turned over for PostgreSQL (tools/make_schema.py). This text is never changed again.

-- What the clock changes in figures without an event (query/figures.c): open cases by the deadline of their handling, but those
-- that are late for good, and cases without first contact by the deadline of it.
CREATE INDEX cases_overdue ON cases (office, late_after, id, reported_at, day, community, class, unit, channel, procedure, state, late)
    WHERE late = 0 AND late_after <> 0 AND state NOT IN ('closed','declined','merged');
DROP INDEX cases_uncontacted;
CREATE INDEX cases_uncontacted ON cases (office, first_contact_due_at, id, reported_at, day, community, class, unit, channel, procedure,
    state, first_contact_at)
    WHERE first_contact_at = 0 AND first_contact_due_at <> 0;

-- Open cases square by square, for the map; no question used the one of all cases.
DROP INDEX cases_cell;
CREATE INDEX cases_cell ON cases (office, cell, id, state, late, late_after, next_due_at, wgs84_lat, wgs84_lon, community, grid,
    estate, unit, class, channel, procedure, reported_at) WHERE state NOT IN ('closed','declined','merged');

-- Of what two rare things can be said (SQL_IS_MARKED).
CREATE INDEX cases_marked ON cases (office, reported_at, id, state, late, late_after, returns, reworks, rating, solved, community, class,
    unit, channel, procedure, grid, estate)
    WHERE CASE WHEN late = 1 OR late_after > 0 THEN 1 ELSE 0 END + CASE WHEN returns > 0 THEN 1 ELSE 0 END
        + CASE WHEN reworks > 0 THEN 1 ELSE 0 END + CASE WHEN rating IN (1, 2) OR solved = 2 THEN 1 ELSE 0 END > 1;

INSERT INTO tallies (office, cube, span, community, class, unit, channel, procedure, state, cases, late, returned, reworked, rated,
    rating_sum, solved, asked, contacted_in_time, contact_due)
SELECT office, column1 + 16, day / column2,
    CASE WHEN column1 % 2 = 1 THEN community ELSE 0 END,
    CASE WHEN column1 / 2 % 2 = 1 THEN class ELSE '' END,
    CASE WHEN column1 / 4 % 2 = 1 THEN unit ELSE 0 END,
    CASE WHEN column1 / 8 = 1 THEN channel ELSE '' END,
    procedure, 'open', count(*),
    sum(CASE WHEN late = 1 THEN 1 ELSE 0 END), sum(CASE WHEN returns > 0 THEN 1 ELSE 0 END),
    sum(CASE WHEN reworks > 0 THEN 1 ELSE 0 END), sum(CASE WHEN rating > 0 THEN 1 ELSE 0 END), sum(rating),
    sum(CASE WHEN solved = 1 THEN 1 ELSE 0 END), sum(CASE WHEN solved IN (1, 2) THEN 1 ELSE 0 END),
    sum(CASE WHEN first_contact_at > 0 AND first_contact_at <= first_contact_due_at THEN 1 ELSE 0 END),
    sum(CASE WHEN first_contact_due_at > 0 THEN 1 ELSE 0 END)
FROM (VALUES (8, 1), (4, 1), (1, 1), (2, 1), (12, 100), (9, 100), (5, 100), (3, 100)) AS cubes CROSS JOIN cases
WHERE state NOT IN ('closed','declined','merged')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;

-- Ended cases by one of community, class and unit, by months and years: fewer rows to read than those of a pair, of which they
-- are the sums.
INSERT INTO tallies (office, cube, span, community, class, unit, channel, procedure, state, cases, late, returned, reworked, rated,
    rating_sum, solved, asked, contacted_in_time, contact_due)
SELECT office, cube - 8, span, community, class, unit, '', procedure, state, sum(cases), sum(late), sum(returned), sum(reworked),
    sum(rated), sum(rating_sum), sum(solved), sum(asked), sum(contacted_in_time), sum(contact_due)
FROM tallies WHERE cube IN (9, 10, 12)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9;
