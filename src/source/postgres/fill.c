#include "source/postgres/fill.h"

#include "base/memory.h"
#include "source/postgres/decode.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>

/* https://www.postgresql.org/docs/current/sql-copy.html, Binary Format. */
static const char signature[11] = "PGCOPY\n\377\r\n";
enum { HEADER_BYTES = 19 };

void hc_pg_fill_init(struct hc_pg_fill *fill, struct hc_pg *pg)
{
    size_t widest = 0;
    *fill = (struct hc_pg_fill){.pg = pg};
    hc_pg_pieces_init(&fill->pieces, pg);
    hc_arena_init(&fill->scratch, 0);
    for (size_t i = 0; i < pg->table_count; i++) {
        widest = HC_MAX(widest, pg->tables[i].column_count);
        pg->tables[i].rows_read = 0;
    }
    fill->fields = hc_alloc_array(widest, sizeof(*fill->fields));
}

void hc_pg_fill_done(struct hc_pg_fill *fill)
{
    hc_pg_batch_done(&fill->batch);
    hc_buffer_done(&fill->sql);
    hc_buffer_done(&fill->key);
    hc_arena_done(&fill->scratch);
    free(fill->fields);
}

/* ---- rows ---- */

static enum hc_status malformed(struct hc_pg_fill *fill, struct hc_error *error)
{
    return hc_error_set(error, HC_INVALID, "%s: a row of " HC_SLICE_FMT " is malformed",
                        fill->pg->link.name, HC_SLICE_ARG(fill->pg->tables[fill->table].shown));
}

static const struct hc_pg_stream *stream_of(struct hc_pg_fill *fill,
                                            const struct hc_pg_table *table)
{
    size_t groups = table->key_count + (table->interval >= 0);
    if (groups == 0) {
        return &table->streams[0];
    }
    hc_buffer_clear(&fill->key);
    for (size_t i = 0; i < groups; i++) {
        int32_t column = i < table->key_count ? table->keys[i] : table->interval;
        const struct hc_pg_field *field = &fill->fields[column];
        struct hc_slice value =
            field->size < 0 ? HC_SLICE_NULL : hc_slice_of(field->data, (size_t)field->size);
        if (table->columns[column].kind == HC_PG_INTEGER && field->size >= 0) {
            int64_t number = 0;
            char *digits = fill->digits[i];
            if (hc_pg_field_integer(&table->columns[column], field, &number)) {
                snprintf(digits, sizeof(fill->digits[i]), "%" PRId64, number);
                value = hc_slice_str(digits);
            }
        }
        hc_pg_stream_key(&fill->key, value);
    }
    return hc_map_get(&table->stream_of, hc_buffer_slice(&fill->key));
}

static enum hc_status row_take(struct hc_pg_fill *fill, struct hc_slice data,
                               struct hc_error *error)
{
    struct hc_pg *pg = fill->pg;
    struct hc_pg_table *table = &pg->tables[fill->table];
    size_t size = 0;
    int64_t stamp = 0;
    int64_t ns = 0;
    if (!hc_pg_row_split(data.data, data.size, fill->fields, table->column_count, &size) ||
        size != data.size) {
        return malformed(fill, error);
    }
    const struct hc_pg_stream *stream = stream_of(fill, table);
    if (stream == NULL) {
        return hc_error_set(error, HC_CHANGED,
                            HC_SLICE_FMT " has symbols that were not there when it was surveyed: "
                                         "it changed while it was read; start again",
                            HC_SLICE_ARG(table->shown));
    }
    if (!stream->included || stream->index < 0 ||
        !hc_pg_field_stamp(&table->columns[table->time], &fill->fields[table->time], &stamp)) {
        return HC_OK;
    }
    struct hc_pg_entry entry = {.table = (uint32_t)fill->table, .stream = (uint32_t)stream->index};
    if (!hc_pg_stamp_instant(pg, table, stamp, &ns)) {
        ns = hc_pg_local_us(pg, hc_pg_stamp_nominal(table, stamp) / 1000) * 1000;
        entry.skipped = true; /* an hour that the clocks skipped: refused when it is its turn */
    }
    hc_pg_times(pg, table, &stream->interval, ns, &entry.open_ns, &entry.visible_ns);
    if (hc_pg_in_range(pg, table, entry.open_ns, entry.visible_ns)) {
        entry.stamp_ns = ns;
        hc_pg_batch_add(&fill->batch, &entry, data.data, size);
    }
    return HC_OK;
}

