# SPDX-License-Identifier: Apache-2.0
"""What the program knows by name has a word of the desk's own where its own name would be too long."""
import csv
import re
import unittest

from tree import ROOT

CLOCKS = ROOT / "src" / "engine" / "catalogue" / "terms.c"
DESK = ROOT / "ui" / "staff" / "locales" / "frame"
MESSAGES = ROOT / "src" / "base" / "messages.csv"
PROOF = [*sorted((ROOT / "src" / "engine" / "door").glob("verify*.c")), ROOT / "src" / "town" / "access" / "seals.c", ROOT / "src" / "cli" / "verify.c"]
COLUMN = {"zh-CN": 6, "en": 16} # letters in the column of a list, beside the bar


class Clocks(unittest.TestCase):
    def test_every_clock_has_a_short_word_in_both_languages(self):
        kinds = set(re.findall(r'\[CLOCK_\w+\] = ROW\("(\w+)"', CLOCKS.read_text(encoding="utf-8")))
        self.assertGreater(len(kinds), 10)
        for language, most in COLUMN.items():
            words = dict(re.findall(r"(\w+): '([^']*)'", self.clocks_of(language)))
            with self.subTest(language):
                self.assertEqual(set(), kinds - set(words))
                self.assertEqual({}, {kind: word for kind, word in words.items() if len(word) > most})

    @staticmethod
    def clocks_of(language):
        text = (DESK / f"{language}.ts").read_text(encoding="utf-8")
        return re.search(r"\n  clock: \{(.*?)\n  \}", text, re.S).group(1)


class Proof(unittest.TestCase):
    def test_what_it_says_of_a_value_is_a_message_to_the_letter(self):
        """cli/verify.c finds the words of the reader's language by the English ones that the proof says."""
        with open(MESSAGES, encoding="utf-8", newline="") as f:
            words = {row["en"] for row in csv.DictReader(f) if row["code"].startswith("M_VERIFY_")}
        said = {text for path in PROOF for text in re.findall(r'"([^"\n]*)"', path.read_text(encoding="utf-8"))}
        self.assertGreater(len(words), 10)
        self.assertEqual(words - said, set())


if __name__ == "__main__":
    unittest.main()
