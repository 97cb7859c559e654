# SPDX-License-Identifier: Apache-2.0
"""What STYLE.md asks of every file: its first lines, its length, its form, its words."""
import csv
import concurrent.futures
import re
import shutil
import subprocess
import unittest

from tree import COMMENT_OR_TEXT, ROOT, all_files, compile_flags, files, functions, read

SOURCES = {".c", ".h", ".sql", ".py", ".sh", ".ts", ".vue", ".js", ".css", ".html", ".build", ".service"}
SCRIPTS = ["run", "test", "format", "bench", ".ci/run", "tools/lib.sh"]
FILE_LINES = 500
TEST_FILE_LINES = 700 # a test is a page of rows; it may be longer
FUNCTION_LINES = 70
C_COLUMNS = 100
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|/work/|/root/|[Nn]ot implemented")
TEXT_FILES = SOURCES | {".md", ".csv", ".yaml", ".json", ".txt", ".conf", ""}


class Form(unittest.TestCase):
    maxDiff = None

    def test_every_source_names_its_licence(self):
        paths = [f for f in all_files() if f.suffix in SOURCES or str(f) in SCRIPTS]
        wrong = [str(f) for f in paths
                 if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(read(f).splitlines()[:4])]
        self.assertEqual(wrong, [])

    def test_files_are_short(self):
        wrong = []
        for path in files({".c", ".h", ".py", ".ts", ".vue", ".js", ".css"}):
            limit = TEST_FILE_LINES if "tests" in path.parts else FILE_LINES
            lines = read(path).count("\n")
            if lines > limit and "not by hand" not in read(path)[:200]:
                wrong.append(f"{path}: {lines} lines, at most {limit}")
        self.assertEqual(wrong, [])

    def test_functions_are_short(self):
        wrong = [f"{source}:{first}: {name} has {last - first + 1} lines, at most {FUNCTION_LINES}"
                 for source, found in functions().items() for name, first, last in found
                 if last - first + 1 > FUNCTION_LINES]
        self.assertEqual(wrong, [])

    def test_c_is_in_the_house_form(self):
        if not shutil.which("clang-format"):
            self.skipTest("clang-format is not installed")
        paths = [str(f) for f in all_files() if f.suffix in {".c", ".h"}]
        done = subprocess.run(["clang-format", "--dry-run", *paths], cwd=ROOT, capture_output=True, text=True)
        wrong = [line for line in done.stderr.splitlines() if "[-Wclang-format-violations]" in line]
        wrong += [f"{path}:{number}: {len(line)} columns" for path in paths
                  for number, line in enumerate(read(path).splitlines(), 1) if len(line) > C_COLUMNS]
        self.assertEqual(wrong, [], "./format puts it right")

    def test_no_left_over_marks_or_machine_paths(self):
        wrong = []
        for path in all_files():
            if path.suffix not in TEXT_FILES or path.name == "package-lock.json" or path.name == "test_form.py":
                continue
            for number, line in enumerate(read(path).splitlines(), 1):
                if MARKS.search(line):
                    wrong.append(f"{path}:{number}: {line.strip()[:100]}")
        self.assertEqual(wrong, [])

    def test_shell_scripts_keep_the_rules(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        done = subprocess.run(["shellcheck", *SCRIPTS], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_each_header_compiles_alone(self):
        def compile_alone(path):
            text = f'#include "{ROOT / path}"\nextern int nothing;\n'
            done = subprocess.run(["gcc", *compile_flags(), "-fsyntax-only", "-x", "c", "-"], input=text,
                                  cwd=ROOT / "build" / "release", capture_output=True, text=True)
            return "" if done.returncode == 0 else f"{path}: {done.stderr[:600]}"

        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            wrong = [w for w in pool.map(compile_alone, files({".h"}, "src")) if w]
        self.assertEqual(wrong, [])


class Words(unittest.TestCase):
    maxDiff = None

    def test_no_words_for_people_in_c_statements(self):
        """Chinese text stands in tables at the outermost level of a file, beside its English, never in a function."""
        wrong = []
        for source, found in functions().items():
            text = read(source)
            for hit in COMMENT_OR_TEXT.finditer(text):
                line = text.count("\n", 0, hit.start()) + 1
                is_word = hit[0][0] == '"' and CHINESE.search(hit[0])
                if is_word and any(first <= line <= last for _, first, last in found):
                    wrong.append(f"{source}:{line}: {hit[0][:60]}")
        self.assertEqual(wrong, [])

    def test_tables_have_both_languages(self):
        """A column X_zh has its X_en, and a row that fills the one fills the other."""
        wrong = []
        for path in files({".csv"}, "src", "catalogue"):
            with open(ROOT / path, encoding="utf-8", newline="") as f:
                reader = csv.DictReader(line for line in f if not line.startswith("#"))
                pairs = [(name, name[:-3] + "_en") for name in reader.fieldnames or [] if name.endswith("_zh")]
                pairs = [p for p in pairs if p[1] in reader.fieldnames]
                for row in reader:
                    for zh, en in pairs:
                        if bool(row[zh]) != bool(row[en]):
                            wrong.append(f"{path}:{reader.line_num}: {zh} and {en} must both be filled in or both be empty")
        self.assertEqual(wrong[:40], [])

    def test_definitions_have_both_languages(self):
        """In YAML each `zh:` has an `en:` in the same braces or in a neighbouring line."""
        wrong = []
        for path in files({".yaml"}, "catalogue"):
            lines = read(path).splitlines()
            for number, line in enumerate(lines, 1):
                near = line if "{" in line else "\n".join(lines[max(0, number - 2):number + 1])
                for one, other in (("zh", "en"), ("en", "zh")):
                    if re.search(rf"(^|[\s{{,]){one}:\s", line) and not re.search(rf"(^|[\s{{,]){other}:\s", near):
                        wrong.append(f"{path}:{number}: {one} without {other}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
