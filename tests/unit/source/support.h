/* Shared by the tests of the source room: a scratch folder, and a source read whole into text. */
#ifndef TESTS_SOURCE_SUPPORT_H
#define TESTS_SOURCE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "source/source.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIXTURES HINDCAST_SOURCE_DIR "/tests/fixtures/source/"

static char scratch[64];

static inline int scratch_make(void **state)
{
    (void)state;
    snprintf(scratch, sizeof(scratch), "/tmp/hindcast-source-XXXXXX");
    return mkdtemp(scratch) == NULL;
}

static inline int scratch_remove(void **state)
{
    (void)state;
    DIR *folder = opendir(scratch);
    const struct dirent *entry;
    char path[512];
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(path, sizeof(path), "%s/%s", scratch, entry->d_name);
        if (unlink(path) != 0) {
            rmdir(path);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return rmdir(scratch);
}

/* Writes a file in the scratch folder; returns its path in one of four rotating buffers. */
static inline const char *scratch_write(const char *name, const void *bytes, size_t size)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof(paths[0]), "%s/%s", scratch, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

static inline const char *scratch_text(const char *name, const char *text)
{
    return scratch_write(name, text, strlen(text));
}

/* What a source said. `rows` has one line each: open ms, visible ms, symbol, line, cells (n:
 * number, s: string, -: null). */
struct outcome {
    enum hc_status status;
    struct hc_error error;
    struct hc_source *source;
    struct hc_source_facts facts;
    struct hc_load_control control;
    struct hc_buffer rows;
    int64_t count;
};

static inline void outcome_done(struct outcome *outcome)
{
    hc_source_close(outcome->source);
    hc_buffer_done(&outcome->rows);
}

static inline void outcome_row(struct outcome *outcome, const struct hc_row *row)
{
    static const char kinds[] = {'-', 'n', 's', 'b', 'j', 't'};
    struct hc_slice symbol = outcome->facts.streams[row->stream].symbol;
    hc_buffer_printf(&outcome->rows, "%lld %lld " HC_SLICE_FMT " %llu",
                     (long long)(row->open_ns / 1000000), (long long)(row->visible_ns / 1000000),
                     HC_SLICE_ARG(symbol), (unsigned long long)row->line);
    for (size_t i = 0; i < outcome->facts.columns.count; i++) {
        hc_buffer_printf(&outcome->rows, " %c" HC_SLICE_FMT, kinds[row->cells[i].kind],
                         HC_SLICE_ARG(row->cells[i].text));
    }
    hc_buffer_append_char(&outcome->rows, '\n');
}

/* Opens, surveys and reads everything; stops at the first failure. */
static inline struct outcome outcome_of(const struct hc_topic_spec *spec)
{
    struct outcome outcome = {0};
    outcome.status = hc_source_open(spec, &outcome.source, &outcome.error);
    if (outcome.status == HC_OK) {
        outcome.status =
            hc_source_survey(outcome.source, &outcome.control, &outcome.facts, &outcome.error);
    }
    if (outcome.status == HC_OK) {
        outcome.status = hc_source_read_begin(outcome.source, &outcome.control, &outcome.error);
    }
    struct hc_row row;
    while (outcome.status == HC_OK) {
        outcome.status = hc_source_read_next(outcome.source, &row, &outcome.error);
        if (outcome.status == HC_OK) {
            outcome_row(&outcome, &row);
            outcome.count++;
        }
    }
    if (outcome.status == HC_END) {
        outcome.status = HC_OK;
        assert_int_equal(outcome.count, outcome.facts.rows);
    }
    return outcome;
}

static inline struct hc_slice uri_of(const char *path)
{
    static char uris[4][1024];
    static int next;
    char *uri = uris[next++ % 4];
    snprintf(uri, sizeof(uris[0]), "csv:%s", path);
    return hc_slice_str(uri);
}

static inline struct hc_topic_spec spec_of(const char *path)
{
    struct hc_topic_spec spec;
    hc_topic_spec_init(&spec);
    spec.source = uri_of(path);
    return spec;
}

static inline bool list_has(const struct hc_slice_list *list, const char *part)
{
    for (size_t i = 0; i < list->count; i++) {
        char text[1024];
        if (strstr(hc_slice_to_str(list->items[i], text, sizeof(text)), part) != NULL) {
            return true;
        }
    }
    return false;
}

static inline void assert_error(const struct outcome *outcome, enum hc_status status,
                                const char *part)
{
    if (outcome->status != status || strstr(outcome->error.text, part) == NULL) {
        fail_msg("expected \"%s\" with \"%s\", got \"%s\": %s", hc_status_text(status), part,
                 hc_status_text(outcome->status), outcome->error.text);
    }
}

static inline void assert_ok(const struct outcome *outcome)
{
    if (outcome->status != HC_OK) {
        fail_msg("%s: %s", hc_status_text(outcome->status), outcome->error.text);
    }
}

#endif
