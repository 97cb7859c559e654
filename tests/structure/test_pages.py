# SPDX-License-Identifier: Apache-2.0
"""The built web pages: what a first visit loads, and that nothing comes from a foreign host."""
import gzip
import json
import re
import unittest

from tree import ROOT

DIST = ROOT / "ui" / "dist"
FIRST_LOAD_KIB = {"staff": 280, "public": 80, "field": 140} # DESIGN section 10
# Addresses that stand in the code as names or for reading, and are never fetched by a page.
NAMES_ONLY = {
    "www.w3.org",            # XML namespaces
    "vuejs.org",             # a sentence of Vue's for developers
    "www.openstreetmap.org", # the copyright line under the map, a link that a person may follow
    "openstreetmap.org",
    "schemas.openxmlformats.org", # XML namespaces in spreadsheets
    "purl.oclc.org",
    "leafletjs.com",         # in a sentence of Leaflet's licence
    "element-plus.org",      # in sentences of Element Plus for developers
}
ADDRESS = re.compile(r"(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.I)


class Pages(unittest.TestCase):
    def setUp(self):
        self.manifest = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))

    def test_a_first_visit_is_light(self):
        for name, limit in FIRST_LOAD_KIB.items():
            with self.subTest(name):
                first = self.manifest["pages"][name]["first"]
                kib = sum(len(gzip.compress((DIST / f).read_bytes(), 9)) for f in first) / 1024
                self.assertLessEqual(kib, limit)

    def test_pages_hold_no_script_of_their_own(self):
        """The content security policy forbids inline scripts and styles."""
        for page in DIST.glob("*.html"):
            text = page.read_text(encoding="utf-8")
            self.assertEqual(re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", text), [], page.name)
            self.assertEqual(re.findall(r"<style|\son\w+=", text), [], page.name)

    def test_nothing_comes_from_a_foreign_host(self):
        found = {}
        for item in self.manifest["files"]:
            if item["path"].endswith((".js", ".css", ".html", ".svg", ".webmanifest", ".json")):
                text = (DIST / item["path"]).read_text(encoding="utf-8")
                for host in ADDRESS.findall(text):
                    found.setdefault(host.lower(), item["path"])
        self.assertEqual({h: f for h, f in found.items() if h not in NAMES_ONLY}, {})

    def test_styles_and_pages_load_only_from_here(self):
        for item in self.manifest["files"]:
            path = item["path"]
            if path.endswith((".css", ".html")):
                text = (DIST / path).read_text(encoding="utf-8")
                loaded = re.findall(r"url\(\s*['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)|\b(?:src|href)=['\"]([^'\"]+)", text)
                wrong = [u for hit in loaded for u in hit if re.match(r"(https?:)?//", u)]
                self.assertEqual(wrong, [], path)


if __name__ == "__main__":
    unittest.main()
