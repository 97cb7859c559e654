/* SPDX-License-Identifier: Apache-2.0 */
/* A program that is made to be killed: kill_writer DATA SEED
 *
 * Four threads send commands without end, to every office of the folder, each with a client id of
 * its own; in a city whose offices have people, cases are handed over between them, and the courier
 * brings them; and cases are merged, taken out again and told apart. What is sent is said in lines
 * on stdout:
 *   try KIND CLIENT CASE    before the command is sent; KIND report (CASE 0), note, over, whose
 *                           client id holds -to-OFFICE, merge or apart, whose client id holds
 *                           -with-OTHER, or unmerge
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

enum { THREADS = 4, LINE_BYTES = 256, CLIENT_BYTES = 64, OWN_CASES = 200, VOICES = 30 };

#define PROMISED_FROM 2000000000000000 /* microseconds: in May 2033 */

struct sender {
    struct installation *installation;
    const struct town *town;
    struct source chance;
    int number;
    int64_t offices;
    int64_t seed;
    bool has_people;
};

/* A thread deals with its own cases alone, so it knows what may be done with each. */
struct own_case {
    int64_t id;
    int64_t main; /* into which it is merged, 0 = into none */
};

struct own_cases {
    struct own_case all[OWN_CASES];
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

/* The other case that the client id of a merge names, 0 = none. */
static int64_t other_of(const char *client) {
    const char *with = strstr(client, "-with-");

    return with == NULL ? 0 : strtoll(with + 6, NULL, 10);
}

static struct actor actor_of(const struct town *t, const char *kind, const char *client) {
    const struct account *leader = leader_of(t, office_of(client));

    if (strcmp(kind, "report") == 0) {
        return (struct actor){.account = ACTOR_PROGRAM};
    }
    if (strcmp(kind, "note") == 0 || leader == NULL) {
        return (struct actor){.account = ACTOR_RESIDENT};
    }
    return (struct actor){.account = leader->id, .person = leader};
}

/* Every third one was promised for a time of its own, so that merging moves promises about. */
static int64_t promise_of(const char *client) {
    int64_t sum = 0;

    for (const char *p = client; *p != '\0'; p++) {
        sum = (sum * 31 + *p) % 1000003;
    }
    return sum % 3 == 0 ? PROMISED_FROM + sum * 1000000 : 0;
}

static struct step_input step_of(const struct town *t, const char *kind, const char *client) {
    struct step_input in = {.step = STEP_NOTE,
                            .given = TERM_BIT(NEED_OFFICE) | TERM_BIT(NEED_TEXT) |
                                     TERM_BIT(NEED_REASON) | TERM_BIT(NEED_MAIN) |
                                     TERM_BIT(NEED_SAME),
                            .office = target_of(t, client),
                            .main = other_of(client),
                            .same = SAME_PROBLEM};

