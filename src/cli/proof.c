/* SPDX-License-Identifier: Apache-2.0 */
/* linli proof: that a case stands in the ledger as it did when its day's root was published; the
 * list of daily roots; and closing days where no server does. */
#include "base/file.h"
#include "cli/commands.h"
#include "gate/exchange/proof.h"
#include "town/cases/case_file.h"
#include "town/days.h"

#include <inttypes.h>
#include <stdio.h>

enum { ROOTS_AT_ONCE = 366 };

struct wishes {
    const char *data;
    const char *number; /* of a case */
    const char *out;    /* file, NULL = stdout */
    bool roots;
    bool make;
};

/* ---- a case */

static bool find_in_office(struct arena *a, struct store *s, int64_t office, struct str number,
                           struct case_file *c, bool *found, struct err *err) {
    struct stmt *q = store_sql(s, SQL_CASE_BY_NUMBER);
    int64_t id;

    *found = false;
    stmt_bind_int(q, 1, office);
    stmt_bind_text(q, 2, number);
    id = stmt_next(q) ? stmt_int(q, 0) : 0;
    return stmt_end(q, err) && (id == 0 || case_load(s, a, id, c, found, err));
}

static bool find_case(struct arena *a, struct store *s, const struct town *t, struct str number,
                      struct proof_of *of, struct err *err) {
    struct case_file *c = arena_new(a, struct case_file);
    bool found = false;

    for (size_t k = 0; !found && k < t->office_count; k++) {
        if (!find_in_office(a, s, t->offices[k].id, number, c, &found, err)) {
            return false;
        }
        *of = (struct proof_of){.office = t->offices[k].id,
                                .case_id = c->id,
                                .number = c->number,
                                .offset_minutes = t->offices[k].offset_minutes};
    }
    return found || fail1(err, E_NOT_FOUND, "", number);
}

static bool tell_case(struct arena *a, struct installation *i, struct store *s,
                      const struct wishes *w, struct err *err) {
    struct hash key = keys_roots(installation_keys(i));
    const struct town *t = installation_town(i);
    struct buf b = buf_make(a, PROOF_BYTES);
    struct json_out o = json_out(&b);
    struct proof_of of;
    bool ok = find_case(a, s, t, str_of(w->number), &of, err);

    installation_release(i, t);
    json_open(&o, NULL, '{');
    ok = ok && proof_write(a, s, &key, &of, &o, err);
    json_close(&o, '}');
    buf_byte(&b, '\n');
    if (ok && w->out == NULL) {
        fwrite(b.p, 1, b.n, stdout);
    } else if (ok) {
        ok = file_write(a, w->out, buf_str(&b), 0600, err);
    }
    return ok;
}

/* ---- the list: a root a line, as it is mailed and as `linli verify --roots` reads it */

struct listing {
    struct arena *arena;
    struct store *store;
    const struct town *town;
};

static bool list_ledger(void *context, int64_t office, int offset_minutes, struct err *err) {
    struct listing *l = context;
    const struct office *o = town_office(l->town, office);
    struct root_day *days = arena_array(l->arena, struct root_day, ROOTS_AT_ONCE);
    size_t count = ROOTS_AT_ONCE;
    int64_t after = 0;

    (void)offset_minutes;
    printf("# %.*s\n", STR_ARG(o == NULL ? STR("0") : o->code));
    while (count == ROOTS_AT_ONCE) {
        if (!root_list(l->store, l->arena, office, after, ROOTS_AT_ONCE, days, &count, err)) {
            return false;
        }
        for (size_t k = 0; k < count; k++) {
            printf("%.*s %.*s\n", STR_ARG(root_date(l->arena, days[k].day)), STR_ARG(days[k].root));
            after = days[k].day;
        }
    }
    return true;
}

static bool list_roots(struct arena *a, struct installation *i, struct store *s, struct err *err) {
    const struct town *t = installation_town(i);
    struct listing l = {a, s, t};
    bool ok = days_each_ledger(t, list_ledger, &l, err);

    installation_release(i, t);
    return ok;
}

static bool make_roots(struct arena *a, struct installation *i, struct err *err) {
    int64_t closed;

    if (!days_close(i, &closed, err)) {
        return false;
    }
    cli_say(M_CLI_PROOF_MADE, arena_format(a, "%" PRId64, closed), (struct str){0},
            (struct str){0});
    return true;
}

static int run(const struct wishes *w) {
    struct source source = source_system();
    struct err err = {0};
    struct arena *a = arena_open();
    struct installation *i =
        installation_open(w->data, w->make ? INSTALLATION_WRITE : INSTALLATION_READ, &source, &err);
    bool ok = i != NULL && (!w->make || make_roots(a, i, &err));

    if (ok && (w->roots || w->number != NULL)) {
        struct store *s = installation_reader(i);

        ok = w->roots ? list_roots(a, i, s, &err) : tell_case(a, i, s, w, &err);
        installation_return_reader(i, s);
    }
    installation_close(i);
    arena_close(a);
    return ok ? 0 : cli_fail("proof", &err);
}

int cli_proof(int argc, char **argv) {
    struct wishes w = {0};
    const struct cli_option options[] = {{"--data", &w.data, NULL, M_OPT_DATA},
                                         {"--case", &w.number, NULL, M_OPT_CASE},
                                         {"--out", &w.out, NULL, M_OPT_OUT},
                                         {"--roots", NULL, &w.roots, M_OPT_ROOTS},
                                         {"--make", NULL, &w.make, M_OPT_MAKE_ROOTS}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], NULL, 0);

    if (status >= 0) {
        return status;
    }
    if (w.data == NULL || (w.number == NULL && !w.roots && !w.make)) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, w.data == NULL ? "--data" : "--case");
    }
    return run(&w);
}
