# SPDX-License-Identifier: Apache-2.0
"""docs/dependencies.md says of each thing that Linli is built from what for, who keeps it, what it costs, its licence."""
import json
import re
import unittest

from tree import read


def named():
    """The names in the first cell of the tables, between backquotes."""
    return {name for row in re.findall(r"^\|([^|]*)\|.*\|$", read("docs/dependencies.md"), re.M)
            for name in re.findall(r"`([^`]+)`", row)}


class Dependencies(unittest.TestCase):
    def test_each_debian_package_has_a_line(self):
        packages = {line.split("#")[0].strip() for line in read("tools/packages.txt").splitlines()} - {""}
        self.assertEqual(sorted(packages - named()), [])

    def test_each_npm_package_has_a_line(self):
        package = json.loads(read("ui/package.json"))
        wanted = {*package["dependencies"], *package["devDependencies"]}
        self.assertEqual(sorted(wanted - named()), [])

    def test_each_line_fills_all_cells(self):
        rows = re.findall(r"^\|(\s*`.*)\|$", read("docs/dependencies.md"), re.M)
        self.assertTrue(rows)
        wrong = [row for row in rows if len(row.split("|")) != 5 or not all(cell.strip() for cell in row.split("|"))]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
