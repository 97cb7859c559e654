# SPDX-License-Identifier: Apache-2.0
"""Between the program and a PostgreSQL server: what each connection sent, and how often it waited."""
import select
import socket
import struct
import threading

PROTOCOL = 196608 # 3.0


class Relay:
    """Between Linli and the database: passes everything on and keeps what each connection sent."""

    def __init__(self, port, host="127.0.0.1"):
        self.target = host, port
        self.sent = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError: # closed
                return
            server = socket.create_connection(self.target)
            for s in (client, server):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            kept = bytearray()
            self.sent.append(kept)
            threading.Thread(target=self.pass_on, args=(client, server, kept), daemon=True).start()

    def waits(self):
        """How often all connections together waited so far."""
        return sum(len(in_syncs(bytes(kept))) for kept in list(self.sent))

    def close(self):
        self.listener.close()

    @staticmethod
    def pass_on(client, server, kept):
        while True:
            for s in select.select([client, server], [], [])[0]:
                data = s.recv(1 << 18)
                if not data:
                    client.close()
                    server.close()
                    return
                if s is client:
                    kept += data
                    server.sendall(data)
                else:
                    client.sendall(data)


def in_syncs(sent):
    """What a connection sent behind its start-up, cut where it waited for the server (Sync or a simple query); what is not whole
    yet is left out."""
    at = 0
    while len(sent) >= at + 8: # asks for encryption come first
        length, what = struct.unpack(">II", sent[at:at + 8])
        at += length
        if what == PROTOCOL:
            break
    else:
        return []
    parts, begin = [], at
    while at + 5 <= len(sent):
        kind, length = sent[at:at + 1], struct.unpack(">I", sent[at + 1:at + 5])[0]
        at += 1 + length
        if kind in b"SQ" and at <= len(sent):
            parts.append(bytes(sent[begin:at]))
            begin = at
    return parts
