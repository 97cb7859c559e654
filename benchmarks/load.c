/* SPDX-License-Identifier: Apache-2.0 */
/* Sends prepared HTTP requests over kept connections of this machine and times the answers.
 *
 * The file holds one request after the other, each as a line `KIND BYTES` and that many bytes. They
 * are sent in their order, each over whichever connection is idle. A time runs from the moment the
 * request is given to the system to its last byte of answer. One line of JSON says what was seen.
 * usage: bench_load PORT CONNECTIONS FILE [SECONDS [RATE]]
 *   SECONDS  0 (as without): the file once; else again from its top until they are over
 *   RATE     requests begun in a second at most; 0: as fast as answers come
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTIONS_MOST = 1024,
    KINDS_MOST = 64,
    HEAD_BYTES = 8192,
    PARTS_BITS = 7, /* a bucket is at most 1/128 of its value wide */
    BUCKETS = 40 << PARTS_BITS,
    STALL_MS = 60000
};

struct kind {
    char name[32];
    int64_t answers;
    int64_t refused; /* answered 400 or above; their times do not count */
    int64_t sum_us;
    int64_t most_us;
    int64_t bytes; /* of the bodies of its answers */
    int64_t buckets[BUCKETS];
};

struct request {
    struct kind *kind;
    const char *bytes;
    size_t n;
};

struct connection {
    int fd;
    const struct request *request; /* NULL: idle */
    size_t sent;                   /* bytes of it */
    int64_t began_us;
    char head[HEAD_BYTES]; /* of the answer, as far as it came */
    size_t head_n;
    bool has_head;
    int status;
    size_t body;    /* bytes of the answer's body */
    size_t missing; /* of these still to come */
};

static struct kind kinds[KINDS_MOST];
static size_t kind_count;
static struct request *requests;
static size_t request_count;
static struct connection connections[CONNECTIONS_MOST];
static int connection_count;
static int port;
static int epoll_fd;
static int64_t broken; /* connections that ended before their answer */

static void stop(const char *what) {
    fprintf(stderr, "bench_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_us(void) {
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

/* ---- times, in buckets whose width grows with the value */

static size_t bucket_of(int64_t us) {
    int shift = 0;

    while (us >> shift >= 2 << PARTS_BITS) {
        shift++;
    }
    return ((size_t)shift << PARTS_BITS) + (size_t)(us >> shift);
}

/* The upper edge of a bucket. */
static int64_t bucket_us(size_t bucket) {
    size_t shift = bucket >> PARTS_BITS;

    if (shift < 2) {
        return (int64_t)bucket;
    }
    shift--;
    return (int64_t)(((bucket - (shift << PARTS_BITS)) + 1) << shift) - 1;
}

static void note_time(struct kind *k, int64_t us) {
    size_t bucket = bucket_of(us);

    k->buckets[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    k->answers++;
    k->sum_us += us;
    k->most_us = us > k->most_us ? us : k->most_us;
}

static int64_t per_mille(const struct kind *k, int64_t part) {
    int64_t wanted = (k->answers * part + 999) / 1000;
    int64_t seen = 0;

    for (size_t i = 0; i < BUCKETS; i++) {
        seen += k->buckets[i];
        if (seen >= wanted && seen > 0) {
            return bucket_us(i) < k->most_us ? bucket_us(i) : k->most_us;
        }
    }
    return 0;
}

/* ---- the file */

static struct kind *kind_of(const char *name) {
    for (size_t i = 0; i < kind_count; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    if (kind_count == KINDS_MOST) {
        stop("too many kinds");
    }
    snprintf(kinds[kind_count].name, sizeof kinds[0].name, "%s", name);
    return &kinds[kind_count++];
}

static char *read_file(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    char *bytes;

    if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
        stop(path);
    }
    *n = (size_t)ftell(f);
    rewind(f);
    bytes = malloc(*n + 1);
    if (bytes == NULL || fread(bytes, 1, *n, f) != *n) {
        stop(path);
    }
    bytes[*n] = '\0';
    fclose(f);
    return bytes;
}

static void read_requests(const char *path) {
    size_t n;
    char *bytes = read_file(path, &n);
    size_t room = 0;

    for (size_t at = 0; at < n;) {
        char *blank = memchr(bytes + at, ' ', n - at);
        char *end = NULL;
        size_t size = blank == NULL ? 0 : (size_t)strtoull(blank + 1, &end, 10);

        if (end == NULL || *end != '\n' || size > n - (size_t)(end + 1 - bytes)) {
            errno = EINVAL;
            stop(path);
        }
        if (request_count == room) {
            room = room * 2 + 1024;
            requests = realloc(requests, room * sizeof *requests);
        }
        *blank = '\0';
        requests[request_count++] = (struct request){kind_of(bytes + at), end + 1, size};
        at = (size_t)(end + 1 - bytes) + size;
    }
}

/* ---- connections */

static void watch(struct connection *c, int how, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = c};

    if (epoll_ctl(epoll_fd, how, c->fd, &event) != 0) {
        stop("epoll_ctl");
    }
}

static void open_connection(struct connection *c) {
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;

    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0) {
        stop("connect");
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
}

static void break_connection(struct connection *c) {
    broken++;
    close(c->fd);
    c->request = NULL;
    open_connection(c);
}

static void send_more(struct connection *c) {
    while (c->sent < c->request->n) {
        ssize_t n = send(c->fd, c->request->bytes + c->sent, c->request->n - c->sent,
                         MSG_NOSIGNAL | MSG_DONTWAIT);

        if (n < 0 && errno == EAGAIN) {
            watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return;
        }
        if (n < 0) {
            break_connection(c);
            return;
        }
        c->sent += (size_t)n;
    }
}

static void begin(struct connection *c, const struct request *r) {
    c->request = r;
    c->sent = 0;
    c->head_n = 0;
    c->has_head = false;
    c->began_us = now_us();
    send_more(c);
}

/* The head is whole: status and length of the body. What came of the body already counts. */
static bool read_head(struct connection *c) {
    char *end = memmem(c->head, c->head_n, "\r\n\r\n", 4);
    const char *length;

    if (end == NULL) {
        return c->head_n < HEAD_BYTES - 1;
    }
    *end = '\0';
    length = strcasestr(c->head, "\r\ncontent-length:");
    c->body = length == NULL ? 0 : (size_t)strtoull(length + 17, NULL, 10);
    c->status = c->head_n > 12 ? atoi(c->head + 9) : 0;
    c->has_head = true;
    c->missing = c->body - (c->head_n - (size_t)(end + 4 - c->head));
    return c->status > 0 && c->missing <= c->body;
}

static bool receive(struct connection *c) {
    static char rest[1 << 16];
    char *to = c->has_head ? rest : c->head + c->head_n;
    size_t room = c->has_head ? sizeof rest : HEAD_BYTES - 1 - c->head_n;
    ssize_t n = recv(c->fd, to, room, MSG_DONTWAIT);

    if (n < 0 && errno == EAGAIN) {
        return true;
    }
    if (n <= 0 || c->request == NULL) {
        return false;
    }
    if (c->has_head) {
        c->missing -= (size_t)n < c->missing ? (size_t)n : c->missing;
        return true;
    }
    c->head_n += (size_t)n;
    return read_head(c);
}

static void take_answer(struct connection *c) {
    struct kind *k = c->request->kind;

    if (c->status >= 400) {
        if (k->refused++ == 0) {
            fprintf(stderr, "bench_load: %s: %d\n", k->name, c->status);
        }
    } else {
        note_time(k, now_us() - c->began_us);
        k->bytes += (int64_t)c->body;
    }
    c->request = NULL;
}

static void on_event(struct connection *c, uint32_t events) {
    if ((events & EPOLLOUT) != 0 && c->request != NULL) {
        watch(c, EPOLL_CTL_MOD, EPOLLIN);
        send_more(c);
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) {
        return;
    }
    if (!receive(c)) {
        break_connection(c);
    } else if (c->request != NULL && c->has_head && c->missing == 0) {
        take_answer(c);
    }
}

/* ---- the run */

static struct connection *idle_connection(void) {
    static int from;

    for (int i = 0; i < connection_count; i++) {
        struct connection *c = &connections[(from + i) % connection_count];

        if (c->request == NULL) {
            from = (from + i + 1) % connection_count;
            return c;
        }
    }
    return NULL;
}

static int running_count(void) {
    int count = 0;

    for (int i = 0; i < connection_count; i++) {
        count += connections[i].request != NULL;
    }
    return count;
}

static void wait_once(int wait_ms) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll_fd, events, 64, wait_ms);

    if (count == 0 && wait_ms == STALL_MS) {
        errno = ETIMEDOUT;
        stop("no answer");
    }
    for (int i = 0; i < count; i++) {
        on_event(events[i].data.ptr, events[i].events);
    }
}