    if (strcmp(kind, "unmerge") == 0) {
        in.step = STEP_UNMERGE;
        in.reason = str_of(client);
        return in;
    }
    in.step = strcmp(kind, "over") == 0    ? STEP_HAND_OVER
              : strcmp(kind, "merge") == 0 ? STEP_MERGE
              : strcmp(kind, "apart") == 0 ? STEP_TELL_APART
                                           : STEP_NOTE;
    in.text = str_of(client);
    return in;
}

/* What a client id stands for is made of it alone, so that a command sent again is the same
 * command. */
static bool send_command(struct installation *i, const struct town *t, const char *kind,
                         const char *client, int64_t *case_id) {
    struct case_report report = {.procedure = STR("request"),
                                 .channel = CHANNEL_IMPORT,
                                 .text = str_of(client),
                                 .external_due_at = promise_of(client)};
    struct case_steps steps = {
        .case_id = *case_id, .steps = {step_of(t, kind, client)}, .count = 1};
    bool is_report = strcmp(kind, "report") == 0;
    struct command c = {.row = is_report ? &case_report : &case_step,
                        .actor = actor_of(t, kind, client),
                        .office = office_of(client),
                        .client_id = str_of(client),
                        .body = str_of(client),
                        .input = is_report ? (const void *)&report : &steps};
    char line[LINE_BYTES];
    struct err err;

    if (report.external_due_at > 0) {
        report.external_number = str_of(client);
    }
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

/* Sends one step with a case; what the client id names besides stands in `names`. */
static bool send_step(struct sender *s, int n, const char *kind, int64_t case_id,
                      const char *names) {
    char client[CLIENT_BYTES];

    if (snprintf(client, sizeof client, "life-%" PRId64 "-thread-%d-%d%s-%" PRId64, s->seed,
                 s->number, n, names, id_office(case_id)) >= CLIENT_BYTES) {
        _exit(3); /* cut off it would stand for another command */
    }
    return send_command(s->installation, s->town, kind, client, &case_id);
}

static void give_away(struct sender *s, struct own_cases *own, int n, int64_t at) {
    int64_t case_id = own->all[at].id;
    int64_t to = 1 + (id_office(case_id) + draw(&s->chance, s->offices - 1)) % s->offices;
    char names[CLIENT_BYTES];

    snprintf(names, sizeof names, "-to-%" PRId64, to);
    own->all[at] = own->all[--own->count];
    send_step(s, n, "over", case_id, names);
}

/* ---- merging */

static const struct own_case *find_own(const struct own_cases *own, int64_t id) {
    for (int64_t i = 0; i < own->count; i++) {
        if (own->all[i].id == id) {
            return &own->all[i];
        }
    }
    return NULL;
}

/* It and the cases that were merged into it. */
static int64_t voices_of(const struct own_cases *own, int64_t id) {
    int64_t voices = 1;

    for (int64_t i = 0; i < own->count; i++) {
        voices += own->all[i].main == id;
    }
    return voices;
}

/* The case with which that one would go on when it is merged into the other one, 0 = it may not. */
static int64_t main_with(const struct own_cases *own, const struct own_case *one,
                         const struct own_case *other) {
    int64_t main = other->main == 0 ? other->id : other->main;

    return id_office(one->id) == id_office(main) && main != one->id &&
                   find_own(own, main) != NULL &&
                   voices_of(own, one->id) + voices_of(own, main) <= VOICES
               ? main
               : 0;
}

/* Another case into which an open one may be merged, from a place of chance on; NULL = none. */
static const struct own_case *choose_other(struct sender *s, const struct own_cases *own,
                                           const struct own_case *one) {
    int64_t from = draw(&s->chance, own->count);

    for (int64_t i = 0; i < own->count; i++) {
        const struct own_case *other = &own->all[(from + i) % own->count];

        if (main_with(own, one, other) != 0) {
            return other;
        }
    }
    return NULL;
}

/* A case into which others were merged, from this place on; else the one at this place. */
static struct own_case *choose_main(struct own_cases *own, int64_t at) {
    for (int64_t i = 0; i < own->count; i++) {
        struct own_case *one = &own->all[(at + i) % own->count];

        if (voices_of(own, one->id) > 1) {
            return one;
        }
    }
    return &own->all[at];
}

/* Takes out a case that is merged; merges one that is open, or says that it is another. Every other
 * time one that takes others along, of which chance alone would seldom think. */
static void send_merge(struct sender *s, struct own_cases *own, int n, int64_t at) {
    struct own_case *one = draw(&s->chance, 2) == 0 ? choose_main(own, at) : &own->all[at];
    const struct own_case *other = one->main == 0 ? choose_other(s, own, one) : NULL;
    bool is_apart = draw(&s->chance, 4) == 0;
    char names[CLIENT_BYTES] = "";
    int64_t main;

    if (one->main != 0) {
        if (send_step(s, n, "unmerge", one->id, names)) {
            one->main = 0;
        }
        return;
    }
    if (other == NULL) {
        send_step(s, n, "note", one->id, names);
        return;
    }
    snprintf(names, sizeof names, "-with-%" PRId64, other->id);
    main = main_with(own, one, other);
    if (!send_step(s, n, is_apart ? "apart" : "merge", one->id, names) || is_apart) {
        return;
    }
    for (int64_t i = 0; i < own->count; i++) {
        if (own->all[i].main == one->id || own->all[i].id == one->id) {
            own->all[i].main = main;
        }
    }
}

/* ---- what a thread does */

static void send_report(struct sender *s, struct own_cases *own, int n) {
    char client[CLIENT_BYTES];
    int64_t case_id = 0;

    snprintf(client, sizeof client, "life-%" PRId64 "-thread-%d-%d-%" PRId64, s->seed, s->number, n,
             1 + draw(&s->chance, s->offices));
    if (send_command(s->installation, s->town, "report", client, &case_id) &&
        own->count < OWN_CASES) {
        own->all[own->count++] = (struct own_case){.id = case_id};
    }
}

static void act(struct sender *s, struct own_cases *own, int n) {
    int64_t what = draw(&s->chance, 20);
    int64_t at = own->count == 0 ? 0 : draw(&s->chance, own->count);

    if (own->count == 0 || what >= 12) {
        send_report(s, own, n);
    } else if (s->has_people && what < 6) {
        send_merge(s, own, n, at);
    } else if (s->has_people && what < 10 && own->all[at].main == 0) {
        give_away(s, own, n, at);
    } else {
        send_step(s, n, "note", own->all[at].id, "");
    }
}

static void *sender(void *context) {
    struct sender *s = context;
    struct own_cases own = {0};

    for (int n = 0;; n++) {
        act(s, &own, n);
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

static bool has_people(const struct town *t) {
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
           (!has_people(t) || keeper_open(i, jobs, &keeper, err));
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
                                     .has_people = has_people(t)};
        if (pthread_create(&threads[k], NULL, sender, &senders[k]) != 0) {
            return 2;
        }
    }
    for (int k = 0; k < THREADS; k++) {
        pthread_join(threads[k], NULL);
    }
    return 0;
}
