/* SPDX-License-Identifier: Apache-2.0 */
/* A program that is made to be killed: kill_writer DATA SEED
 *
 * Four threads send commands without end, to every office of the folder, each with a client id of
 * its own; in a city whose offices have people, cases are handed over between them, and the courier
 * brings them. What is sent is said in lines on stdout:
 *   try KIND CLIENT CASE    before the command is sent; KIND report (CASE 0), note or over, whose
 *                           client id holds -to-OFFICE
 *   ack CLIENT EVENT CASE REPEAT  when the door has answered
 *   refused CLIENT CODE DETAIL    or has refused; the next one follows a little later
 * Lines `KIND CLIENT CASE` on stdin are sent first, again: commands of an earlier life that had no
 * answer.
 */
#include "base/source.h"
#include "town/cases/case_commands.h"
#include "town/cases/hand_over.h"
#include "town/courier.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 4, LINE_BYTES = 256, CLIENT_BYTES = 64, OWN_CASES = 200 };

struct sender {
    struct installation *installation;
    const struct town *town;
    struct source chance;
    int number;
    int64_t offices;
    int64_t seed;
    bool hands_over;
};

struct own_cases {
    int64_t ids[OWN_CASES];
    int64_t count;
};

static int64_t draw(struct source *chance, int64_t n) {
    uint64_t value;

    chance->fill(chance, &value, sizeof value);
    return (int64_t)(value % (uint64_t)n);
}

/* One line in one write, so that a killed program leaves no half of two threads' lines. */
static void say(const char *line) {
    size_t n = strlen(line);

    if (write(STDOUT_FILENO, line, n) != (ssize_t)n) {
        _exit(3);
    }
}

/* A client id ends in the number of its office. */
static int64_t office_of(const char *client) {
    const char *last = strrchr(client, '-');

    return last == NULL ? 1 : strtoll(last + 1, NULL, 10);
}

static const struct account *leader_of(const struct town *t, int64_t office) {
    for (size_t i = 0; i < t->account_count; i++) {
        if (t->accounts[i].office == office && TERM_HAS(t->accounts[i].roles, ROLE_SHIFT_LEADER)) {
            return &t->accounts[i];
        }
    }
    return NULL;
}

/* Code of the office that the client id of a hand-over names. */
static struct str target_of(const struct town *t, const char *client) {
    const char *to = strstr(client, "-to-");
    const struct office *o = to == NULL ? NULL : town_office(t, strtoll(to + 4, NULL, 10));

    return o == NULL ? (struct str){0} : o->code;
}

static struct actor actor_of(const struct town *t, const char *kind, const char *client) {
    const struct account *leader = leader_of(t, office_of(client));

    if (strcmp(kind, "over") == 0 && leader != NULL) {
        return (struct actor){.account = leader->id, .person = leader};
    }
    return (struct actor){.account = strcmp(kind, "report") == 0 ? ACTOR_PROGRAM : ACTOR_RESIDENT};
}

/* What a client id stands for is made of it alone, so that a command sent again is the same
 * command. */
static bool send_command(struct installation *i, const struct town *t, const char *kind,
                         const char *client, int64_t *case_id) {
    struct case_report report = {
        .procedure = STR("request"), .channel = CHANNEL_IMPORT, .text = str_of(client)};
    struct case_steps steps = {.case_id = *case_id, .count = 1};
    bool is_report = strcmp(kind, "report") == 0;
    bool is_over = strcmp(kind, "over") == 0;
    struct command c = {.row = is_report ? &case_report : &case_step,
                        .actor = actor_of(t, kind, client),
                        .office = office_of(client),
                        .client_id = str_of(client),
                        .body = str_of(client),
                        .input = is_report ? (const void *)&report : &steps};
    char line[LINE_BYTES];
    struct err err;

    steps.steps[0] = (struct step_input){.step = is_over ? STEP_HAND_OVER : STEP_NOTE,
                                         .given = TERM_BIT(NEED_OFFICE) | TERM_BIT(NEED_TEXT),
                                         .office = target_of(t, client),
                                         .text = str_of(client)};
    snprintf(line, sizeof line, "try %s %s %" PRId64 "\n", kind, client, *case_id);
    say(line);
    if (!door_submit(installation_door(i), &c, &err)) {
        snprintf(line, sizeof line, "refused %s %s %.100s\n", client, err_row(err.code)->name,
                 err.detail);
        say(line);
        nanosleep(&(struct timespec){.tv_nsec = 1000000},
                  NULL); /* a full disk is not asked at once */
        return false;
    }
    *case_id = c.subject;
    snprintf(line, sizeof line, "ack %s %" PRId64 " %" PRId64 " %d\n", client, c.event, c.subject,
             c.is_repeat);
    say(line);
    return true;
}

