/* Rows of surveyed tables, one after the other. */
#include "base/clock.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "source/postgres/decode.h"
#include "source/postgres/fill.h"

#include <stdlib.h>

enum { POLL_ROWS = 128 }; /* between looks at what the server has sent meanwhile */

struct hc_pg_reader {
    struct hc_pg *pg;
    struct hc_pg_fill fill;
    struct hc_pg_batch batch; /* being read */
    struct hc_pg_field *fields;
    struct hc_cell *cells;
    struct hc_buffer scratch;
    int64_t rows;
};

void hc_pg_reader_free(struct hc_pg_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    hc_pg_fill_done(&reader->fill);
    hc_pg_batch_done(&reader->batch);
    hc_buffer_done(&reader->scratch);
    free(reader->fields);
    free(reader->cells);
    free(reader);
}

enum hc_status hc_pg_read_begin(struct hc_source *source, struct hc_load_control *control,
                                struct hc_error *error)
{
    struct hc_pg *pg = (struct hc_pg *)(void *)source;
    HC_ASSERT(pg->surveyed && control != NULL);
    (void)error;
    hc_pg_reader_free(pg->reader);
    hc_pg_link_drop(&pg->link); /* a statement of an earlier reading may be under way */
    pg->link.control = control;
    pg->link.once = false;
    struct hc_pg_reader *reader = hc_alloc(sizeof(*reader));
    size_t widest = 0;
    for (size_t i = 0; i < pg->table_count; i++) {
        widest = HC_MAX(widest, pg->tables[i].column_count);
    }
    reader->pg = pg;
    reader->fields = hc_alloc_array(widest, sizeof(*reader->fields));
    reader->cells = hc_alloc_array(widest, sizeof(*reader->cells));
    hc_pg_fill_init(&reader->fill, pg);
    pg->reader = reader;
    return HC_OK;
}

/* ---- one row ---- */

static enum hc_status refuse(const struct hc_pg_reader *reader, const struct hc_pg_entry *entry,
                             size_t column, const char *why, struct hc_error *error)
{
    const struct hc_pg_table *table = &reader->pg->tables[entry->table];
    char open[HC_ISO_BYTES];
    struct hc_buffer key = {0};
    for (size_t i = 0; i < table->key_count; i++) {
        const struct hc_pg_field *field = &reader->fields[table->keys[i]];
        hc_buffer_append_str(&key, i > 0 ? ":" : " of ");
        hc_buffer_append(&key, field->data, field->size > 0 ? (size_t)field->size : 0);
    }
    enum hc_status status = hc_error_set(
        error, HC_INVALID,
        HC_SLICE_FMT ": the row" HC_SLICE_FMT " that opens at %s: `" HC_SLICE_FMT "` %s",
        HC_SLICE_ARG(table->shown), HC_SLICE_ARG(hc_buffer_slice(&key)),
        hc_iso_ms(entry->open_ns / HC_NS_PER_MS, open), HC_SLICE_ARG(table->columns[column].name),
        why);
    hc_buffer_done(&key);
    return status;
}

/* What comes before what among rows of one instant and key: an integer in its own order, the first
 * bytes of a text. */
static uint64_t tie_of(const struct hc_pg_reader *reader, const struct hc_pg_table *table)
{
    const struct hc_pg_field *field = &reader->fields[table->tie_column];
    int64_t number = 0;
    uint64_t tie = 0;
    if (table->tie == HC_PG_TIE_NONE || field->size < 0) {
        return 0;
    }
    if (table->tie == HC_PG_TIE_INTEGER) {
        bool valid = hc_pg_field_integer(&table->columns[table->tie_column], field, &number);
        return valid ? (uint64_t)number ^ (UINT64_C(1) << 63) : 0;
    }
    for (int i = 0; i < 8; i++) {
        tie = tie << 8 | (i < field->size ? (unsigned char)field->data[i] : 0);
    }
    return tie;
}

static enum hc_status row_read(struct hc_pg_reader *reader, const struct hc_pg_entry *entry,
                               struct hc_row *ret, struct hc_error *error)
{
    struct hc_pg_table *table = &reader->pg->tables[entry->table];
    size_t size = 0;
    size_t column = 0;
    const char *bytes = reader->batch.bytes.data + entry->offset;
    bool valid = hc_pg_row_split(bytes, reader->batch.bytes.size - entry->offset, reader->fields,
                                 table->column_count, &size);
    HC_ASSERT(valid);
    table->rows_read++;
    if (entry->skipped) {
        return refuse(reader, entry, (size_t)table->time,
                      "is an hour that the clocks of the zone skipped", error);
    }
    const char *why = hc_pg_row_cells(reader->pg, table, reader->fields, &reader->scratch,
                                      reader->cells, &column);
    if (why != NULL) {
        return refuse(reader, entry, column, why, error);
    }
    reader->cells[table->time].time_ns = entry->stamp_ns;
    *ret = (struct hc_row){.open_ns = entry->open_ns,
                           .visible_ns = entry->visible_ns,
                           .stream = entry->stream,
                           .file = entry->table,
                           .line = tie_of(reader, table),
                           .cells = reader->cells};
    return HC_OK;
}

/* ---- batches ---- */

/* What waits of the old batch joins the new one; the filling goes on with an empty one. */
static enum hc_status batch_next(struct hc_pg_reader *reader, struct hc_error *error)
{
    enum hc_status status = hc_pg_fill_wait(&reader->fill, error);
    if (status != HC_OK) {
        return status;
    }
    hc_pg_batch_carry(&reader->batch, &reader->fill.batch);
    struct hc_pg_batch filled = reader->fill.batch;
    reader->fill.batch = reader->batch;
    reader->batch = filled;
    hc_pg_batch_clear(&reader->fill.batch);
    if (reader->fill.pieces.ordered) {
        hc_pg_batch_sort(&reader->batch);
    }
    if (!reader->batch.last) {
        hc_pg_fill_next(&reader->fill);
        status = hc_pg_fill_poll(&reader->fill, error);
    } else {
        hc_pg_link_drop(&reader->pg->link);
    }
    atomic_store(&reader->pg->link.control->rows_done, reader->rows);
    return status;
}

static bool has_row(const struct hc_pg_batch *batch)
{
    return batch->next < batch->count && batch->entries[batch->next].visible_ns < batch->until_ns;
}

enum hc_status hc_pg_read_next(struct hc_source *source, struct hc_row *ret, struct hc_error *error)
{
    struct hc_pg_reader *reader = ((struct hc_pg *)(void *)source)->reader;
    HC_ASSERT(reader != NULL && ret != NULL);
    enum hc_status status = HC_OK;
    if (++reader->rows % POLL_ROWS == 0) {
        status = hc_pg_fill_poll(&reader->fill, error);
    }
    while (status == HC_OK && !has_row(&reader->batch)) {
        if (reader->batch.last) {
            return HC_END;
        }
        status = batch_next(reader, error);
    }
    if (status != HC_OK) {
        return status;
    }
    return row_read(reader, &reader->batch.entries[reader->batch.next++], ret, error);
}
