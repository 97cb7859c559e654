#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts the built front end into the program: usage embed_assets.py UI_DIST OUT_DIR DEPFILE

Writes OUT_DIR/static_built.bin (all files, plain and packed) and OUT_DIR/static_built.c (their table), and for ninja
the files that they were made from. Without UI_DIST the table is empty and the server's pages say how to build the
front end; then the folder above is what ninja watches, because that changes when UI_DIST appears.
"""
import gzip
import hashlib
import json
import mimetypes
import pathlib
import sys

PAGE = """/* made by tools/embed_assets.py from the built front end */
#include "gate/web/static.h"

{blob}
static const struct static_file rows[] = {{
{rows}
}};

const struct static_files static_built = {{rows, {count}, {bytes}}};
"""
BLOB = """__asm__(".section .rodata\\n"
        ".balign 16\\n"
        "static_built_bytes:\\n"
        ".incbin \\"{path}\\"\\n"
        ".byte 0\\n"
        ".previous\\n");
extern const char static_built_bytes[];
"""
PACKED_TYPES = ("text/", "application/json", "application/manifest+json", "image/svg+xml", "application/javascript")


def files_of(dist):
    """(path, type, is_immutable) of every file that a browser may ask for; types from the front end's own manifest."""
    manifest = dist / "manifest.json"
    known = {}
    if manifest.exists():
        known = {f["path"]: f for f in json.loads(manifest.read_text(encoding="utf-8"))["files"]}
    for file in sorted(p for p in dist.rglob("*") if p.is_file()):
        path = file.relative_to(dist).as_posix()
        if path == "manifest.json":
            continue
        row = known.get(path, {})
        kind = row.get("type") or mimetypes.guess_type(path)[0] or "application/octet-stream"
        yield path, kind, row.get("immutable", path.startswith("assets/"))


def pack(content, kind):
    if not kind.startswith(PACKED_TYPES):
        return b""
    packed = gzip.compress(content, 9, mtime=0)
    return packed if len(packed) < len(content) else b""


def c_text(text):
    return json.dumps(text, ensure_ascii=True)


def main():
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    blob, rows = bytearray(), []

    def add(content):
        at = len(blob)
        blob.extend(content)
        return at

    found = list(files_of(dist)) if (dist / "manifest.json").exists() else []
    for path, kind, is_immutable in sorted(found, key=lambda f: ("/" + f[0]).encode()):
        content = (dist / path).read_bytes()
        packed = pack(content, kind)
        etag = hashlib.sha256(content).hexdigest()[:20]
        rows.append(f"    {{{c_text('/' + path)}, {c_text(kind)}, \"{etag}\", {add(content)}, {len(content)}, "
                    f"{add(packed)}, {len(packed)}, {str(is_immutable).lower()}}},")
    (out / "static_built.bin").write_bytes(blob)
    rows_text = "\n".join(rows) or "    {0},"
    text = PAGE.format(blob=BLOB.format(path=(out / "static_built.bin").resolve()) if rows else "", rows=rows_text,
                       count=len(rows), bytes="static_built_bytes" if rows else "NULL")
    (out / "static_built.c").write_text(text, encoding="utf-8")
    watched = [dist / path for path, _, _ in found] + [dist / "manifest.json"] if found else [dist.parent]
    names = " ".join(str(path).replace(" ", "\\ ") for path in watched)
    pathlib.Path(sys.argv[3]).write_text(f"{out / 'static_built.c'}: {names}\n", encoding="utf-8")


main()
