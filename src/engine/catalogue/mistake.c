/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/catalogue/mistake.h"

#include <assert.h>
#include <stdlib.h>

enum { ARG_CHARACTERS = 240 };

static const struct {
    const char *text[2];
    const char *remedy[2];
} rows[] = {
#include "mistake_rows.h"
};

static const char *const remedy_mark[2] = {"    改法：", "    To do: "};
static const char *const more_mark[2] = {"还有 %zu 处未列出。\n", "%zu more are not listed.\n"};

struct mistakes mistakes_make(struct arena *a, size_t room) {
    return (struct mistakes){
        .arena = a, .items = arena_array(a, struct mistake, room), .room = room};
}

/* One line, of characters that a terminal shows as they are. */
static struct str plain(struct arena *a, struct str s) {
    struct str cut = str_first_characters(s, ARG_CHARACTERS);
    struct buf b = buf_make(a, cut.n + sizeof "…");

    for (size_t i = 0; i < cut.n; i++) {
        unsigned char c = (unsigned char)cut.p[i];
        buf_byte(&b, c < ' ' || c == 0x7F ? ' ' : (char)c);
    }
    buf_c(&b, cut.n < s.n ? "…" : "");
    return buf_str(&b);
}

bool mistake_add(struct mistakes *m, struct spot spot, enum mistake_code code, struct str a,
                 struct str b, struct str c) {
    assert(code < MISTAKE_COUNT);
    m->count++;
    if (m->kept < m->room) {
        m->items[m->kept++] = (struct mistake){
            spot, code, {plain(m->arena, a), plain(m->arena, b), plain(m->arena, c)}};
    }
    return false;
}

static int in_order(const void *left, const void *right) {
    const struct mistake *a = left;
    const struct mistake *b = right;
    int files = str_compare(a->spot.file, b->spot.file);

    if (files != 0) {
        return files;
    }
    if (a->spot.line != b->spot.line) {
        return a->spot.line < b->spot.line ? -1 : 1;
    }
    if (a->spot.column != b->spot.column) {
        return a->spot.column < b->spot.column ? -1 : 1;
    }
    return (int)a->code - (int)b->code;
}

void mistakes_sort(struct mistakes *m) {
    if (m->kept > 1) {
        qsort(m->items, m->kept, sizeof *m->items, in_order);
    }
}

static struct str fill_in(struct arena *a, const struct mistake *m, const char *sentence) {
    struct buf out = buf_make(a, 4096);

    for (const char *c = sentence; *c != '\0'; c++) {
        if (c[0] == '{' && c[1] >= '0' && c[1] < '0' + MISTAKE_ARGS && c[2] == '}') {
            buf_put(&out, m->args[c[1] - '0']);
            c += 2;
        } else {
            buf_byte(&out, *c);
        }
    }
    return buf_str(&out);
}

struct str mistake_sentence(struct arena *a, const struct mistake *m, enum language language) {
    return fill_in(a, m, rows[m->code].text[language]);
}

struct str mistake_remedy(struct arena *a, const struct mistake *m, enum language language) {
    return fill_in(a, m, rows[m->code].remedy[language]);
}

void mistakes_write(struct buf *out, const struct mistakes *m, enum language language) {
    for (size_t i = 0; i < m->kept; i++) {
        const struct mistake *item = &m->items[i];

        buf_put(out, item->spot.file);
        if (item->spot.line > 0) {
            buf_format(out, ":%d", item->spot.line);
        }
        if (item->spot.line > 0 && item->spot.column > 0) {
            buf_format(out, ":%d", item->spot.column);
        }
        buf_c(out, ": ");
        buf_put(out, mistake_sentence(m->arena, item, language));
        buf_c(out, "\n");
        buf_c(out, remedy_mark[language]);
        buf_put(out, mistake_remedy(m->arena, item, language));
        buf_c(out, "\n");
    }
    if (m->count > m->kept) {
        buf_format(out, language == LANGUAGE_ZH ? more_mark[0] : more_mark[1], m->count - m->kept);
    }
}