/* One message of the stream: a row, with the stream's header before the first, or its trailer. */
static enum hc_status message_take(struct hc_pg_fill *fill, const char *data, size_t size,
                                   struct hc_error *error)
{
    size_t at = 0;
    if (fill->header) {
        if (size < HEADER_BYTES || memcmp(data, signature, sizeof(signature)) != 0) {
            return malformed(fill, error);
        }
        uint32_t extension;
        memcpy(&extension, data + HEADER_BYTES - 4, sizeof(extension));
        extension = __builtin_bswap32(extension);
        if (extension > size - HEADER_BYTES) {
            return malformed(fill, error);
        }
        at = HEADER_BYTES + extension;
        fill->header = false;
    }
    if (at == size) {
        return HC_OK;
    }
    if (size - at < 2) {
        return malformed(fill, error);
    }
    int count = (unsigned char)data[at] << 8 | (unsigned char)data[at + 1];
    at += 2;
    if (count == 0xFFFF) {
        return at == size ? HC_OK : malformed(fill, error);
    }
    if ((size_t)count != fill->pg->tables[fill->table].column_count) {
        return malformed(fill, error);
    }
    return row_take(fill, hc_slice_of(data + at, size - at), error);
}

/* ---- steps ---- */

static enum hc_status lost(struct hc_pg_fill *fill, struct hc_error *error)
{
    return hc_error_set(error, HC_AGAIN, "%s: the connection was lost while reading",
                        fill->pg->link.name);
}

/* The promise of a finished slice: rows that are still to come are not visible before. */
static int64_t promise(const struct hc_pg_fill *fill)
{
    const struct hc_pg *pg = fill->pg;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < pg->table_count; i++) {
        const struct hc_pg_table *table = &pg->tables[i];
        int64_t ns = 0;
        int64_t stamp = hc_pg_stamp_at(table, fill->pieces.to);
        if (table->rows_wanted == 0) {
            continue;
        }
        for (int hours = 0; hours < 48 && !hc_pg_stamp_instant(pg, table, stamp, &ns); hours++) {
            stamp -= HC_MAX(INT64_C(3600000000000) / table->unit_ns, 1);
        }
        for (size_t k = 0; k < table->stream_count; k++) {
            const struct hc_pg_stream *stream = &table->streams[k];
            int64_t open = 0;
            int64_t visible = 0;
            bool told = k > 0 && table->streams[k - 1].included &&
                        hc_interval_equal(&table->streams[k - 1].interval, &stream->interval);
            if (stream->included && !told) {
                hc_pg_times(pg, table, &stream->interval, ns, &open, &visible);
                least = HC_MIN(least, visible);
            }
        }
    }
    return least;
}

static void batch_complete(struct hc_pg_fill *fill)
{
    size_t bytes = fill->batch.bytes.size;
    fill->batch.until_ns = fill->pieces.ordered ? promise(fill) : INT64_MAX;
    hc_pg_pieces_next(&fill->pieces, bytes);
    fill->batch.last = fill->pieces.done;
    if (fill->batch.last) {
        fill->batch.until_ns = INT64_MAX;
    }
    HC_ASSERT(!fill->partial);
    fill->table = 0;
    fill->state = HC_PG_FILL_READY;
    hc_pg_link_alive(&fill->pg->link);
}

static enum hc_status step_idle(struct hc_pg_fill *fill, struct hc_error *error)
{
    size_t tables = fill->pg->table_count;
    if (fill->pieces.done) {
        fill->batch.until_ns = INT64_MAX;
        fill->batch.last = true;
        fill->state = HC_PG_FILL_READY;
        return HC_OK;
    }
    hc_arena_reset(&fill->scratch);
    while (fill->table < tables &&
           !hc_pg_pieces_copy(&fill->pieces, fill->table, &fill->scratch, &fill->sql)) {
        fill->table++;
    }
    if (fill->table == tables) {
        batch_complete(fill);
        return HC_OK;
    }
    fill->header = true;
    fill->state = HC_PG_FILL_ASKED;
    return hc_pg_link_send(&fill->pg->link, hc_buffer_str(&fill->sql), error);
}

/* HC_END: nothing more at the moment. */
static enum hc_status step_asked(struct hc_pg_fill *fill, struct hc_error *error)
{
    struct hc_pg_link *link = &fill->pg->link;
    PGresult *result = NULL;
    if (link->api->is_busy(link->connection)) {
        return HC_END;
    }
    enum hc_status status = hc_pg_link_result(link, PGRES_COPY_OUT, &result, error);
    if (status != HC_OK) {
        return status == HC_END ? lost(fill, error) : status;
    }
    link->api->clear(result);
    fill->state = HC_PG_FILL_ROWS;
    return HC_OK;
}

static bool is_full(const struct hc_pg_fill *fill)
{
    return fill->batch.bytes.size >= HC_PG_PIECE_BYTES && hc_pg_pieces_is_whole(&fill->pieces);
}

