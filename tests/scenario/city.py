# SPDX-License-Identifier: Apache-2.0
"""A city for scenarios: two streets in one data folder, SP and NB, of the demonstration's places, units and accounts. The
people of the second one have nb. before their sign-in names; everybody has the same password."""
import csv
import shutil

from street import Street, linli, unseal

OTHER, PREFIX = "NB", "nb."


class City(Street):
    def make_office(self):
        return self.copy_of("city", self.make_city)

    def make_city(self):
        password = super().make_office()
        add_office(self, OTHER, "北街道", "North Street", PREFIX)
        return password


def add_office(street, code, name, name_en, prefix):
    files = street.folder / f"files-{code}"
    shutil.copytree(street.files, files)
    with open(files / "accounts.csv", encoding="utf-8", newline="") as f:
        head, *accounts = csv.reader(f)
    with open(files / "accounts.csv", "w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows([head, *([prefix + login, *rest] for login, *rest in accounts)])
    done = linli("office", "add", "--data", street.data, "--office", code, "--name", name, "--name-en", name_en,
                 "--telephone", "021-11111111", "--files", files)
    with street.database() as db: # as if everybody had chosen the password of the first office
        db.execute("UPDATE credentials SET must_change = 0, password = (SELECT password FROM credentials ORDER BY account LIMIT 1)")
        unseal(db)
    db.close()
    return done
