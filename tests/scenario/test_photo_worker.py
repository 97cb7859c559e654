# SPDX-License-Identifier: Apache-2.0
"""The released program's photo worker, confined as it is in service: photos in, JPEGs out; a worker alone does nothing."""
import pathlib
import socket
import struct
import subprocess
import unittest
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINLI = ROOT / "build" / "release" / "linli"
PHOTOS = ROOT.parent / "shared" / "data" / "photos"
FINE, UNKNOWN, BROKEN, LARGE = range(4)


class Worker:
    """A worker process and our end of its socket."""

    def __enter__(self):
        self.socket, end = socket.socketpair()
        self.socket.settimeout(60)
        self.process = subprocess.Popen([LINLI, "photo-worker"], stdin=end)
        end.close()
        return self

    def __exit__(self, *_):
        self.socket.close()
        self.status = self.process.wait(30)

    def read(self, n):
        got = b""
        while len(got) < n:
            more = self.socket.recv(n - len(got))
            if not more:
                raise EOFError("the worker ended")
            got += more
        return got

    def take(self, photo):
        """(fault, width, height, full, thumb)"""
        self.socket.sendall(struct.pack("I", len(photo)) + photo)
        fault, width, height, full, thumb = struct.unpack("5I", self.read(20))
        return fault, width, height, self.read(full), self.read(thumb)


def png(width, height):
    """A grey PNG of one value, packed as small as such a picture is."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + width)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", rows) + chunk(b"IEND", b""))


class PhotoWorker(unittest.TestCase):
    def test_photo_after_photo_until_the_other_end_closes(self):
        with Worker() as worker:
            for width, height in ((40, 30), (3000, 2000)):
                fault, got_width, got_height, full, thumb = worker.take(png(width, height))
                self.assertEqual(fault, FINE)
                self.assertEqual((got_width, got_height), (40, 30) if width == 40 else (2048, 1365))
                self.assertTrue(full.startswith(b"\xff\xd8") and thumb.startswith(b"\xff\xd8"))
            self.assertEqual(worker.take("这是文字".encode())[0], UNKNOWN)
            self.assertEqual(worker.take(png(40, 30)[:60])[0], BROKEN)
            self.assertEqual(worker.take(png(40, 30))[0], FINE)
        self.assertEqual(worker.status, 0)

    def test_the_largest_photo_fits_into_its_memory_and_a_bomb_is_refused(self):
        with Worker() as worker:
            self.assertEqual(worker.take(png(8660, 5770))[0], FINE)
            self.assertEqual(worker.take(png(10000, 5001))[0], LARGE)

    def test_it_has_given_up_files_and_its_rights(self):
        with Worker() as worker:
            worker.take(png(40, 30))
            status = dict(line.split(":\t", 1) for line in
                          pathlib.Path(f"/proc/{worker.process.pid}/status").read_text().splitlines() if ":\t" in line)
            limits = pathlib.Path(f"/proc/{worker.process.pid}/limits").read_text()
        self.assertEqual(status["NoNewPrivs"].strip(), "1")
        self.assertEqual(status["Seccomp"].strip(), "2")
        self.assertRegex(limits, r"Max open files\s+3\s+3")
        self.assertRegex(limits, r"Max address space\s+536870912")
        self.assertRegex(limits, r"Max file size\s+0\s+0")

    def test_too_much_ends_it(self):
        with Worker() as worker:
            worker.socket.sendall(struct.pack("I", (20 << 20) + 1))
            with self.assertRaises(EOFError):
                worker.read(1)

    def test_cameras_photos_lose_place_and_device(self):
        if not PHOTOS.is_dir():
            self.skipTest("the shared photos are not there")
        with Worker() as worker:
            for path in sorted(PHOTOS.glob("*.jpg")):
                with self.subTest(path.name):
                    fault, width, height, full, thumb = worker.take(path.read_bytes())
                    self.assertEqual(fault, FINE)
                    for picture in (full, thumb):
                        for secret in (b"Exif", b"GPS", b"NIKON", b"Canon", b"http"):
                            self.assertNotIn(secret, picture)
                    if path.name.startswith("orientation-"):
                        self.assertEqual((width, height), (600, 450))

    def test_alone_it_says_what_it_is_for(self):
        done = subprocess.run([LINLI, "photo-worker"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("E_USAGE", done.stderr)


if __name__ == "__main__":
    unittest.main()
