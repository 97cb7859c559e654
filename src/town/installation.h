/* SPDX-License-Identifier: Apache-2.0 */
/* town/installation.h - an opened data folder: database, keys, the door, the town in force,
 * connections for reading. The database is DIR/linli.db or a PostgreSQL server that DIR/linli.conf
 * names (`database = postgresql://...`), which other nodes with folders of their own may share.
 *
 * DIR/linli.db  DIR/keys/  DIR/attachments/  DIR/lock. One process at a time writes (a lock on
 *               DIR/lock, E_FOLDER_LOCKED);
 * readers (verify, export) run beside it. The town is swapped whole after a batch that touched the
 * common ledger; whoever reads holds the generation that he took until he gives it back.
 * Failure  E_FOLDER_EMPTY, E_FOLDER_USED, E_FOLDER_LOCKED, E_SCHEMA, E_FILE, E_DATABASE.
 */
#ifndef LINLI_TOWN_INSTALLATION_H
#define LINLI_TOWN_INSTALLATION_H

#include "town/town.h"

enum installation_mode {
    INSTALLATION_CREATE, /* a new folder; E_FOLDER_USED when it holds data */
    INSTALLATION_WRITE,
    INSTALLATION_READ,  /* beside a serving process: no door */
    INSTALLATION_PROVE, /* as READ without the town, which a damaged database may not give */
};

struct installation;

struct installation *installation_open(const char *folder, enum installation_mode mode,
                                       struct source *source, struct err *err);
/* The same with the address of a server, which goes before that of linli.conf; a new folder keeps
 * it there. NULL = as above. */
struct installation *installation_open_at(const char *folder, const char *database,
                                          enum installation_mode mode, struct source *source,
                                          struct err *err);
void installation_close(struct installation *i);

/* Holds FOLDER/lock until the descriptor that it gives is closed; -1 with E_FOLDER_LOCKED. */
int installation_lock(const char *folder, struct err *err);

/* The tables of offices spread over partitions (store_spread), right after it was created. */
bool installation_spread(struct installation *i, int64_t partitions, struct err *err);

/* Lies in the folder until then. */
#define INSTALLATION_UNFINISHED "unfinished"

/* What INSTALLATION_CREATE opened has all that belongs to it: from now on it may be served. */
void installation_made(struct installation *i);

/* Closes what INSTALLATION_CREATE opened and takes its database away: a making that failed leaves a
 * folder that may be tried again. */
void installation_discard(struct installation *i);

/* Called for every committed event, in order, by the writer. */
void installation_listen(struct installation *i,
                         void (*committed)(void *context, const struct event *e), void *context);

struct door *installation_door(struct installation *i);
/* On a server: a further one, for a thread that works on its own in offices in which no other
 * thread does; nobody who listens is told of what passes it. door_close gives it back. */
struct door *installation_further_door(struct installation *i, struct err *err);
const struct keys *installation_keys(const struct installation *i);
struct source *installation_source(struct installation *i);
struct str installation_folder(const struct installation *i);
struct str installation_attachments(const struct installation *i); /* folder */
/* Does linli.conf name it? Then other nodes may see it too. */
bool installation_shares_attachments(const struct installation *i);

/* ---- several processes on one server (town/nodes.h) */

const char *installation_node(const struct installation *i); /* this one's word */

/* An event that another process committed: those who listen are told, a town that changed is
 * loaded. From any one thread. */
bool installation_take_in(struct installation *i, struct store *s, const struct event *e,
                          struct err *err);
bool installation_reload(struct installation *i, struct store *s, struct err *err);

/* The town in force; give it back with installation_release. */
const struct town *installation_town(struct installation *i);
void installation_release(struct installation *i, const struct town *t);

/* A connection for reading; sleeps until one is free. Give it back soon, and before door_submit. */
struct store *installation_reader(struct installation *i);
void installation_return_reader(struct installation *i, struct store *s);

/* A further connection for reading, for a thread that works on its own; store_close gives it back.
 */
struct store *installation_connect(struct installation *i, struct err *err);

/* The connection for passing tables (sessions, uploads, attempts) and the audit chain; one user at
 * a time. */
struct store *installation_side(struct installation *i);
struct store *installation_try_side(struct installation *i); /* NULL while somebody has it */
void installation_return_side(struct installation *i);

#endif
