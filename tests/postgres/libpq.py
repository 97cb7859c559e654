# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL from Python with nothing but the library that Linli itself needs: as much of sqlite3's interface as the
tests use, values written as `?`."""
import ctypes
import ctypes.util
import re

pq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
for name, result, *arguments in [
        ("PQconnectdb", ctypes.c_void_p, ctypes.c_char_p), ("PQstatus", ctypes.c_int, ctypes.c_void_p),
        ("PQerrorMessage", ctypes.c_char_p, ctypes.c_void_p), ("PQfinish", None, ctypes.c_void_p),
        ("PQexecParams", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p,
         ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
        ("PQresultStatus", ctypes.c_int, ctypes.c_void_p), ("PQntuples", ctypes.c_int, ctypes.c_void_p),
        ("PQnfields", ctypes.c_int, ctypes.c_void_p), ("PQftype", ctypes.c_uint, ctypes.c_void_p, ctypes.c_int),
        ("PQfname", ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int), ("PQcmdTuples", ctypes.c_char_p, ctypes.c_void_p),
        ("PQgetisnull", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        ("PQgetvalue", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        ("PQgetlength", ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_int), ("PQclear", None, ctypes.c_void_p)]:
    function = getattr(pq, name)
    function.restype, function.argtypes = result, arguments

BAD = {5, 6, 7} # PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR, PGRES_FATAL_ERROR
INTEGERS, BOOL, BYTEA, REALS = {20, 21, 23, 26}, 16, 17, {700, 701, 1700}


class PostgresError(Exception):
    pass


def to_text(value):
    if value is None:
        return None
    if isinstance(value, (bytes, memoryview)):
        return b"\\x" + bytes(value).hex().encode()
    return str(int(value) if isinstance(value, bool) else value).encode()


def from_text(kind, text):
    if kind in INTEGERS:
        return int(text)
    if kind == BOOL:
        return int(text == b"t")
    if kind == BYTEA:
        return bytes.fromhex(text[2:].decode())
    if kind in REALS:
        number = float(text)
        return int(text) if re.fullmatch(rb"-?\d+", text) else number
    return text.decode()


def numbered(sql):
    """`?` outside quotes becomes $1, $2 ..."""
    count = iter(range(1, 1000))
    return re.sub(r"'(?:[^']|'')*'|\?", lambda m: m[0] if m[0] != "?" else f"${next(count)}", sql)


class Rows:
    def __init__(self, rows, changed, names):
        self.rows, self.rowcount, self.description = iter(rows), changed, [(name,) for name in names]

    def fetchall(self):
        return list(self.rows)

    def fetchone(self):
        return next(self.rows, None)

    def __iter__(self):
        return self.rows


class Connection:
    def __init__(self, address):
        self.handle = pq.PQconnectdb(address.encode())
        if pq.PQstatus(self.handle) != 0:
            raise PostgresError(pq.PQerrorMessage(self.handle).decode())
        self.is_open = False

    def ask(self, sql, values=()):
        texts = (ctypes.c_char_p * max(1, len(values)))(*map(to_text, values))
        answer = pq.PQexecParams(self.handle, numbered(sql).encode(), len(values), None, texts, None, None, 0)
        try:
            if pq.PQresultStatus(answer) in BAD:
                raise PostgresError(pq.PQerrorMessage(self.handle).decode())
            width = range(pq.PQnfields(answer))
            kinds = [pq.PQftype(answer, i) for i in width]
            cell = lambda row, i: None if pq.PQgetisnull(answer, row, i) else from_text(
                kinds[i], ctypes.string_at(pq.PQgetvalue(answer, row, i), pq.PQgetlength(answer, row, i)))
            rows = [tuple(cell(row, i) for i in width) for row in range(pq.PQntuples(answer))]
            changed = pq.PQcmdTuples(answer)
            return Rows(rows, int(changed) if changed else -1, [pq.PQfname(answer, i).decode() for i in width])
        finally:
            pq.PQclear(answer)

    def execute(self, sql, values=()):
        if not self.is_open and not re.match(r"\s*(SELECT|CREATE DATABASE|DROP DATABASE|VACUUM)\b", sql, re.I):
            self.ask("BEGIN")
            self.is_open = True
        return self.ask(sql, tuple(values))

    def commit(self):
        if self.is_open:
            self.ask("COMMIT")
            self.is_open = False

    def rollback(self):
        if self.is_open:
            self.ask("ROLLBACK")
            self.is_open = False

    def close(self):
        pq.PQfinish(self.handle)
        self.handle = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        (self.rollback if kind else self.commit)()
