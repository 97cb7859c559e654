# SPDX-License-Identifier: Apache-2.0
"""Several application nodes on one PostgreSQL: what one commits the other shows, any of them may die, and when the server
itself dies its replica goes on without losing anything that was acknowledged."""
import concurrent.futures
import contextlib
import pathlib
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest
import uuid

from engine import POSTGRES, connect, new_database
from street import Refused, Street, linli

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "postgres"))
from cluster import Cluster # noqa: E402
from libpq import Connection # noqa: E402
from network import Network # noqa: E402


class Sharing(Street):
    """Keeps its pictures where further nodes see them."""

    def make_office(self):
        password = super().make_office()
        with open(self.data / "linli.conf", "a", encoding="utf-8") as conf:
            conf.write(f"attachments = {self.data}/attachments\n")
        return password


class Node(Street):
    """A further node of a street: its own folder with the same keys and the same database."""

    def __init__(self, street):
        self.first = street
        super().__init__()

    def make_office(self):
        self.data.mkdir()
        shutil.copytree(self.first.data / "keys", self.data / "keys")
        shutil.copy(self.first.data / "linli.conf", self.data)
        return self.first.password


def hear(node, person, until):
    """The first lines of a live stream, read in a thread until a word stands in them."""
    heard = []

    def read():
        with socket.create_connection(("127.0.0.1", node.port), 10) as s:
            s.settimeout(10)
            s.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{node.port}\r\nCookie: {person.cookie}\r\n\r\n".encode())
            text = b""
            with contextlib.suppress(TimeoutError):
                while until.encode() not in text:
                    part = s.recv(4096)
                    if not part:
                        break
                    text += part
            heard.append(text.decode(errors="replace"))

    thread = threading.Thread(target=read)
    thread.start()
    return thread, heard


