/* SPDX-License-Identifier: Apache-2.0 */
/* What the form of a procedure asks of a report: which fields must be there, and how long they may
 * be. */
#include "town/cases/report_form.h"

static struct str text_of(const struct case_report *r, struct str field) {
    return str_is(field, "text")              ? r->text
           : str_is(field, "address")         ? r->address
           : str_is(field, "external_number") ? r->external_number
                                              : (struct str){0};
}

static bool is_there(const struct case_report *r, struct str field) {
    if (str_is(field, "contact")) {
        return r->name.n > 0 || r->telephone.n > 0 || r->email.n > 0;
    }
    if (str_is(field, "photos")) {
        return r->photo_count > 0;
    }
    if (str_is(field, "external_due_at")) {
        return r->external_due_at > 0;
    }
    return str_is(field, "confidential") || text_of(r, field).n > 0;
}

bool report_form_check(struct arena *a, const struct procedure *p, const struct case_report *r,
                       enum language language, struct err *err) {
    for (size_t i = 0; i < p->form_count; i++) {
        const struct form_field *f = &p->form[i];
        const char *field = arena_c(a, f->field);
        struct str max = arena_format(a, "%d", f->max);

        if (f->required && !is_there(r, f->field)) {
            return fail1(err, E_REQUIRED, field, f->name[language]);
        }
        if (f->max > 0 && str_characters(text_of(r, f->field)) > (size_t)f->max) {
            return fail2(err, E_TOO_LONG, field, f->name[language], max);
        }
        if (f->max > 0 && str_is(f->field, "photos") && r->photo_count > (size_t)f->max) {
            return fail2(err, E_TOO_MANY, field, f->name[language], max);
        }
    }
    return true;
}
