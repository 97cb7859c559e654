/* SPDX-License-Identifier: Apache-2.0 */
/* linli key: the programs that may report through Open311. A new key is shown once. */
#include "base/time_text.h"
#include "cli/commands.h"
#include "town/access/api_keys.h"

#include <stdio.h>
#include <string.h>

enum { WORDS = 2, PER_MINUTE_MAX = 100000 };

static bool add(struct arena *a, struct installation *i, struct str name, struct str given,
                int64_t per_minute, struct err *err) {
    struct str secret = given.n > 0 ? given : api_key_random(a, installation_source(i));

    if (!api_key_add(i, ACTOR_SYSTEM, name, secret, per_minute, err)) {
        return false;
    }
    cli_say(M_CLI_KEY_ADDED, name, secret, (struct str){0});
    return true;
}

static bool end(struct installation *i, struct str name, struct err *err) {
    if (!api_key_end(i, ACTOR_SYSTEM, name, err)) {
        return false;
    }
    cli_say(M_CLI_KEY_ENDED, name, (struct str){0}, (struct str){0});
    return true;
}

static bool list(struct arena *a, struct installation *i, struct err *err) {
    struct store *s = installation_reader(i);
    struct api_key *keys;
    size_t count;
    bool ok = api_key_list(s, a, &keys, &count, err);

    for (size_t k = 0; ok && k < count; k++) {
        struct str ended = date_write(a, keys[k].ended_at, CHINA_OFFSET_MINUTES);

        printf("%.*s\t%lld/min\t%.*s\t%.*s\n", STR_ARG(keys[k].name), (long long)keys[k].per_minute,
               STR_ARG(date_write(a, keys[k].made_at, CHINA_OFFSET_MINUTES)),
               STR_ARG(keys[k].ended_at > 0 ? ended : STR("-")));
    }
    installation_return_reader(i, s);
    return ok;
}

static bool read_number(const char *text, int64_t *out) {
    *out = 0;
    return text == NULL || (str_to_int(str_of(text), out) && *out > 0 && *out <= PER_MINUTE_MAX);
}

static int run(struct arena *a, const char *data, const char *const *words, struct str secret,
               int64_t per_minute) {
    bool is_list = strcmp(words[0], "list") == 0;
    struct str name = str_of(words[1]);
    struct source source = source_system();
    struct err err = {0};
    struct installation *i =
        installation_open(data, is_list ? INSTALLATION_READ : INSTALLATION_WRITE, &source, &err);
    bool ok =
        i != NULL && (is_list                        ? list(a, i, &err)
                      : strcmp(words[0], "add") == 0 ? add(a, i, name, secret, per_minute, &err)
                                                     : end(i, name, &err));
    int status = ok ? 0 : cli_fail("key", &err);

    installation_close(i);
    return status;
}

static bool is_action(const char *const *words) {
    static const char *const named[] = {"add", "end"};

    if (words[0] == NULL) {
        return false;
    }
    for (size_t k = 0; k < sizeof named / sizeof named[0]; k++) {
        if (strcmp(words[0], named[k]) == 0) {
            return words[1] != NULL;
        }
    }
    return strcmp(words[0], "list") == 0 && words[1] == NULL;
}

int cli_key(int argc, char **argv) {
    const char *data = NULL;
    const char *secret = NULL;
    const char *per_minute = NULL;
    const char *words[WORDS] = {0};
    const struct cli_option options[] = {{"--data", &data, NULL, M_OPT_DATA},
                                         {"--secret", &secret, NULL, M_OPT_SECRET},
                                         {"--per-minute", &per_minute, NULL, M_OPT_PER_MINUTE}};
    int status = cli_read(argc, argv, options, sizeof options / sizeof options[0], words, WORDS);
    int64_t quota;
    struct arena *a;

    if (status >= 0) {
        return status;
    }
    if (!is_action(words)) {
        return cli_usage(argv[0], M_CLI_KEY_ACTION, "");
    }
    if (data == NULL) {
        return cli_usage(argv[0], M_CLI_OPTION_NEEDED, "--data");
    }
    if (!read_number(per_minute, &quota)) {
        return cli_usage(argv[0], M_CLI_OPTION_VALUE, "--per-minute");
    }
    a = arena_open();
    status = run(a, data, words, str_of(secret), quota);
    arena_close(a);
    return status;
}
