#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The city of a data folder on SQLite, on PostgreSQL too: to_postgres.py FOLDER URL NEW_FOLDER

For measuring the same ten million cases on both engines without making them twice. Tables are copied as they are, in binary, without
their indexes, which are made behind; nothing is proved (linli verify does that, linli move is the way for an office). The
database must be empty, nobody may serve the folder. What is done is not done again when it is run a second time.
"""
import argparse
import pathlib
import queue
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "release"
LANES = 2
# The longest first.
TABLES = ["ledger", "words", "search", "notes", "clocks", "cases", "tasks", "vault", "voices", "tallies"]
NOT_COPIED = {"schema_version", "sessions", "attempts", "uploads"}


def ask(url, sql):
    return subprocess.run(["psql", "-d", url, "-qAtX", "-v", "ON_ERROR_STOP=1", "-F", "\t", "-c", sql], capture_output=True,
                          text=True, check=True).stdout.splitlines()


def make_schema(folder, url, new):
    """A new installation on the database, with the keys and the papers of the old one."""
    if not new.exists():
        subprocess.run([BUILD / "linli", "init", "--office", "XX", "--data", new,
                        "--database", url, "--catalogue", ROOT / "catalogue"], check=True)
        shutil.rmtree(new / "keys")
        for path in folder.iterdir():
            if path.is_dir():
                shutil.copytree(path, new / path.name, dirs_exist_ok=True)
            elif path.name in ("demonstration", "map.geojson"):
                shutil.copy(path, new / path.name)


def take_indexes(url, table, keep):
    """The words that make a table's indexes again, kept in a file; the indexes go."""
    file = keep / f"{table}.sql"
    if not file.exists():
        file.write_text("".join(f"{line};\n" for line in ask(url, f"""
            SELECT replace(CASE WHEN c.conname IS NULL THEN pg_get_indexdef(i.indexrelid)
                ELSE 'ALTER TABLE {table} ADD CONSTRAINT ' || c.conname || ' ' || pg_get_constraintdef(c.oid) END, chr(10), ' ')
            FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'p'
            WHERE i.indrelid = '{table}'::regclass ORDER BY c.conname IS NULL, 1""")))
    for name, is_key in (line.split("\t") for line in ask(url, f"""
            SELECT i.indexrelid::regclass, CASE WHEN i.indisprimary THEN 1 ELSE 0 END FROM pg_index i
            WHERE i.indrelid = '{table}'::regclass""")):
        ask(url, f"ALTER TABLE {table} DROP CONSTRAINT {name}" if is_key == "1" else f"DROP INDEX {name}")
    return file


def bring(folder, url, table, keep):
    done = keep / f"{table}.done"
    if done.exists():
        return
    began = time.time()
    file = take_indexes(url, table, keep)
    subprocess.run([BUILD / "benchmarks" / "bench_copy", folder / "linli.db", url, table], check=True)
    copied = time.time()
    for line in file.read_text().splitlines():
        ask(url, f"SET maintenance_work_mem = '1500MB'; SET max_parallel_maintenance_workers = 0; {line}")
    ask(url, f"ANALYZE {table}")
    done.touch()
    print(f"{table}: {copied - began:.0f} s, indexes {time.time() - copied:.0f} s", flush=True)


def settle(url):
    """Ids that PostgreSQL gives go on behind the last."""
    for table in ask(url, "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND"
                          " is_identity = 'YES'"):
        ask(url, f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 0) + 1, false) FROM {table}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=pathlib.Path, help="data folder with linli.db")
    parser.add_argument("url", help="of an empty database: postgresql://...")
    parser.add_argument("new", type=pathlib.Path, help="data folder to be made for it")
    options = parser.parse_args()
    folder, url, new = options.folder, options.url, options.new
    if not (folder / "linli.db").exists():
        sys.exit(f"{folder} has no linli.db: name the data folder of a city on SQLite")
    make_schema(folder, url, new)
    keep = new / "bringing"
    keep.mkdir(exist_ok=True)
    others = [t for t in ask(url, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()") if t not in TABLES]
    work = queue.Queue()
    for table in [*TABLES, *(t for t in others if t not in NOT_COPIED)]:
        work.put(table)
    failed = []

    def lane():
        while not failed:
            try:
                bring(folder, url, work.get_nowait(), keep)
            except queue.Empty:
                return
            except subprocess.CalledProcessError as e:
                failed.append(f"{e} {e.stderr or ''}")

    lanes = [threading.Thread(target=lane) for _ in range(LANES)]
    for t in lanes:
        t.start()
    for t in lanes:
        t.join()
    if failed:
        sys.exit("\n".join(failed))
    settle(url)
    shutil.rmtree(keep)


main()