/* A case of its own that it says something about, or gives away. */
static void send_step(struct sender *s, struct own_cases *own, int n, bool is_over) {
    int64_t at = draw(&s->chance, own->count);
    int64_t case_id = own->ids[at];
    int64_t office = id_office(case_id);
    int64_t to = 1 + (office + draw(&s->chance, s->offices - is_over)) % s->offices;
    char client[CLIENT_BYTES];

    if (is_over) {
        snprintf(client, sizeof client, "life-%" PRId64 "-thread-%d-%d-to-%" PRId64 "-%" PRId64,
                 s->seed, s->number, n, to, office);
        own->ids[at] = own->ids[--own->count];
    } else {
        snprintf(client, sizeof client, "life-%" PRId64 "-thread-%d-%d-%" PRId64, s->seed,
                 s->number, n, office);
    }
    send_command(s->installation, s->town, is_over ? "over" : "note", client, &case_id);
}

static void send_report(struct sender *s, struct own_cases *own, int n) {
    char client[CLIENT_BYTES];
    int64_t case_id = 0;

    snprintf(client, sizeof client, "life-%" PRId64 "-thread-%d-%d-%" PRId64, s->seed, s->number, n,
             1 + draw(&s->chance, s->offices));
    if (send_command(s->installation, s->town, "report", client, &case_id) &&
        own->count < OWN_CASES) {
        own->ids[own->count++] = case_id;
    }
}

static void *sender(void *context) {
    struct sender *s = context;
    struct own_cases own = {0};

    for (int n = 0;; n++) {
        int64_t what = draw(&s->chance, 10);

        if (own.count == 0 || what > 4) {
            send_report(s, &own, n);
        } else {
            send_step(s, &own, n, s->hands_over && what < 2);
        }
    }
    return NULL;
}

static void send_again(struct installation *i, const struct town *t) {
    char kind[16];
    char client[CLIENT_BYTES];
    int64_t case_id;

    while (scanf("%15s %63s %" SCNd64, kind, client, &case_id) == 3) {
        send_command(i, t, kind, client, &case_id);
    }
}

/* ---- cases that go to another office */

static void wake_courier(void *context, const struct event *e) {
    struct keeper *const *k = context;

    if (event_is(e, HAND_OVER_EVENT) && *k != NULL) {
        keeper_wake(*k, COURIER_JOB);
    }
}

static bool hands_over(const struct town *t) {
    for (size_t i = 0; i < t->office_count; i++) {
        if (leader_of(t, t->offices[i].id) == NULL) {
            return false;
        }
    }
    return t->office_count > 1;
}

static bool start(struct installation *i, const struct town *t, struct err *err) {
    static struct keeper *keeper;
    struct arena *a = arena_open();
    const struct keeper_job jobs[] = {courier_job(courier_make(a)), {0}};

    installation_listen(i, wake_courier, &keeper);
    return door_start(installation_door(i), err) &&
           (!hands_over(t) || keeper_open(i, jobs, &keeper, err));
}

int main(int argc, char **argv) {
    struct source source = source_system();
    struct err err = {0};
    struct installation *i =
        argc == 3 ? installation_open(argv[1], INSTALLATION_WRITE, &source, &err) : NULL;
    const struct town *t = i == NULL ? NULL : installation_town(i);
    struct sender senders[THREADS];
    pthread_t threads[THREADS];

    if (t == NULL || !start(i, t, &err)) {
        fprintf(stderr, "kill_writer DATA SEED: %s %s\n", err_row(err.code)->name, err.detail);
        return 2;
    }
    send_again(i, t);
    for (int k = 0; k < THREADS; k++) {
        int64_t seed = strtoll(argv[2], NULL, 10);

        senders[k] = (struct sender){.installation = i,
                                     .town = t,
                                     .chance = source_fixed(0, (uint64_t)(seed * THREADS + k)),
                                     .number = k,
                                     .offices = (int64_t)t->office_count,
                                     .seed = seed,
                                     .hands_over = hands_over(t)};
        if (pthread_create(&threads[k], NULL, sender, &senders[k]) != 0) {
            return 2;
        }
    }
    for (int k = 0; k < THREADS; k++) {
        pthread_join(threads[k], NULL);
    }
    return 0;
}
