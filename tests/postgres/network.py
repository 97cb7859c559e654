# SPDX-License-Identifier: Apache-2.0
"""Machines of the tests' own: network namespaces on a bridge, whose cables can be pulled. Where the machine does not allow them (not root,
no `ip`), Network.make gives None and the tests go on with ports of one machine."""
import itertools
import os
import pathlib
import shutil
import subprocess

numbers = itertools.count(1)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Network:
    """`count` machines; machine i has hosts[i] and is reached from this one. Subnets are of those kept for tests (RFC 2544)."""

    def __init__(self, count):
        number = (os.getpid() * 7 + next(numbers)) % 512
        self.name = f"linli{number}"
        self.subnet = f"198.{18 + number // 256}.{number % 256}"
        self.hosts = [f"{self.subnet}.{2 + i}" for i in range(count)]

    @staticmethod
    def make(count):
        if os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("setpriv"):
            return None
        network = Network(count)
        try:
            ip("link", "add", network.name, "type", "bridge")
            ip("addr", "add", f"{network.subnet}.1/24", "dev", network.name)
            ip("link", "set", network.name, "up")
            for i, host in enumerate(network.hosts):
                space, outside, inside = f"{network.name}-{i}", f"{network.name}o{i}", f"{network.name}i{i}"
                ip("netns", "add", space)
                ip("link", "add", outside, "type", "veth", "peer", "name", inside)
                ip("link", "set", inside, "netns", space)
                ip("link", "set", outside, "master", network.name, "up")
                ip("-n", space, "addr", "add", f"{host}/24", "dev", inside)
                ip("-n", space, "link", "set", inside, "up")
                ip("-n", space, "link", "set", "lo", "up")
            return network
        except (subprocess.CalledProcessError, OSError):
            network.close()
            return None

    def enter(self, i):
        """What stands before a command that runs on machine i."""
        return ["ip", "netns", "exec", f"{self.name}-{i}"]

    def pull(self, i):
        """The cable of machine i: it runs on and nobody reaches it."""
        ip("link", "set", f"{self.name}o{i}", "down")

    def close(self):
        for i in range(len(self.hosts)): # a machine is gone only when its last connection is
            subprocess.run(["ip", "link", "del", f"{self.name}o{i}"], check=False, capture_output=True)
            if pathlib.Path(f"/run/netns/{self.name}-{i}").exists():
                subprocess.run(["ip", "netns", "del", f"{self.name}-{i}"], check=False)
        subprocess.run(["ip", "link", "del", self.name], check=False, capture_output=True)
