# SPDX-License-Identifier: Apache-2.0
"""The tree as the structure tests see it: which files there are, what the compiler made of them."""
import functools
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
SKIPPED_FOLDERS = {".git", "build", "data", "node_modules", "dist", "shots", "__pycache__"}


@functools.cache
def all_files():
    """Every file of the tree, as paths relative to its root, without what is made or fetched."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(f for f in folders if f not in SKIPPED_FOLDERS)
        found += [pathlib.Path(folder, name).relative_to(ROOT) for name in sorted(names)]
    return tuple(found)


def files(suffixes, *under):
    """Files ending in one of the suffixes, under one of the folders (all when none is named)."""
    return [f for f in all_files() if f.suffix in suffixes and (not under or f.parts[0] in under)]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


@functools.cache
def objects():
    """The program's sources and the object file made of each."""
    commands = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    made = {}
    for command in commands:
        source = (BUILD / command["file"]).resolve()
        if source.is_relative_to(ROOT / "src"):
            made[source.relative_to(ROOT / "src").as_posix()] = BUILD / command["output"]
    return made


@functools.cache
def compile_flags():
    """Flags that any header compiles with: the union over the program's sources."""
    commands = json.loads((BUILD / "compile_commands.json").read_text(encoding="utf-8"))
    flags = []
    for command in commands:
        if "/src/" in command["file"]:
            flags += [f for f in command["command"].split() if f.startswith(("-I", "-D", "-std", "-W")) and f not in flags]
    return [f.replace("'", "").replace('\\"', '"') for f in flags]


def symbols(source, *options):
    """Names in the object file of a source, as nm gives them with the options."""
    text = subprocess.run(["nm", "-P", *options, str(objects()[source])], capture_output=True, text=True, check=True)
    return [line.split()[:2] for line in text.stdout.splitlines()]


COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\'', re.S)


def blank(text):
    """As many lines as the text has, nothing in them."""
    return "\n" * text.count("\n")


def without_comments(text):
    return COMMENT_OR_TEXT.sub(lambda m: m[0] if m[0][0] in "\"'" else blank(m[0]) or " ", text)


@functools.cache
def functions():
    """{source: [(function, first line, last line)]} of the program's C files, by ctags."""
    sources = [str(f) for f in files({".c"}, "src")]
    text = subprocess.run(["ctags", "--fields=+ne", "--kinds-C=f", "--sort=no", "-f", "-", *sources], cwd=ROOT,
                          capture_output=True, text=True, check=True).stdout
    found = {source: [] for source in sources}
    for line in text.splitlines():
        name, source, *rest = line.split("\t")
        fields = dict(field.split(":", 1) for field in rest if ":" in field)
        if "line" in fields and "end" in fields:
            found[source].append((name, int(fields["line"]), int(fields["end"])))
    return found
