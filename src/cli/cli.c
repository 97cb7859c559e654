/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

#include "base/file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *chosen_language;

/* The first that says a language, in the order of the C library; C and POSIX say none. */
static const char *environment_language(void) {
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *lang = getenv(names[i]);

        if (lang != NULL && lang[0] != '\0' && lang[0] != 'C' && strcmp(lang, "POSIX") != 0) {
            return lang;
        }
    }
    return NULL;
}

enum language cli_language(void) {
    const char *lang = chosen_language != NULL ? chosen_language : environment_language();

    if (lang == NULL) {
        return LANGUAGE_ZH;
    }
    return strncmp(lang, "zh", 2) == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
}

void cli_say(enum message_code code, struct str x, struct str y, struct str z) {
    struct arena *a = arena_open();
    struct str line = message_format(a, code, cli_language(), x, y, z);

    printf("%.*s\n", STR_ARG(line));
    fflush(stdout);
    arena_close(a);
}

void cli_progress_of(enum message_code code, struct str x, struct str y, struct str z) {
    struct arena *a;

    if (isatty(STDERR_FILENO)) {
        a = arena_open();
        fprintf(stderr, "\r\033[K%.*s", STR_ARG(message_format(a, code, cli_language(), x, y, z)));
        arena_close(a);
    }
}

void cli_progress(enum message_code code, int64_t done, int64_t all) {
    struct arena *a = arena_open();

    cli_progress_of(code, arena_format(a, "%" PRId64, done), arena_format(a, "%" PRId64, all),
                    (struct str){0});
    arena_close(a);
}

void cli_progress_end(void) {
    if (isatty(STDERR_FILENO)) {
        fputs("\r\033[K", stderr);
    }
}

int cli_fail(const char *command, const struct err *err) {
    struct arena *a = arena_open();
    struct str sentence = err_sentence(a, err, cli_language());
    struct str hint = err_hint(a, err, cli_language());
    int status = err_row(err->code)->status;

    fprintf(stderr, "linli%s%s: %.*s %.*s [%s]\n", command[0] == '\0' ? "" : " ", command,
            STR_ARG(sentence), STR_ARG(hint), err_row(err->code)->name);
    if (err->detail[0] != '\0') {
        fprintf(stderr, "  %s (%s:%d)\n", err->detail, err->file, err->line);
    }
    arena_close(a);
    return status > 0 && status < 100 ? status : 1;
}

int cli_usage(const char *command, enum message_code code, const char *what) {
    struct arena *a = arena_open();
    struct err err;

    fail2(&err, E_USAGE, "",
          message_format(a, code, cli_language(), str_of(what), STR(""), STR("")),
          command[0] == '\0' ? STR("linli") : arena_format(a, "linli %s", command));
    arena_close(a);
    return cli_fail(command, &err);
}

static void print_option(const char *name, enum message_code help) {
    printf("  %-16s %s\n", name, message_text(help, cli_language()).p);
}

static int print_usage(const char *name, const struct cli_option *options, size_t count) {
    for (const struct cli_command *c = cli_commands; c->name != NULL; c++) {
        if (strcmp(c->name, name) == 0) {
            printf("linli %s %s\n  %s\n", c->name, c->usage,
                   message_text(c->summary, cli_language()).p);
        }
    }
    for (size_t i = 0; i < count; i++) {
        print_option(options[i].name, options[i].help);
    }
    print_option("--lang", M_OPT_LANG);
    return 0;
}

static const struct cli_option *find_option(const struct cli_option *options, size_t count,
                                            const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }
    return NULL;
}

void cli_read_language(int argc, char **argv) {
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], "--lang") == 0) {
            chosen_language = argv[i + 1];
        }
    }
}

static bool wants_help(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            return true;
        }
    }
    return false;
}

static bool is_language(const char *text) {
    return strncmp(text, "zh", 2) == 0 || strncmp(text, "en", 2) == 0;
}

int cli_read(int argc, char **argv, const struct cli_option *options, size_t option_count,
             const char **words, size_t word_room) {
    size_t count = 0;

    if (wants_help(argc, argv)) {
        return print_usage(argv[0], options, option_count);
    }
    for (int i = 1; i < argc; i++) {
        const struct cli_option *o = find_option(options, option_count, argv[i]);

        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) {
            if (!is_language(argv[++i])) {
                return cli_usage(argv[0], M_CLI_LANG, argv[i]);
            }
        } else if (o != NULL && o->value == NULL) {
            *o->flag = true;
        } else if (o != NULL && i + 1 < argc && argv[i + 1][0] != '\0' &&
                   strncmp(argv[i + 1], "--", 2) != 0) {
            *o->value = argv[++i];
        } else if (o != NULL || strcmp(argv[i], "--lang") == 0) {
            return cli_usage(argv[0], M_CLI_OPTION_VALUE, argv[i]);
        } else if (argv[i][0] == '-') {
            return cli_usage(argv[0], M_CLI_UNKNOWN_OPTION, argv[i]);
        } else if (count < word_room) {
            words[count++] = argv[i];
        } else {
            return cli_usage(argv[0], M_CLI_TOO_MANY_WORDS, argv[i]);
        }
    }
    return -1;
}

const char *cli_catalogue(struct arena *a, const char *given) {
    static const char *const beside[] = {"../../catalogue", "../share/linli/catalogue",
                                         "catalogue"};
    const char *set = getenv("LINLI_CATALOGUE");
    char self[4096];
    ssize_t n;
    struct str folder;

    if (given != NULL || set != NULL) {
        return given != NULL ? given : set;
    }
    n = readlink("/proc/self/exe", self, sizeof self - 1);
    folder = (struct str){self, n > 0 ? (size_t)n : 0};
    while (folder.n > 0 && folder.p[folder.n - 1] != '/') {
        folder.n--;
    }
    for (size_t i = 0; i < sizeof beside / sizeof beside[0]; i++) {
        const char *path = arena_format(a, "%.*s%s", STR_ARG(folder), beside[i]).p;

        if (file_exists(path)) {
            return path;
        }
    }
    return "catalogue";
}
