# SPDX-License-Identifier: Apache-2.0
"""Many people in the same moment: everybody gets their own answer."""
import concurrent.futures
import unittest

from street import Street

RESIDENTS, REPORTS = 32, 640


class Together(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def test_residents_who_report_at_once_each_get_their_own_number(self):
        def report(i):
            done = self.street.anybody().post("/api/v1/public/reports", {"text": f"第{i}位居民：路灯不亮"})
            track = self.street.anybody().get(f"/api/v1/public/track/{done['token']}")
            return done["number"], track["number"]

        with concurrent.futures.ThreadPoolExecutor(RESIDENTS) as pool:
            pairs = list(pool.map(report, range(REPORTS)))
        self.assertEqual([given for given, _ in pairs], [followed for _, followed in pairs])
        self.assertEqual(len({given for given, _ in pairs}), REPORTS)
        self.assertEqual(self.street.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
