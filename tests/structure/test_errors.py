# SPDX-License-Identifier: Apache-2.0
"""docs/errors.md is what the build makes of src/base/errors.csv, and no code stands there that nobody raises."""
import re
import unittest

from tree import BUILD, ROOT, files, read


class Errors(unittest.TestCase):
    def test_the_page_of_errors_is_of_this_table(self):
        made = BUILD / "src" / "errors.md"
        if not made.exists():
            self.skipTest("the program was not built")
        self.assertEqual(read("docs/errors.md"), made.read_text(encoding="utf-8"), f"cp {made.relative_to(ROOT)} docs/errors.md")

    def test_each_code_is_raised_somewhere(self):
        codes = {line.split(",")[0] for line in read("src/base/errors.csv").splitlines()[1:]} - {"E_NONE"}
        said = {code for path in files({".c", ".h"}, "src") for code in re.findall(r"\bE_[A-Z0-9_]+\b", read(path))}
        self.assertEqual(sorted(codes - said), [])

    def test_a_line_of_settings_that_is_wrong_is_told_which_there_are(self):
        keys = re.findall(r'^    "(\w+)",', read("src/base/conf.c"), re.M)
        said = next(line for line in read("docs/errors.md").splitlines() if line.startswith("| `E_CONF` "))
        self.assertGreater(len(keys), 10)
        for words in said.split(" | ")[-2:]:
            self.assertEqual([key for key in keys if not re.search(rf"\b{key}\b", words)], [])


if __name__ == "__main__":
    unittest.main()