@unittest.skipUnless(POSTGRES, "one process holds the file of SQLite")
class Nodes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.a = Sharing()
        cls.b = Node(cls.a)

    @classmethod
    def tearDownClass(cls):
        cls.b.close()
        cls.a.close()

    def test_1_what_one_commits_the_other_tells_at_once(self):
        at_b = self.b.person("zhiban")
        thread, heard = hear(self.b, at_b, "event: case")
        time.sleep(0.5)
        made = self.a.person("shouli").report(**{"class": "W06-042", "channel": "telephone"})
        thread.join(15)
        self.assertIn("event: case", heard[0])
        self.assertIn(f'"id":{made["id"]}', heard[0])
        self.assertEqual(at_b.case(made["id"])["number"], made["number"])

    def test_2_an_account_made_at_one_signs_in_at_the_other(self):
        admin = self.a.person("admin")
        unit = next(u for u in admin.get("/api/v1/units")["units"] if u["has_accounts"])
        login = "neu" + uuid.uuid4().hex[:6]
        made = admin.post("/api/v1/admin/accounts", {"login": login, "name": "新来的", "unit": unit["id"],
                                                        "roles": [{"role": "acceptor"}]})
        for _ in range(50):
            with contextlib.suppress(Refused):
                self.b.anybody().sign_in(login, made["password"])
                break
            time.sleep(0.1)
        else:
            self.fail("the other node never knew the account")

    def test_3_a_repeat_at_the_other_node_gets_the_same_answer(self):
        key, facts = str(uuid.uuid4()), {"procedure": "city-matter", "channel": "patrol", "text": "井盖松动"}
        first = self.a.person("shouli").post("/api/v1/cases", facts, key)
        again = self.b.person("shouli").post("/api/v1/cases", facts, key)
        self.assertEqual((first["id"], first["number"]), (again["id"], again["number"]))

    def test_3b_what_one_erases_stands_in_the_list_of_both(self):
        desk = self.a.person("zhiban")
        made = desk.report(**{"class": "W06-042", "channel": "telephone", "contact": {"name": "陈建国", "telephone": "13800138000"}})
        voice = desk.case(made["id"])["voices"][0]
        desk.post(f"/api/v1/cases/{made['id']}/erase", {"voice": voice["id"], "reason": "request"})
        lists = [node.data / "erasures.log" for node in (self.a, self.b)]
        for _ in range(100):
            if lists[1].exists() and f'"voice":{voice["id"]}' in lists[1].read_text():
                break
            time.sleep(0.1)
        self.assertEqual(lists[0].read_text(), lists[1].read_text())
        self.assertIn(f'"voice":{voice["id"]}', lists[0].read_text())
        self.b.stop()
        lists[1].unlink() # as if it had been down meanwhile
        self.b.start()
        for _ in range(100):
            if lists[1].exists() and lists[1].read_text() == lists[0].read_text():
                break
            time.sleep(0.1)
        self.assertEqual(lists[0].read_text(), lists[1].read_text())

    def test_4_both_take_in_at_once_and_one_may_die(self):
        acknowledged, numbers, lock = {}, set(), threading.Lock()

        def report(i):
            node = (self.a, self.b)[i % 2]
            key = str(uuid.uuid4())
            for _ in range(3): # at the other node when this one is gone
                try:
                    done = node.anybody().post("/api/v1/public/reports", {"text": f"第{i}件：垃圾桶满了"}, key)
                except (OSError, Refused):
                    node = self.a if node is self.b else self.b
                    continue
                with lock:
                    acknowledged[key] = done["number"]
                    numbers.add(done["number"])
                return

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            work = [pool.submit(report, i) for i in range(240)]
            time.sleep(0.6)
            self.b.stop(kill=True)
            concurrent.futures.wait(work)
        self.assertEqual(len(acknowledged), 240)
        self.assertEqual(len(numbers), 240)
        with contextlib.closing(connect(self.a.data)) as db:
            kept = {number for number, in db.execute("SELECT number FROM cases")}
        self.assertLessEqual(numbers, kept)
        verified = self.a.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)
        self.b.start()
        self.assertGreaterEqual(self.b.person("zhiban").count(""), 240)

    def test_5_one_leads_and_when_it_dies_another_does(self):
        """Each of the clock's jobs belongs to one node; whoever waits looks every twenty seconds."""
        leading = ("SELECT l.pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                   " WHERE l.locktype = 'advisory' AND l.mode = 'ExclusiveLock' AND d.datname = current_database() AND l.granted")

        def leaders():
            with contextlib.closing(connect(self.a.data)) as db:
                return {pid for pid, in db.execute(leading)}

        def wait_for_leaders(but=frozenset()):
            for _ in range(400):
                found = leaders() - but
                if len(found) == 5:
                    return found
                time.sleep(0.1)
            raise AssertionError(f"{len(found)} of the jobs have somebody who does them")

        before = wait_for_leaders()
        self.a.stop(kill=True)
        self.assertFalse(before & wait_for_leaders(before))
        self.a.start()


@unittest.skipUnless(POSTGRES, "one process holds the file of SQLite")
class Pictures(unittest.TestCase):
    """Photos in a folder of one node's own would be missing at the others."""

    def refused(self, street):
        self.addCleanup(shutil.rmtree, street.folder, True)
        self.addCleanup(street.log.close)
        self.assertEqual(street.server.wait(20), 1)
        return (street.folder / "serve.log").read_text(encoding="utf-8")

    def second(self, first, conf=None):
        """A further node, with other words in its linli.conf."""
        class Second(Node):
            def make_office(self):
                password = super().make_office()
                if conf is not None:
                    (self.data / "linli.conf").write_text(conf, encoding="utf-8")
                return password

            def start(self):
                with contextlib.suppress(AssertionError):
                    super().start()
        return Second(first)

    def test_a_node_that_keeps_them_to_itself_is_alone(self):
        first = Street()
        self.addCleanup(first.close)
        said = self.refused(self.second(first))
        self.assertIn("[E_NODE_PICTURES]", said)
        shared = (first.data / "linli.conf").read_text(encoding="utf-8") + f"attachments = {first.data}/attachments\n"
        self.assertIn("[E_NODE_PICTURES]", self.refused(self.second(first, shared)))
        first.anybody().post("/api/v1/public/reports", {"text": "路灯不亮"})
        first.stop(kill=True) # whoever comes right behind it waits until its connection is gone
        first.start()

    def test_one_that_does_not_share_does_not_join_those_that_do(self):
        first = Sharing()
        self.addCleanup(first.close)
        own = (first.data / "linli.conf").read_text(encoding="utf-8").split("attachments =", 1)[0]
        said = self.refused(self.second(first, own))
        self.assertIn("[E_NODE_PICTURES]", said)
        self.assertIn("/attachments", said)


@unittest.skipUnless(POSTGRES, "about rights in a database server")
class Rights(unittest.TestCase):
    """Somebody takes a right away while it serves: who asks learns no table's name, the log does, and nothing is lost."""

    def test_it_is_logged_and_goes_on_when_the_right_is_back(self):
        address = new_database()
        name = address.rsplit("/", 1)[1]
        self.sql(f"{POSTGRES}/postgres", f"CREATE ROLE clerk_{name} LOGIN", f"ALTER DATABASE {name} OWNER TO clerk_{name}")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-rights-"))
        linli("init", "--data", folder / "data", "--office", "SP", "--catalogue", pathlib.Path(__file__).resolve().parents[2] / "catalogue",
              "--database", address.replace("linli@", f"clerk_{name}@"))
        street = Made(folder=folder)
        self.addCleanup(street.close)
        resident = street.anybody()
        first = resident.post("/api/v1/public/reports", {"text": "路灯不亮"})
        self.sql(address, f"REVOKE INSERT ON ledger FROM clerk_{name}")
        answer, body = resident.raw("POST", "/api/v1/public/reports", {"text": "井盖松动"})
        self.assertEqual(answer.status, 500)
        self.assertIn("E_INTERNAL", body.decode())
        self.assertNotIn("ledger", body.decode())
        log = (folder / "serve.log").read_text(encoding="utf-8")
        self.assertRegex(log, r'"level":"error","code":"E_DATABASE_RIGHTS".*permission denied for table ledger')
        self.sql(address, f"GRANT INSERT ON ledger TO clerk_{name}")
        again = resident.post("/api/v1/public/reports", {"text": "井盖松动"})
        self.assertNotEqual(first["number"], again["number"])
        verified = street.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def sql(self, address, *statements):
        with contextlib.closing(Connection(address)) as connection:
            for statement in statements:
                connection.ask(statement)


class Replica(Cluster):
    """A streaming replica of another server."""

    def make_from(self, primary):
        self.run("pg_basebackup", "-h", primary.host, "-p", primary.port, "-U", "linli", "-D", self.data, "-R", "-X", "stream",
                 "-c", "fast", "-d", f"application_name=second host={primary.host} port={primary.port} user=linli")
        return self


@unittest.skipUnless(POSTGRES, "about a server and its replica")
class FailOver(unittest.TestCase):
    """Primary and replica, synchronous replication on, in two network namespaces where the machine allows them, else on two ports; the
    primary is killed under load."""

    @classmethod
    def setUpClass(cls):
        cls.network = Network.make(2)
        if cls.network:
            cls.addClassCleanup(cls.network.close)
        print("in two network namespaces" if cls.network else "on two ports of one machine", flush=True)
        cls.first = Cluster(durable=True, options=["wal_level=replica"], network=cls.network, machine=0).make()
        cls.addClassCleanup(cls.first.close)
        cls.first.start().create("city")
        cls.second = Replica(durable=True, network=cls.network, machine=1)
        cls.addClassCleanup(cls.second.close)
        cls.second.make_from(cls.first).start()
        cls.first.sql("ALTER SYSTEM SET synchronous_standby_names = 'second'")
        cls.first.sql("SELECT pg_reload_conf()")
        servers = ",".join(f"{server.host}:{server.port}" for server in (cls.first, cls.second))
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-failover-"))
        linli("init", "--data", cls.folder / "data", "--office", "SP", "--database", f"postgresql://linli@{servers}/city", "--catalogue",
              pathlib.Path(__file__).resolve().parents[2] / "catalogue")
        cls.street = Made(folder=cls.folder)
        cls.addClassCleanup(cls.street.close)

    def lose(self):
        self.first.stop(signal.SIGQUIT) # as if the machine were gone

    def test_no_acknowledged_report_is_missing(self):
        acknowledged, refused, over = set(), [], threading.Event()

        def resident(i):
            n = 0
            while not over.is_set():
                n += 1
                key = str(uuid.uuid4())
                try:
                    done = self.street.anybody().post("/api/v1/public/reports", {"text": f"居民{i}第{n}件：路灯不亮"}, key)
                    acknowledged.add(done["number"])
                except Refused as e:
                    refused.append(e.code)
                except OSError:
                    pass

        threads = [threading.Thread(target=resident, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(2)
        before = len(acknowledged)
        self.lose()
        time.sleep(1)
        self.second.run("pg_ctl", "promote", "-D", self.second.data, "-w")
        began = time.monotonic()
        while len(acknowledged) < before + 50 and time.monotonic() - began < 60:
            time.sleep(0.2)
        over.set()
        for thread in threads:
            thread.join(40)
        print(f"{before} acknowledged before, {len(acknowledged) - before} behind, {len(refused)} refused meanwhile", flush=True)
        self.assertGreater(before, 20)
        self.assertGreaterEqual(len(acknowledged), before + 50)
        self.assertLessEqual(set(refused), {"E_DATABASE_AWAY", "E_DATABASE_STANDBY", "E_BUSY"})
        kept = set(self.second.sql("SELECT number FROM cases", "city").split())
        self.assertLessEqual(acknowledged, kept)
        verified = self.street.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)


class Partition(FailOver):
    """The primary runs on and cannot be reached any more: its cable is pulled."""

    def lose(self):
        if self.network is None:
            self.skipTest("without network namespaces nothing but the end of the primary can be tried")
        self.network.pull(0)


@unittest.skipUnless(POSTGRES, "about a server that goes away")
class Away(unittest.TestCase):
    """The server is stopped and comes back: readers are told when to come again, who reports is waited for."""

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(durable=True).make().start()
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-away-"))
        linli("init", "--data", cls.folder / "data", "--office", "SP", "--database", cls.cluster.create("city"), "--catalogue",
              pathlib.Path(__file__).resolve().parents[2] / "catalogue")
        cls.street = Made(folder=cls.folder)

    @classmethod
    def tearDownClass(cls):
        cls.street.close()
        cls.cluster.close()

    def wait_until_it_serves(self):
        """Pages are answered before the last of its own connections stands; without one of them it does not begin."""
        for _ in range(400):
            if f"127.0.0.1:{self.street.port}" in (self.street.folder / "serve.log").read_text(encoding="utf-8"):
                return
            time.sleep(0.05)
        self.fail("it does not say that it serves")

    def test_it_is_said_and_goes_on(self):
        resident = self.street.anybody()
        before = resident.post("/api/v1/public/reports", {"text": "路灯不亮"})
        self.wait_until_it_serves()
        self.cluster.stop()
        answer, body = resident.raw("GET", f"/api/v1/public/track/{before['token']}")
        self.assertEqual(answer.status, 503, body)
        self.assertIn("E_DATABASE_AWAY", body.decode())
        self.assertNotIn("127.0.0.1", body.decode(), "where the server is")
        self.assertGreater(int(answer.getheader("Retry-After")), 0)
        answer, body = resident.raw("GET", "/open311/v2/requests.json")
        self.assertEqual(answer.status, 503, body)
        self.assertGreater(int(answer.getheader("Retry-After")), 0)
        done = []
        waiting = threading.Thread(target=lambda: done.append(resident.post("/api/v1/public/reports", {"text": "井盖松动"})))
        waiting.start()
        time.sleep(1)
        self.assertEqual(done, [])
        self.cluster.start()
        waiting.join(30)
        self.assertEqual(len(done), 1, "who reported meanwhile was not waited for")
        for case in (before, done[0]):
            self.assertEqual(resident.get(f"/api/v1/public/track/{case['token']}")["number"], case["number"])
        verified = self.street.verify()
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_one_that_can_only_be_read_is_told_as_one(self):
        """A standby that was not made the primary yet, as far as who reports is concerned."""
        resident = self.street.anybody()
        self.wait_until_it_serves()
        end_all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'city'"
        self.cluster.sql("ALTER DATABASE city SET default_transaction_read_only = on")
        self.cluster.sql(end_all)
        answer, body = resident.raw("POST", "/api/v1/public/reports", {"text": "路灯不亮"})
        self.assertEqual(answer.status, 503, body)
        self.assertIn("E_DATABASE_STANDBY", body.decode())
        self.assertGreater(int(answer.getheader("Retry-After")), 0)
        self.cluster.sql("ALTER DATABASE city SET default_transaction_read_only = off")
        self.cluster.sql(end_all)
        self.assertTrue(resident.post("/api/v1/public/reports", {"text": "路灯不亮"})["number"])


class Made(Street):
    """A street whose folder was made before."""

    def make_office(self):
        return None


if __name__ == "__main__":
    unittest.main()
