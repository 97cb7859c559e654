/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/exchange/table_write.h"

#include "base/file.h"
#include "base/limits.h"

#include <unistd.h>
#include <xlsxwriter.h>

struct table_writer {
    struct arena *arena;
    enum table_format format;
    struct buf csv;
    char path[32]; /* of the temporary file, empty = none */
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_row_t row;
};

static void close_book(void *object) {
    struct table_writer *w = object;

    if (w->book != NULL) {
        workbook_close(w->book);
        w->book = NULL;
    }
    if (w->path[0] != '\0') {
        unlink(w->path);
    }
}

struct table_writer *table_open(struct arena *a, enum table_format format) {
    struct table_writer *w = arena_new(a, struct table_writer);

    w->arena = a;
    w->format = format;
    w->csv = buf_make(a, LIMIT_ANSWER_BYTES);
    if (format == TABLE_CSV) {
        buf_c(&w->csv, "\xEF\xBB\xBF");
    } else {
        lxw_workbook_options options = {.constant_memory = LXW_TRUE};
        int fd;

        *w = (struct table_writer){.arena = a, .format = format, .path = "/tmp/linli-XXXXXX"};
        fd = mkstemp(w->path);
        if (fd >= 0) {
            close(fd);
        }
        arena_on_close(a, close_book, w);
        w->book = workbook_new_opt(w->path, &options);
        w->sheet = w->book == NULL ? NULL : workbook_add_worksheet(w->book, NULL);
    }
    return w;
}

static bool write_xlsx(struct table_writer *w, const struct str *cells, size_t count,
                       struct err *err) {
    if (w->sheet == NULL) {
        return fail2(err, E_FILE, "", str_of(w->path), STR("xlsx"));
    }
    for (size_t i = 0; i < count; i++) {
        worksheet_write_string(w->sheet, w->row, (lxw_col_t)i, arena_c(w->arena, cells[i]), NULL);
    }
    w->row++;
    return true;
}

bool table_row(struct table_writer *w, const struct str *cells, size_t count, struct err *err) {
    if (w->format == TABLE_XLSX) {
        return write_xlsx(w, cells, count, err);
    }
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            buf_byte(&w->csv, ',');
        }
        csv_cell(&w->csv, cells[i]);
    }
    buf_c(&w->csv, "\r\n");
    return !w->csv.is_full || fail1(err, E_BODY_SIZE, "", STR("32 MB"));
}

bool table_close(struct table_writer *w, struct str *bytes, struct err *err) {
    lxw_workbook *book = w->book;

    if (w->format == TABLE_CSV) {
        *bytes = buf_str(&w->csv);
        return true;
    }
    w->book = NULL;
    if (book == NULL || workbook_close(book) != LXW_NO_ERROR) {
        return fail2(err, E_FILE, "", str_of(w->path), STR("xlsx"));
    }
    return file_read(w->arena, w->path, LIMIT_ANSWER_BYTES, bytes, err);
}

const char *table_type(enum table_format format) {
    return format == TABLE_CSV
               ? "text/csv; charset=utf-8"
               : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}
