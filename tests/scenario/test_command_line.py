#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The program started wrongly, or twice, or on something that is not its own: it says what and what to do, in both
languages, ends with a status of its own and leaves every file as it was."""
import hashlib
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from engine import POSTGRES, engine_options, only_sqlite
from street import CATALOGUE, PROGRAM, ROOT, Street, free_port, linli

SCHEMA_VERSION = re.search(r"SCHEMA_VERSION = (\d+)", (ROOT / "src" / "engine" / "store" / "store.h").read_text())[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def files_of(folder):
    """Path -> digest of every file; the lock is empty and may come, SQLite's own companions may go."""
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*"))
            if p.is_file() and p.name not in ("lock", "serve.log", "linli.db-wal", "linli.db-shm")}


class CommandLine(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-cli-"))
        cls.idle = cls.folder / "idle"
        linli("init", "--data", cls.idle, "--office", "SP", "--catalogue", CATALOGUE)

    @classmethod
    def tearDownClass(cls):
        cls.street.close()
        shutil.rmtree(cls.folder)

    def refused(self, code, status, *arguments, says=()):
        """Runs it in both languages; each time one clear line."""
        for language in ("zh", "en"):
            with self.subTest(" ".join(map(str, arguments)), language=language):
                done = linli(*arguments, "--lang", language, check=False)
                self.assertEqual(done.returncode, status, done.stdout + done.stderr)
                self.assertIn(f"[{code}]", done.stderr)
                line = done.stderr.splitlines()[0]
                self.assertEqual(bool(CHINESE.search(line)), language == "zh", line)
                self.assertNotRegex(line, r"\{\d\}|。。|(?<!\.)\.\.(?!\.)|“”")
                for word in says:
                    self.assertIn(str(word), line)

    def test_written_wrongly(self):
        data = self.idle
        for arguments, says in [
                (["fly"], ["fly", "linli --help"]), (["serve"], ["--data", "linli serve --help"]),
                (["serve", "--data"], ["--data"]), (["serve", "--data", "--quiet"], ["--data"]),
                (["serve", "--data", data, "--fast"], ["--fast"]), (["serve", "--data", data, "twice"], ["twice"]),
                (["init", "--data", self.folder / "new"], ["--office"]), (["init", "--office", "SP"], ["--data"]),
                (["verify"], ["--data"]), (["rebuild"], ["--data"]), (["publish"], ["--data"]),
                (["account", "--data", data], ["LOGIN"]), (["check", "one", "two"], ["two"]),
                (["serve", "--data", data, "--public-url", "linli.example"], ["linli.example", "https://"]),
                (["init", "--data", self.folder / "new", "--office", "SP", "--database", ""], ["--database"]),
                (["verify", "--data", data, "--root", "x"], ["2026-11-21", "x"]),
                (["verify", "--data", data, "--root", "2026-11-21=xyz"], ["xyz"]),
                (["move", "--from", f"sqlite:{data}", "--to", f"sqlite:{self.folder / 'new'}"], ["--from sqlite:", "--to postgresql://"]),
                (["restore", data, "--data", self.folder / "new", "--partitions", "4"], ["--database"])]:
            self.refused("E_USAGE", 2, *arguments, says=says)
        self.assertFalse((self.folder / "new").exists())
        for words in (["--lang", "fr"], ["--lang"]):
            done = linli("verify", "--data", data, *words, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("--lang", done.stderr)

    def test_settings_that_cannot_be(self):
        """The service does not start on a setting that would only be missed at night, or with the first photo."""
        data = self.copy("settings")
        conf = data / "linli.conf"
        kept = conf.read_text() if conf.exists() else ""
        for line, code, says in (("backup_at = 25:00", "E_CONF_VALUE", ["backup_at", "25:00"]),
                                 ("backup_keep = 0", "E_CONF_VALUE", ["backup_keep", "0"]),
                                 (f"attachments = {self.folder}/unmounted", "E_FILE", [f"{self.folder}/unmounted"]),
                                 ("colour = red", "E_CONF", ["colour = red"]),
                                 ("# address\ndata base = postgresql://linli:secret@db/linli", "E_CONF", ["linli@db/linli"])):
            conf.write_text(f"{kept}{line}\n")
            self.refused(code, 1, "serve", "--data", data, says=says)
        conf.write_text("database = mysql://linli:secret@db/linli\n")
        self.refused("E_DATABASE_ADDRESS", 1, "serve", "--data", data, says=["mysql://linli@db/linli"])

    def test_help_is_not_a_mistake(self):
        listed = linli("--help").stdout
        for command in ("init", "demo", "serve", "check", "publish", "import", "verify", "rebuild", "account", "key"):
            self.assertIn(command, listed)
            done = linli(command, "--help", check=False)
            self.assertEqual((done.returncode, done.stdout.split()[:2]), (0, ["linli", command]))
            for option in set(re.findall(r"--[a-z-]+", done.stdout.splitlines()[0])):
                self.assertRegex(done.stdout, rf"(?m)^  {option} +\S+", f"{command} {option} is not explained")

    def test_an_address_that_cannot_be(self):
        for address in ("nonsense", "127.0.0.1", "127.0.0.1:99999", "localhost:80", "[::1", ":8080"):
            self.refused("E_LISTEN", 2, "serve", "--data", self.idle, "--listen", address, says=[address, "127.0.0.1:8080"])
        self.refused("E_ADDRESS", 1, "serve", "--data", self.idle, "--listen", "192.0.2.7:8099", says=["192.0.2.7:8099", "--listen"])
        self.refused("E_FILE", 1, "serve", "--data", self.idle, "--map", "/nothing.geojson", says=["/nothing.geojson"])

    def test_an_office_whose_making_was_cut_off_is_not_served(self):
        half = self.folder / "cut-off"
        making = subprocess.Popen([PROGRAM, "init", "--data", half, "--office", "SP", "--catalogue", CATALOGUE, "--files", CATALOGUE / "demo",
                                   *engine_options(["init"])], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while making.poll() is None and not (half / "keys").exists():
            time.sleep(0.001)
        making.send_signal(signal.SIGSTOP)
        self.refused("E_FOLDER_LOCKED", 1, "verify", "--data", half) # it goes on: nobody is told to remove the folder
        making.kill()
        self.assertEqual(making.wait(20), -9)
        for command in (["serve", "--listen", f"127.0.0.1:{free_port()}"], ["verify"], ["init", "--office", "SP"]):
            done = linli(*command, "--data", half, check=False)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertIn("[E_INIT_UNFINISHED]", done.stderr)
        broken = self.folder / "broken-keys"
        (broken / "keys").mkdir(parents=True)
        (broken / "keys" / "linli.key").write_bytes(b"cut")
        for _ in range(2): # the keys that lie there are at fault: nobody is told to remove the folder
            self.refused("E_FILE", 1, "init", "--data", broken, "--office", "SP", "--catalogue", CATALOGUE, says=["linli.key"])
        self.assertFalse((broken / "linli.db").exists() or (broken / "unfinished").exists())
        whole = self.folder / "whole"
        linli("init", "--data", whole, "--office", "SP", "--catalogue", CATALOGUE)
        self.assertFalse((whole / "unfinished").exists())

    @unittest.skipUnless(os.geteuid() == 0, "somebody else is needed, who may not look")
    def test_a_folder_that_one_may_not_look_into_is_not_an_empty_one(self):
        if POSTGRES:
            self.skipTest("about the file of SQLite")
        for command in (["verify"], ["backup", "/nowhere"], ["serve"], ["move", "--to", "postgresql://linli@127.0.0.1:1/x"]):
            done = subprocess.run([PROGRAM, *command, "--data", self.idle, "--lang", "en"], user=65534, group=65534, extra_groups=[],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1, done.stdout)
            self.assertRegex(done.stderr, rf"{self.idle}/.* no right to it\. .*\[E_FILE\]")

    def test_the_language_is_what_the_environment_says(self):
        for chinese, environment in ((True, {}), (True, {"LANG": "C.UTF-8"}), (True, {"LANG": "zh_CN.UTF-8"}), (False, {"LANG": "en_GB.UTF-8"}),
                                     (True, {"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}), (False, {"LANG": "en_GB.UTF-8", "LC_ALL": "C"}),
                                     (False, {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"})):
            with self.subTest(environment):
                done = linli("verify", "--data", "/nowhere", check=False, env={"LANG": "", "LC_ALL": "", "LC_MESSAGES": "", **environment})
                self.assertEqual(bool(CHINESE.search(done.stderr)), chinese, done.stderr)

    def test_why_a_file_cannot_be_read_is_said_in_the_readers_language(self):
        for language, words in (("zh", "没有这个文件或文件夹。"), ("en", "there is no such file or folder.")):
            done = linli("serve", "--data", self.idle, "--map", "/nothing.geojson", "--lang", language, check=False)
            self.assertIn(f"/nothing.geojson {'不能读写：' if language == 'zh' else 'cannot be read or written: '}{words}", done.stderr)

    def test_a_port_in_use(self):
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
            address = f"127.0.0.1:{s.getsockname()[1]}"
            self.refused("E_PORT", 1, "serve", "--data", self.idle, "--listen", address, says=[address, "--listen"])

    def test_a_folder_that_another_process_holds(self):
        before = files_of(self.street.data)
        for arguments in (["serve", "--data", self.street.data, "--listen", f"127.0.0.1:{free_port()}"],
                          ["publish", CATALOGUE, "--data", self.street.data], ["rebuild", "--data", self.street.data],
                          ["account", "zhiban", "--data", self.street.data]):
            self.refused("E_FOLDER_LOCKED", 1, *arguments, says=[self.street.data])
        self.assertEqual(files_of(self.street.data), before)
        self.assertEqual(self.street.person("zhiban").count(), 0)
        self.assertEqual(linli("verify", "--data", self.street.data, check=False).returncode, 0, "readers may go beside it")

    @only_sqlite
    def test_a_folder_that_holds_data(self):
        before = files_of(self.idle)
        self.refused("E_FOLDER_USED", 1, "init", "--data", self.idle, "--office", "XX", says=[self.idle])
        self.assertEqual(files_of(self.idle), before)

    def test_a_folder_without_data(self):
        empty = self.folder / "empty"
        empty.mkdir()
        self.refused("E_FOLDER_EMPTY", 1, "move", "--data", self.folder / "not-there", "--to", "postgresql://db/linli",
                     says=[self.folder / "not-there"])
        for folder in (empty, self.folder / "not-there"):
            for command in ("verify", "serve", "rebuild", "publish"):
                self.refused("E_FOLDER_EMPTY", 1, command, "--data", folder, says=[folder, "linli init"])
        self.assertEqual(list(empty.iterdir()), [])
        self.assertFalse((self.folder / "not-there").exists())

    @only_sqlite
    def test_a_database_that_is_not_ours_or_newer(self):
        for name, content in (("text", b"these are words, not a database" * 100), ("nothing", b"")):
            folder = self.folder / name
            folder.mkdir()
            (folder / "keys").mkdir()
            shutil.copy(self.idle / "keys" / "linli.key", folder / "keys")
            (folder / "linli.db").write_bytes(content)
            before = files_of(folder)
            for command in ("verify", "serve"):
                self.refused("E_NOT_OURS", 1, command, "--data", folder, says=[folder / "linli.db"])
            self.assertEqual(files_of(folder), before)
        newer = self.copy("newer")
        data = bytearray((newer / "linli.db").read_bytes())
        data[60:64] = (99).to_bytes(4, "big") # user_version in the file's head
        (newer / "linli.db").write_bytes(data)
        for command in ("verify", "serve"):
            self.refused("E_SCHEMA", 1, command, "--data", newer, says=["99", SCHEMA_VERSION])

    def copy(self, name):
        shutil.copytree(self.idle, self.folder / name)
        return self.folder / name

    def test_without_its_keys_it_makes_no_new_ones(self):
        lost = self.copy("lost")
        (lost / "keys" / "linli.key").unlink()
        for command in ("serve", "verify", "publish"):
            self.refused("E_KEYS", 1, command, "--data", lost, says=[lost / "keys" / "linli.key"])
        self.assertEqual(list((lost / "keys").iterdir()), [])
        (lost / "keys" / "linli.key").write_bytes(b"short")
        self.refused("E_FILE", 1, "verify", "--data", lost, says=["linli.key"])

    def test_with_the_keys_of_others_it_seals_nothing(self):
        """What it would seal neither side could open, and a backup would bear the wrong mark."""
        other = self.copy("other-keys")
        linli("init", "--data", self.folder / "stranger", "--office", "SP", "--catalogue", CATALOGUE)
        shutil.copy(self.folder / "stranger" / "keys" / "linli.key", other / "keys")
        for arguments in (["serve"], ["publish", CATALOGUE], ["backup", self.folder / "of-others"]):
            self.refused("E_KEYS_OTHER", 1, *arguments, "--data", other, says=[other])
        self.refused("E_KEYS_OTHER", 1, "move", "--data", other, "--to", "sqlite" if POSTGRES else "postgresql://127.0.0.1:1/x", says=[other])
        self.assertFalse((self.folder / "of-others").exists())

    @only_sqlite
    def test_a_broken_definition_is_not_published(self):
        broken = self.folder / "catalogue"
        shutil.copytree(CATALOGUE, broken)
        procedure = broken / "city-matter" / "procedure.yaml"
        procedure.write_text(procedure.read_text(encoding="utf-8").replace("step: verify, from: [verifying]", "step: verify, from: [flying]"), encoding="utf-8")
        before = files_of(self.idle)
        self.refused("E_DEFINITION", 1, "publish", broken, "--data", self.idle)
        self.assertEqual(files_of(self.idle), before)
        self.assertEqual(linli("verify", "--data", self.idle, check=False).returncode, 0)
        done = linli("check", broken, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"city-matter/procedure.yaml:\d+")
        self.assertIn("flying", done.stdout)
        self.refused("E_FOLDER_USED", 1, "init", "--data", self.idle, "--office", "SP", "--catalogue", broken)

    def test_routes_name_the_units_that_the_office_has(self):
        own = self.folder / "own"
        shutil.copytree(CATALOGUE, own)
        rows = {"units.csv": ["qiao,,石桥街道办事处,Shiqiao Sub-district Office,office,yes,,,0571-00000001"],
                "places.csv": ["330100,,district,某区,A District,,,", "330100001,330100,street,石桥街道,Shiqiao,,,"],
                "accounts.csv": ["ling,qiao,灵一,acceptor;dispatcher,330100001"]}
        for name, lines in rows.items():
            header = (CATALOGUE / "demo" / name).read_text(encoding="utf-8").splitlines()[0]
            (own / "demo" / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        (own / "demo" / "map.geojson").unlink()
        data = self.folder / "own-data"
        done = linli("init", "--data", data, "--office", "SQ", "--catalogue", CATALOGUE, "--files", own / "demo", check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"routes.csv:\d+")
        self.refused("E_DEFINITION", 1, "publish", CATALOGUE, "--data", data)
        routes = own / "common" / "routes.csv"
        header = routes.read_text(encoding="utf-8").splitlines()[0]
        routes.write_text(f"{header}\nW*,,*,qiao,,\nP*,,*,qiao,,\nR*,,*,qiao,,\nL*,,*,qiao,,\n", encoding="utf-8")
        done = linli("publish", own, "--data", data, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_an_office_with_a_broken_catalogue_leaves_nothing_that_looks_like_one(self):
        broken = self.folder / "catalogue-2"
        shutil.copytree(CATALOGUE, broken)
        (broken / "common" / "classes.csv").write_text("code\n", encoding="utf-8")
        folder = self.folder / "half"
        done = linli("init", "--data", folder, "--office", "SP", "--catalogue", broken, check=False)
        self.assertNotEqual(done.returncode, 0)
        done = linli("init", "--data", folder, "--office", "SP", "--catalogue", CATALOGUE, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_an_account_that_is_not_there(self):
        self.refused("E_NOT_FOUND", 1, "account", "nobody", "--data", self.idle, says=["nobody"])

    def test_what_it_keeps_is_for_its_own_user_alone(self):
        for path in [self.idle, *self.idle.rglob("*")]:
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_a_reader_that_goes_away_does_not_matter(self):
        done = subprocess.run(["sh", "-c", f'"{PROGRAM}" check "{CATALOGUE}" | head -c 1'], capture_output=True, check=False)
        self.assertEqual(done.stderr, b"")


if __name__ == "__main__":
    unittest.main()
