-- SPDX-License-Identifier: Apache-2.0
-- What version 7 is on PostgreSQL: ended cases have an index by report, and cases are vacuumed behind a thousand changes, however
-- many rows there are, also where they are spread over partitions. This text is never changed again.

CREATE INDEX cases_ended ON cases (office, reported_at, id) WHERE state IN ('closed','declined','merged');
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT relid FROM pg_partition_tree('cases') WHERE isleaf
        UNION SELECT CAST('cases' AS regclass) WHERE NOT EXISTS (SELECT 1 FROM pg_partitioned_table WHERE partrelid = CAST('cases' AS regclass))
    LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000,'
            ' autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 1000)', part);
    END LOOP;
END $$;
