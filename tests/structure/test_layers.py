# SPDX-License-Identifier: Apache-2.0
"""The house of DESIGN section 3: a storey includes itself and those below it, libraries stay behind their wrapper."""
import re
import unittest

from tree import ROOT, files, objects, read, symbols, without_comments

# From bottom to top; a file may include headers of its own row and of those before it in this list.
ORDER = [
    "base",
    "engine/store", "engine/ledger", "engine/words", "engine/query", "engine/door", "engine/catalogue",
    # What changes seldom, read as one generation: accounts, places, units, and the town that holds them.
    ("town/access/", "town/place/", "town/town.", "town/installation.", "town/keeper.", "town/days."),
    "town/records", "town/cases", "town/routine", "town/desk", "town/civic", "town/assess",
    ("town/events.", "town/nightly.", "town/courier.", "town/nodes."),
    "gate/exchange", "gate/web",
    "cli",
]

# Each library's header, and the one file that may include it.
WRAPPERS = {
    "jansson.h": {"base/json_read.c"},
    "sodium.h": {"base/hash.c"},
    "openssl/": {"base/hash.c"},
    "openssl/rand.h": {"base/source.c"},
    "geos_c.h": {"base/geo/geos.c"},
    "zlib.h": {"gate/web/compress.c", "gate/exchange/gunzip.c"},
    "sqlite3.h": {"engine/store/sqlite.c", "engine/store/sqlite_back.c", "engine/store/sqlite_check.c",
                  "engine/store/sqlite_text.c"},
    "libpq-fe.h": {"engine/store/postgres.h"},
    "libfyaml.h": {"engine/catalogue/yaml.c"},
    "microhttpd.h": {"gate/web/server.c"},
    "qrencode.h": {"gate/exchange/qr.c"},
    "xlsxwriter.h": {"gate/exchange/table_write.c"},
    "turbojpeg.h": {"gate/exchange/photo_codecs.c"},
    "png.h": {"gate/exchange/photo_codecs.c"},
    "webp/": {"gate/exchange/photo_codecs.c"},
    "libheif/": {"gate/exchange/photo_codecs.c"},
    "curl/": {"gate/exchange/post.c"},
    "expat.h": {"gate/exchange/xlsx_read.c"},
    "zip.h": {"gate/exchange/xlsx_read.c"},
}

# C17, POSIX.1-2017 and Linux; anything else is a library and wants a wrapper.
SYSTEM = set("""
    assert.h ctype.h dirent.h errno.h fcntl.h float.h getopt.h grp.h inttypes.h limits.h linux/audit.h linux/filter.h linux/seccomp.h
    locale.h malloc.h math.h netdb.h netinet/in.h netinet/tcp.h arpa/inet.h poll.h pthread.h pwd.h sched.h semaphore.h
    setjmp.h signal.h spawn.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h
    string.h strings.h sys/epoll.h sys/eventfd.h sys/file.h sys/mman.h sys/prctl.h sys/random.h sys/resource.h
    sys/signalfd.h sys/socket.h sys/stat.h sys/statvfs.h sys/syscall.h sys/time.h sys/timerfd.h sys/types.h sys/uio.h sys/un.h
    sys/utsname.h sys/wait.h termios.h threads.h time.h uchar.h unistd.h wchar.h
""".split())

# What is opened and closed once in the life of the process or of a connection, beside any arena.
HANDLES = {"engine/store/sqlite.c", "engine/store/sqlite_back.c", "engine/store/postgres.c", "engine/store/postgres_many.c",
           "engine/store/postgres_statement.c", "engine/door/door.c"}

# What must not be called, and the files that wrap it. Memory comes from arenas, text is `struct str`, times are
# converted in base/time_text.c, and a shell is never started.
MEMORY = {"base/arena.c", *HANDLES}
BANNED = {
    **{name: MEMORY for name in ("malloc", "calloc", "realloc", "reallocarray", "free", "posix_memalign", "aligned_alloc")},
    **{name: set() for name in ("strdup", "strndup", "asprintf", "vasprintf", "sprintf", "vsprintf", "strcpy", "stpcpy",
                                "strcat", "strncpy", "strncat", "gets", "strtok", "gmtime", "localtime", "ctime",
                                "asctime", "mktime", "localtime_r", "tmpnam", "tempnam", "mktemp", "system", "popen",
                                "rand", "srand", "random", "srandom", "rand_r", "atoi", "atol", "atoll", "atof",
                                "setjmp", "longjmp", "vfork")},
    "gmtime_r": {"base/log.c", "base/time_text.c"},
    "time": {"base/source.c"},
    "gettimeofday": {"base/source.c"},
    "exit": {"main.c"},
}
# Libraries whose objects end with free() of memory that the library allocated: only inside that wrapper.
LIBRARY_MEMORY = {
    "free": {"base/json_read.c", "engine/catalogue/yaml.c"},
    "malloc": {"gate/web/server.c"},
}