static enum hc_status step_rows(struct hc_pg_fill *fill, struct hc_error *error)
{
    struct hc_pg_link *link = &fill->pg->link;
    char *data = NULL;
    if (is_full(fill)) { /* the rest of the table follows in the next batch */
        fill->batch.until_ns = INT64_MAX;
        fill->handed_over = true;
        fill->partial = true;
        fill->state = HC_PG_FILL_READY;
        return HC_OK;
    }
    int size = link->api->get_copy_data(link->connection, &data, 1);
    if (size == 0) {
        return HC_END;
    }
    if (size == -1) {
        fill->state = HC_PG_FILL_ENDING;
        return HC_OK;
    }
    if (size < 0) {
        return lost(fill, error);
    }
    enum hc_status status = message_take(fill, data, (size_t)size, error);
    link->api->free_memory(data);
    if (status == HC_OK && fill->batch.bytes.size > HC_PG_PIECE_BYTES_MAX &&
        hc_pg_pieces_divide(&fill->pieces)) {
        /* Closing is the quickest way to make the server stop. */
        hc_pg_link_drop(link);
        hc_pg_batch_clear(&fill->batch);
        fill->table = 0;
        fill->state = HC_PG_FILL_IDLE;
    }
    return status;
}

/* Only the server's last word makes the rows valid. */
static enum hc_status step_ending(struct hc_pg_fill *fill, struct hc_error *error)
{
    struct hc_pg_link *link = &fill->pg->link;
    PGresult *result = NULL;
    if (link->api->is_busy(link->connection)) {
        return HC_END;
    }
    enum hc_status status = hc_pg_link_result(link, PGRES_COMMAND_OK, &result, error);
    if (status == HC_END) { /* the statement is over */
        fill->table++;
        fill->state = HC_PG_FILL_IDLE;
        return HC_OK;
    }
    if (status == HC_OK) {
        link->api->clear(result);
    }
    return status;
}

static enum hc_status step(struct hc_pg_fill *fill, struct hc_error *error)
{
    switch (fill->state) {
    case HC_PG_FILL_IDLE:
        return step_idle(fill, error);
    case HC_PG_FILL_ASKED:
        return step_asked(fill, error);
    case HC_PG_FILL_ROWS:
        return step_rows(fill, error);
    case HC_PG_FILL_ENDING:
        return step_ending(fill, error);
    case HC_PG_FILL_READY:
    case HC_PG_FILL_FAILED:
        return HC_END;
    }
    HC_UNREACHABLE();
}

/* As far as what has come allows. */
static enum hc_status advance(struct hc_pg_fill *fill, struct hc_error *error)
{
    struct hc_pg_link *link = &fill->pg->link;
    if (link->connection != NULL && fill->state != HC_PG_FILL_IDLE &&
        fill->state < HC_PG_FILL_READY && link->api->consume_input(link->connection) == 0) {
        return lost(fill, error);
    }
    enum hc_status status = HC_OK;
    while (status == HC_OK) {
        status = step(fill, error);
    }
    return status == HC_END ? HC_OK : status;
}

enum hc_status hc_pg_fill_poll(struct hc_pg_fill *fill, struct hc_error *error)
{
    if (fill->state >= HC_PG_FILL_READY ||
        (fill->state == HC_PG_FILL_IDLE && fill->pg->link.connection == NULL)) {
        return HC_OK; /* connecting takes its time: when it is waited for */
    }
    enum hc_status status = advance(fill, &fill->failure);
    if (status == HC_AGAIN) {
        fill->state = HC_PG_FILL_FAILED;
        return HC_OK;
    }
    if (status != HC_OK && error != NULL) {
        *error = fill->failure;
    }
    return status;
}

static enum hc_status begin_again(struct hc_pg_fill *fill, struct hc_error *error)
{
    if (fill->handed_over) {
        if (error != NULL) {
            *error = fill->failure;
        }
        return HC_AGAIN;
    }
    enum hc_status status = hc_pg_link_pause(&fill->pg->link, &fill->failure);
    HC_ASSERT(status != HC_AGAIN);
    hc_pg_batch_clear(&fill->batch);
    fill->table = 0;
    fill->state = HC_PG_FILL_IDLE;
    if (status != HC_OK && error != NULL) {
        *error = fill->failure;
    }
    return status;
}

enum hc_status hc_pg_fill_wait(struct hc_pg_fill *fill, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    while (status == HC_OK && fill->state != HC_PG_FILL_READY) {
        if (fill->state == HC_PG_FILL_FAILED) {
            status = begin_again(fill, error);
            continue;
        }
        status = advance(fill, &fill->failure);
        if (status == HC_OK && fill->state < HC_PG_FILL_READY &&
            fill->pg->link.connection != NULL) {
            status = hc_pg_link_wait(&fill->pg->link, POLLIN, &fill->failure);
        }
        if (status == HC_AGAIN) {
            fill->state = HC_PG_FILL_FAILED;
            status = HC_OK;
        } else if (status != HC_OK && error != NULL) {
            *error = fill->failure;
        }
    }
    return status;
}

void hc_pg_fill_next(struct hc_pg_fill *fill)
{
    HC_ASSERT(fill->state == HC_PG_FILL_READY && fill->batch.count == 0);
    if (fill->partial) {
        fill->partial = false;
        fill->state = HC_PG_FILL_ROWS;
        return;
    }
    fill->handed_over = false;
    fill->state = HC_PG_FILL_IDLE;
}