/* Returns when the last answer has come. */
static void run(int64_t seconds, int64_t rate) {
    int64_t began = now_us();
    int64_t until = began + seconds * 1000000;
    size_t begun = 0;

    for (;;) {
        int64_t now = now_us();
        bool is_over = seconds > 0 ? now >= until : begun == request_count;
        int64_t due = rate > 0 ? began + (int64_t)begun * 1000000 / rate : now;
        struct connection *c = is_over || now < due ? NULL : idle_connection();

        if (c != NULL) {
            begin(c, &requests[begun++ % request_count]);
        } else if (is_over && running_count() == 0) {
            return;
        } else {
            wait_once(is_over || now >= due ? STALL_MS : (int)((due - now) / 1000) + 1);
        }
    }
}

static void print_result(double seconds) {
    const char *comma = "";

    printf("{\"seconds\": %.6f, \"broken\": %" PRId64 ", \"kinds\": [", seconds, broken);
    for (size_t i = 0; i < kind_count; i++) {
        const struct kind *k = &kinds[i];

        printf("%s{\"kind\": \"%s\", \"answers\": %" PRId64 ", \"refused\": %" PRId64
               ", \"mean_us\": %" PRId64 ", \"p50_us\": %" PRId64 ", \"p99_us\": %" PRId64
               ", \"p999_us\": %" PRId64 ", \"max_us\": %" PRId64 ", \"mean_bytes\": %" PRId64 "}",
               comma, k->name, k->answers, k->refused, k->answers > 0 ? k->sum_us / k->answers : 0,
               per_mille(k, 500), per_mille(k, 990), per_mille(k, 999), k->most_us,
               k->answers > 0 ? k->bytes / k->answers : 0);
        comma = ", ";
    }
    printf("]}\n");
}

int main(int argc, char **argv) {
    int64_t began;

    if (argc < 4 || argc > 6) {
        fprintf(stderr, "usage: bench_load PORT CONNECTIONS FILE [SECONDS [RATE]]\n");
        return 2;
    }
    port = atoi(argv[1]);
    connection_count = atoi(argv[2]);
    if (connection_count < 1 || connection_count > CONNECTIONS_MOST) {
        return 2;
    }
    read_requests(argv[3]);
    if (request_count == 0) {
        return 2;
    }
    epoll_fd = epoll_create1(0);
    for (int i = 0; i < connection_count; i++) {
        open_connection(&connections[i]);
    }
    began = now_us();
    run(argc > 4 ? atoll(argv[4]) : 0, argc > 5 ? atoll(argv[5]) : 0);
    print_result((double)(now_us() - began) / 1e6);
    return 0;
}
