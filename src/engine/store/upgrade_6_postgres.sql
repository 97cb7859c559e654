-- SPDX-License-Identifier: Apache-2.0
-- What version 6 is on PostgreSQL: the indexes of open cases and of first contacts to come go to their end, so that counters, figures
-- and maps are answered from them alone; and cases are vacuumed early enough for that, also where they are spread over
-- partitions. This text is never changed again.

DROP INDEX cases_open;
CREATE INDEX cases_open ON cases (office, next_due_at, id, state, late, late_after, returns, reworks, rating, solved,
    first_contact_due_at, first_contact_at, day, community, class, unit, channel, procedure, grid, estate, hour, leader_waiting, reported_at)
    WHERE state NOT IN ('closed','declined','merged');
DROP INDEX cases_cell;
CREATE INDEX cases_cell ON cases (office, cell, id, state, late, late_after, next_due_at, wgs84_lat, wgs84_lon, community, grid,
    estate, unit, class, channel, procedure, reported_at) WHERE state NOT IN ('closed','declined','merged');
DROP INDEX cases_overdue;
CREATE INDEX cases_overdue ON cases (office, late_after, id, reported_at, day, community, class, unit, channel, procedure, state, late)
    WHERE late = 0 AND late_after <> 0 AND state NOT IN ('closed','declined','merged');
DROP INDEX cases_uncontacted;
CREATE INDEX cases_uncontacted ON cases (office, first_contact_due_at, id, reported_at, day, community, class, unit, channel, procedure,
    state, first_contact_at)
    WHERE first_contact_at = 0 AND first_contact_due_at <> 0;
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT relid FROM pg_partition_tree('cases') WHERE isleaf
        UNION SELECT CAST('cases' AS regclass) WHERE NOT EXISTS (SELECT 1 FROM pg_partitioned_table WHERE partrelid = CAST('cases' AS regclass))
    LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.01)', part);
    END LOOP;
END $$;
