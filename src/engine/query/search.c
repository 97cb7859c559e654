/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/query/search.h"

#include "base/buf.h"
#include "base/limits.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

enum letter_kind {
    LETTER_NONE, /* marks, spaces, signs */
    LETTER_PAIR, /* scripts without spaces: Han, kana, bopomofo, Hangul */
    LETTER_WORD, /* scripts with spaces, and digits */
};

/* Ranges of Unicode that the tokenizer unicode61 of FTS5 takes for letters too, in order. */
static const struct {
    uint32_t first;
    uint32_t last;
    enum letter_kind kind;
} ranges[] = {
    {'0', '9', LETTER_WORD},         {'a', 'z', LETTER_WORD},       {0x00DF, 0x00F6, LETTER_WORD},
    {0x00F8, 0x024F, LETTER_WORD},   {0x03AC, 0x03CE, LETTER_WORD}, {0x0430, 0x045F, LETTER_WORD},
    {0x3005, 0x3007, LETTER_PAIR},   {0x3041, 0x3096, LETTER_PAIR}, {0x30A1, 0x30FA, LETTER_PAIR},
    {0x30FC, 0x30FF, LETTER_PAIR},   {0x3105, 0x312D, LETTER_PAIR}, {0x3400, 0x4DB5, LETTER_PAIR},
    {0x4E00, 0x9FFF, LETTER_PAIR},   {0xAC00, 0xD7A3, LETTER_PAIR}, {0xF900, 0xFA6D, LETTER_PAIR},
    {0x20000, 0x2B81D, LETTER_PAIR},
};

static enum letter_kind letter_kind(uint32_t c) {
    size_t low = 0;
    size_t high = sizeof ranges / sizeof ranges[0];

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (c > ranges[middle].last) {
            low = middle + 1;
        } else if (c < ranges[middle].first) {
            high = middle;
        } else {
            return ranges[middle].kind;
        }
    }
    return LETTER_NONE;
}

static uint32_t fold(uint32_t c) {
    if (c >= 0xFF01 && c <= 0xFF5E) { /* full width */
        c -= 0xFF01 - '!';
    } else if (c == 0x3000) {
        c = ' ';
    }
    if ((c >= 'A' && c <= 'Z') || (c >= 0x00C0 && c <= 0x00DE && c != 0x00D7) ||
        (c >= 0x0391 && c <= 0x03A9) || (c >= 0x0410 && c <= 0x042F)) {
        return c + 0x20;
    }
    return c >= 0x0400 && c <= 0x040F ? c + 0x50 : c;
}

struct letters {
    uint32_t *p;
    size_t n;
};

static struct letters fold_text(struct arena *a, struct str text) {
    struct letters out = {arena_array(a, uint32_t, text.n), 0};
    size_t at = 0;

    while (at < text.n && out.n < LIMIT_TEXT_CHARACTERS) {
        out.p[out.n++] = fold(str_next_character(text, &at));
    }
    return out;
}

static void put_letter(struct buf *b, uint32_t c) {
    if (c < 0x80) {
        buf_byte(b, (char)c);
    } else if (c < 0x800) {
        buf_byte(b, (char)(0xC0 | c >> 6));
        buf_byte(b, (char)(0x80 | (c & 0x3F)));
    } else if (c < 0x10000) {
        buf_byte(b, (char)(0xE0 | c >> 12));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_byte(b, (char)(0x80 | (c & 0x3F)));
    } else {
        buf_byte(b, (char)(0xF0 | c >> 18));
        buf_byte(b, (char)(0x80 | (c >> 12 & 0x3F)));
        buf_byte(b, (char)(0x80 | (c >> 6 & 0x3F)));
        buf_byte(b, (char)(0x80 | (c & 0x3F)));
    }
}

/* The next gram at or behind *at: [*from, *to); false at the end. A run of pairs of one character
 * gives none: no word that is looked for could ask for it. */
static bool next_gram(struct letters text, size_t *at, size_t *from, size_t *to) {
    while (*at < text.n) {
        enum letter_kind kind = letter_kind(text.p[*at]);

        *from = *at;
        if (kind == LETTER_WORD) {
            while (*at < text.n && letter_kind(text.p[*at]) == LETTER_WORD) {
                ++*at;
            }
            *to = *at;
            return true;
        }
        ++*at;
        if (kind == LETTER_PAIR && *at < text.n && letter_kind(text.p[*at]) == LETTER_PAIR) {
            *to = *at + 1;
            return true;
        }
    }
    return false;
}

static struct str write_grams(struct arena *a, struct str text, const char *before,
                              const char *behind, const char *between) {
    struct letters letters = fold_text(a, text);
    struct buf b = buf_make(a, 64 * (letters.n + 1));
    size_t at = 0;
    size_t from;
    size_t to;

    while (next_gram(letters, &at, &from, &to)) {
        buf_c(&b, b.n > 0 ? between : "");
        buf_c(&b, before);
        for (size_t i = from; i < to; i++) {
            put_letter(&b, letters.p[i]);
        }
        buf_c(&b, behind);
    }
    assert(!b.is_full);
    return buf_str(&b);
}

struct str search_document(struct arena *a, struct str text, int64_t community) {
    struct str grams = write_grams(a, text, "", "", " ");

    assert(community >= 0);
    return arena_format(a, "%.*s p:%" PRId64, STR_ARG(grams), community);
}

bool search_is_findable(struct arena *a, struct str word) {
    struct letters letters = fold_text(a, word);
    size_t at = 0;
    size_t from;
    size_t to;

    return next_gram(letters, &at, &from, &to);
}

struct str search_match(struct arena *a, struct str word) {
    return write_grams(a, word, "\"", "\"", " AND ");
}

static struct letters trim_marks(struct letters word) {
    while (word.n > 0 && letter_kind(word.p[word.n - 1]) == LETTER_NONE) {
        word.n--;
    }
    while (word.n > 0 && letter_kind(word.p[0]) == LETTER_NONE) {
        word.p++;
        word.n--;
    }
    return word;
}

static bool is_word_letter(struct letters text, size_t at) {
    return at < text.n && letter_kind(text.p[at]) == LETTER_WORD;
}

static bool stands_at(struct letters text, struct letters word, size_t at) {
    for (size_t i = 0; i < word.n; i++) {
        if (text.p[at + i] != word.p[i]) {
            return false;
        }
    }
    if (is_word_letter(word, 0) && at > 0 && is_word_letter(text, at - 1)) {
        return false;
    }
    return !is_word_letter(word, word.n - 1) || !is_word_letter(text, at + word.n);
}

/* Han or Hangul alone: folding neither changes such a character nor makes one of another. */
static bool is_never_folded(struct str word) {
    for (size_t i = 0; i < word.n; i += 3) {
        unsigned char first = (unsigned char)word.p[i];

        if (first < 0xE4 || first > 0xED) { /* U+4000 to U+DFFF, three bytes each */
            return false;
        }
    }
    return word.n % 3 == 0;
}

bool search_has_word(struct arena *a, struct str text, struct str word) {
    struct arena_mark mark;
    struct letters in;
    struct letters what;
    bool found = false;

    if (is_never_folded(word) && memmem(text.p, text.n, word.p, word.n) == NULL) {
        return false; /* as most texts that the index has not yet: found without folding them */
    }
    mark = arena_mark(a);
    in = fold_text(a, text);
    what = trim_marks(fold_text(a, word));

    for (size_t at = 0; !found && what.n > 0 && at + what.n <= in.n; at++) {
        found = stands_at(in, what, at);
    }
    arena_rewind(a, mark);
    return found;
}
