/* SPDX-License-Identifier: Apache-2.0 */
/* cli/office_new.h - what init and demo share: a new data folder with its office, its catalogue and
 * an administrator. */
#ifndef LINLI_CLI_OFFICE_NEW_H
#define LINLI_CLI_OFFICE_NEW_H

#include "town/installation.h"

enum { FIRST_OFFICE = 1 };

/* Reads and checks the catalogue folder and publishes it. An office that has its units knows what
 * its routes may name. Errors: E_FILE, E_DEFINITION (the mistakes go to stderr). */
bool office_publish(struct installation *i, const char *folder, int64_t *version, struct err *err);

/* Would this folder be published today? The same errors; nothing is written. */
bool office_check(struct installation *i, const char *folder, struct err *err);

/* The first office with the catalogue and the account `admin`. The password must be changed at the
 * first sign-in if `must_change`. */
bool office_new(struct installation *i, const char *catalogue, const struct office *office,
                struct str admin_password, bool must_change, struct err *err);

/* One office more and its administrator `login`, who has no password yet; the catalogue is
 * everybody's. Errors: E_OFFICE when the code is taken, E_LOGIN. */
bool office_add(struct installation *i, const struct office *office, struct str login,
                struct err *err);

/* The office of that code, the first one for NULL. Errors: E_OFFICE_UNKNOWN. */
bool office_find(struct installation *i, const char *code, int64_t *office, struct err *err);

/* The demonstration: its passwords stand in the README, so it is served on the machine itself
 * unless somebody says otherwise. It has a mark in its folder, and a key for Open311 that everybody
 * knows. */
#define DEMO_KEY "demo"

bool office_mark_demonstration(struct installation *i, struct err *err);
bool office_is_demonstration(struct installation *i, bool *is, struct err *err);

#endif
