/* SPDX-License-Identifier: Apache-2.0 */
/* A program that is made to be killed: kill_writer DATA SEED
 *
 * Four threads send commands without end, to every office of the folder, each with a client id of
 * its own, and say so in lines on stdout:
 *   try KIND CLIENT CASE          before the command is sent; KIND report or note, CASE 0 for a
 *                           note
 *   ack CLIENT EVENT CASE REPEAT  when the door has answered
 *   refused CLIENT CODE DETAIL    or has refused; the next one follows a little later
 * Lines `KIND CLIENT CASE` on stdin are sent first, again: commands of an earlier life that had no
 * answer.
 */
#include "base/source.h"
#include "town/cases/case_commands.h"
#include "town/installation.h"

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
    struct source chance;
    int number;
    int64_t offices;
    int64_t seed;
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

/* What a client id stands for is made of it alone, so that a command sent again is the same
 * command. */
static bool send_command(struct installation *i, const char *kind, const char *client,
                         int64_t case_id, int64_t *subject) {
    struct case_report report = {
        .procedure = STR("request"), .channel = CHANNEL_IMPORT, .text = str_of(client)};
    struct case_steps steps = {.case_id = case_id, .count = 1};
    bool is_note = strcmp(kind, "note") == 0;
    struct command c = {.row = is_note ? &case_step : &case_report,
                        .actor = {.account = is_note ? ACTOR_RESIDENT : ACTOR_PROGRAM},
                        .office = office_of(client),
                        .client_id = str_of(client),
                        .body = str_of(client),
                        .input = is_note ? (const void *)&steps : &report};
    char line[LINE_BYTES];
    struct err err;

    steps.steps[0] = (struct step_input){.step = STEP_NOTE, .text = str_of(client)};
    snprintf(line, sizeof line, "try %s %s %" PRId64 "\n", kind, client, case_id);
    say(line);
    if (!door_submit(installation_door(i), &c, &err)) {
        snprintf(line, sizeof line, "refused %s %s %.100s\n", client, err_row(err.code)->name,
                 err.detail);
        say(line);
        nanosleep(&(struct timespec){.tv_nsec = 1000000},
                  NULL); /* a full disk is not asked at once */
        return false;
    }
    *subject = c.subject;
    snprintf(line, sizeof line, "ack %s %" PRId64 " %" PRId64 " %d\n", client, c.event, c.subject,
             c.is_repeat);
    say(line);
    return true;
}

static void *sender(void *context) {
    struct sender *s = context;
    int64_t own[OWN_CASES];
    int64_t count = 0;

    for (int n = 0;; n++) {
        bool is_note = count > 0 && draw(&s->chance, 10) < 4;
        int64_t case_id = is_note ? own[draw(&s->chance, count)] : 0;
        int64_t office = is_note ? id_office(case_id) : 1 + draw(&s->chance, s->offices);
        char client[CLIENT_BYTES];
        int64_t subject;

        snprintf(client, sizeof client, "life-%" PRId64 "-thread-%d-%d-%" PRId64, s->seed,
                 s->number, n, office);
        if (send_command(s->installation, is_note ? "note" : "report", client, case_id, &subject) &&
            !is_note && count < OWN_CASES) {
            own[count++] = subject;
        }
    }
    return NULL;
}

static void send_again(struct installation *i) {
    char kind[16];
    char client[CLIENT_BYTES];
    int64_t case_id;
    int64_t subject;

    while (scanf("%15s %63s %" SCNd64, kind, client, &case_id) == 3) {
        send_command(i, kind, client, case_id, &subject);
    }
}

static int64_t count_offices(struct installation *i) {
    const struct town *t = installation_town(i);
    int64_t count = (int64_t)t->office_count;

    installation_release(i, t);
    return count;
}

int main(int argc, char **argv) {
    struct source source = source_system();
    struct err err = {0};
    struct installation *i =
        argc == 3 ? installation_open(argv[1], INSTALLATION_WRITE, &source, &err) : NULL;
    struct sender senders[THREADS];
    int64_t offices;
    pthread_t threads[THREADS];

    if (i == NULL || !door_start(installation_door(i), &err)) {
        fprintf(stderr, "kill_writer DATA SEED: %s %s\n", err_row(err.code)->name, err.detail);
        return 2;
    }
    offices = count_offices(i);
    send_again(i);
    for (int k = 0; k < THREADS; k++) {
        int64_t seed = strtoll(argv[2], NULL, 10);

        senders[k] = (struct sender){.installation = i,
                                     .chance = source_fixed(0, (uint64_t)(seed * THREADS + k)),
                                     .number = k,
                                     .offices = offices,
                                     .seed = seed};
        if (pthread_create(&threads[k], NULL, sender, &senders[k]) != 0) {
            return 2;
        }
    }
    for (int k = 0; k < THREADS; k++) {
        pthread_join(threads[k], NULL);
    }
    return 0;
}
