/* SPDX-License-Identifier: Apache-2.0 */
/* town/nodes.h - several serving processes on one PostgreSQL server, each a node.
 *
 * With each commit a node tells the others which entries came (NOTIFY); they read them from the
 * ledger, tell whoever looks at one of these cases, and load a town that changed. A connection that
 * broke may have missed some: then the town is loaded anew. What another node erased goes into this
 * one's list too, at once.
 * A node whose pictures lie in a folder of its own serves alone: E_NODE_PICTURES when it, or one
 * that shares them, begins beside the other. Nothing happens on SQLite, whose folder has one
 * process.
 */
#ifndef LINLI_TOWN_NODES_H
#define LINLI_TOWN_NODES_H

#include "town/installation.h"

struct nodes;

/* Joins the others, before anybody is served; *out = NULL where there are none. It hears them from
 * nodes_begin on. */
bool nodes_open(struct arena *a, struct installation *i, struct nodes **out, struct err *err);
bool nodes_begin(struct nodes *n, struct err *err);
void nodes_close(struct nodes *n); /* within a second */

#endif
