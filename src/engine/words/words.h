/* SPDX-License-Identifier: Apache-2.0 */
/* engine/words/words.h - what people said and who they are, beside the ledger.
 *
 * The event holds `<field>_commit` = HMAC-SHA-256(random salt, value) as hex; salt and value lie
 * here and vanish together. Free text goes to words (searchable), names and telephones to the vault
 * (each value sealed with a key of its own, that key wrapped by the master key; office, subject,
 * field and key version bound as associated data), photos to attachments (the value committed to is
 * the SHA-256 of the full picture).
 * Failure     E_DATABASE; words_check and vault_open say false when a value does not fit its
 *             commitment or seal.
 */
#ifndef LINLI_ENGINE_WORDS_H
#define LINLI_ENGINE_WORDS_H

#include "base/hash.h"
#include "engine/ledger/event.h"
#include "engine/store/store.h"
#include "engine/words/keys.h"

enum beside_kind { BESIDE_WORDS, BESIDE_VAULT, BESIDE_PHOTO };

/* A value that a decision keeps beside the event that it belongs to. */
struct beside {
    enum beside_kind kind;
    struct str field; /* text, answer, reason, name, telephone, photo_1 ... */
    int64_t subject;  /* case, voice or account */
    struct str value; /* the text; of a photo its digest */
    char salt[SALT_BYTES];
    struct str grams;   /* words: the document to be indexed at once, empty = none */
    struct str file;    /* photo: name in attachments/ */
    int64_t size_bytes; /* photo */
    int64_t width;      /* photo, pixels */
    int64_t height;     /* photo, pixels */
};

/* Fills the salt and adds `<field>_commit` to the event. */
void beside_commit(struct beside *b, struct source *source, struct event *e);
struct str beside_commitment(struct arena *a, struct str salt, struct str value); /* hex */

/* Writes the rows of one event that has its number. */
bool beside_insert(struct store *s, struct arena *a, const struct keys *keys, struct source *source,
                   const struct event *e, const struct beside *list, size_t count, struct err *err);

/* The words of one event, empty when erased or never there. */
bool words_fetch(struct store *s, struct arena *a, int64_t office, int64_t event, const char *field,
                 struct str *text, struct err *err);

/* They will be fetched right behind: a server is asked for all of them in one turn. */
void words_ahead(struct store *s, int64_t office, int64_t event, const char *field);
void vault_ahead(struct store *s, int64_t subject, const char *field);

/* The value of a vault field of a subject; *found false when there is none. The caller logs the
 * look-up. */
bool vault_fetch(struct store *s, struct arena *a, const struct keys *keys, int64_t subject,
                 const char *field, struct str *value, bool *found, struct err *err);

/* One row of the vault opened: salt and value. */
bool vault_open(struct arena *a, const struct keys *keys, int64_t office, int64_t subject,
                struct str field, int64_t key_version, struct str wrapped_key, struct str sealed,
                struct str *salt, struct str *value);

/* Subjects (voices) whose `field` equals the value, for "have they called before"; at most `most`.
 */
struct hash vault_equality(const struct keys *keys, struct str field, struct str value);

#endif