# A file exports names that begin with words of its own name or its folder's; what else a file stands for:
PREFIXES = {
    "base/buf.c": {"csv", "xml"},
    "base/file.c": {"folder", "path"},
    "base/geo/point.c": {"box"},
    "base/hash.c": {"hex", "base64url", "gcm", "password"},
    "base/time_text.c": {"civil", "date", "days", "us"},
    "engine/catalogue/catalogue.c": {"procedure"},
    "engine/catalogue/match.c": {"template"},
    "engine/catalogue/mistake.c": {"mistakes"},
    "cli/demo_after.c": {"story"},
    "cli/demo_handling.c": {"story"},
    "cli/demo_story.c": {"story"},
    "engine/catalogue/terms.c": {"limit", "term"},
    "engine/door/decide.c": {"counter"},
    "engine/store/store.c": {"stmt"},
    "engine/words/words.c": {"beside", "vault"},
    "gate/web/request.c": {"path", "query", "input", "method", "json"},
    "gate/web/route.c": {"routes"},
    "gate/web/server.c": {"answer", "stream"},
    "cli/office_new.c": {"password"},
    "gate/exchange/photo_pixels.c": {"exif"},
    "gate/web/case_input.c": {"contact", "photos"},
    "gate/web/case_item.c": {"view", "write"},
    "gate/web/schemas.c": {"service"},
    "gate/web/service.c": {"visit"},
    "main.c": {"main"},
    "town/access/access.c": {"account"},
    "town/access/sign_in.c": {"audit", "password", "tries"},
    "town/cases/case_clocks.c": {"civil"},
    "town/cases/erase.c": {"voice"},
    "town/cases/case_file.c": {"task"},
    "town/place/place.c": {"office", "unit"},
    "town/town.c": {"catalogue"},
}


def includes():
    for path in files({".c", ".h"}, "src"):
        for line, text in enumerate(without_comments(read(path)).splitlines(), 1):
            hit = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', text)
            if hit:
                yield path.relative_to("src").as_posix(), line, hit[1] == "<", hit[2]


def storey(name):
    """The place of a file in ORDER; main.c stands above all."""
    for rank, row in enumerate(ORDER):
        heads = row if isinstance(row, tuple) else (row if row.endswith(".") else row + "/",)
        if name.startswith(heads):
            return rank
    return len(ORDER) if name == "main.c" else None


class Layers(unittest.TestCase):
    maxDiff = None

    def test_every_file_stands_in_a_storey(self):
        names = [f.relative_to("src").as_posix() for f in files({".c", ".h"}, "src")]
        self.assertEqual([n for n in names if storey(n) is None], [])

    def test_a_storey_includes_only_itself_and_those_below(self):
        wrong = [f"src/{name}:{line}: {target} stands above {name}"
                 for name, line, is_library, target in includes()
                 if not is_library and "/" in target and (storey(target) is None or storey(target) > storey(name))]
        self.assertEqual(wrong, [])

    def test_every_header_of_the_house_exists(self):
        wrong = [f"src/{name}:{line}: there is no src/{target}" for name, line, is_library, target in includes()
                 if not is_library and "/" in target and not (ROOT / "src" / target).is_file()]
        self.assertEqual(wrong, [])

    def test_a_librarys_header_stands_only_in_its_wrapper(self):
        wrong = []
        for name, line, is_library, target in includes():
            if not is_library or target in SYSTEM:
                continue
            homes = WRAPPERS.get(target) or WRAPPERS.get(target.split("/")[0] + "/")
            if not homes:
                wrong.append(f"src/{name}:{line}: <{target}> has no row in the table WRAPPERS")
            elif name not in homes:
                wrong.append(f"src/{name}:{line}: <{target}> belongs into {' '.join(sorted(homes))}")
        self.assertEqual(wrong, [])


class Objects(unittest.TestCase):
    maxDiff = None

    def test_every_source_is_built(self):
        sources = {f.relative_to("src").as_posix() for f in files({".c"}, "src")}
        self.assertEqual(sorted(sources - set(objects())), [])

    def test_banned_functions_are_called_only_in_their_wrappers(self):
        wrong = []
        for source in objects():
            for name, _ in symbols(source, "-u"):
                plain = re.sub(r"^__(\w+)_chk$", r"\1", name)
                homes = BANNED.get(plain)
                if homes is not None and source not in homes | LIBRARY_MEMORY.get(plain, set()):
                    wrong.append(f"src/{source} calls {plain}")
        self.assertEqual(wrong, [])

    def test_a_file_exports_only_its_own_prefix(self):
        wrong = []
        for source in objects():
            *folders, stem = source.removesuffix(".c").split("/")
            words = stem.split("_")
            own = {"_".join(words[n:m]) for m in range(1, len(words) + 1) for n in range(m)} | set(folders[-1:])
            own |= {word.removesuffix("s") for word in own} | PREFIXES.get(source, set())
            for name, kind in symbols(source, "-g", "--defined-only"):
                if not any(name == p or name.startswith(p + "_") for p in own):
                    wrong.append(f"src/{source} exports {name}; its own are {' '.join(sorted(own))}")
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
