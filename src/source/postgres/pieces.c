#include "source/postgres/pieces.h"

#include <inttypes.h>

enum {
    FIRST_ROWS = 4096, /* of the first slice: it is soon there */
    GROWTH_MAX = 8,
    BLOCK_BYTES = 8192,
    TID_RANGE_VERSION = 140000, /* before it, a range of blocks costs a whole scan */
};

static bool has_blocks(const struct hc_pg_pieces *pieces, const struct hc_pg_table *table)
{
    const struct hc_pg_link *link = &pieces->pg->link;
    return table->blocks > 0 && link->version >= TID_RANGE_VERSION;
}

static int64_t blocks_each(const struct hc_pg_table *table)
{
    return HC_MAX(HC_PG_PIECE_BYTES / BLOCK_BYTES / HC_MAX(table->parts, 1), 1);
}

/* On to a table with rows. */
static void skip_empty(struct hc_pg_pieces *pieces)
{
    while (pieces->table < pieces->pg->table_count &&
           pieces->pg->tables[pieces->table].rows_wanted == 0) {
        pieces->table++;
    }
    pieces->done = pieces->table == pieces->pg->table_count;
}

static void slices_init(struct hc_pg_pieces *pieces)
{
    const struct hc_pg *pg = pieces->pg;
    int64_t rows = 0;
    pieces->width_min = 1;
    pieces->from = INT64_MAX;
    pieces->end = INT64_MIN;
    for (size_t i = 0; i < pg->table_count; i++) {
        const struct hc_pg_table *table = &pg->tables[i];
        if (table->rows_wanted == 0) {
            continue;
        }
        rows += table->rows;
        pieces->width_min = HC_MAX(pieces->width_min, table->unit_ns);
        pieces->from = HC_MIN(pieces->from, hc_pg_stamp_nominal(table, table->first));
        pieces->end = HC_MAX(pieces->end, hc_pg_stamp_nominal(table, table->last) + 1);
    }
    pieces->done = rows == 0;
    if (!pieces->done) {
        int64_t span = pieces->end - pieces->from;
        pieces->width = HC_MAX(span / HC_MAX(rows / FIRST_ROWS, 1) + 1, pieces->width_min);
        pieces->to = HC_MIN(pieces->from + pieces->width, pieces->end);
    }
}

void hc_pg_pieces_init(struct hc_pg_pieces *pieces, const struct hc_pg *pg)
{
    HC_ASSERT(pg->table_count > 0);
    *pieces = (struct hc_pg_pieces){.pg = pg, .ordered = pg->ordered};
    if (pieces->ordered) {
        slices_init(pieces);
    } else {
        skip_empty(pieces);
    }
}

bool hc_pg_pieces_copy(const struct hc_pg_pieces *pieces, size_t index, struct hc_arena *arena,
                       struct hc_buffer *out)
{
    const struct hc_pg_table *table = &pieces->pg->tables[index];
    HC_ASSERT(!pieces->done && table->select != NULL);
    int64_t from = table->first;
    int64_t to = table->last + 1;
    if (table->rows_wanted == 0 || (!pieces->ordered && index != pieces->table)) {
        return false;
    }
    if (pieces->ordered) {
        from = HC_MAX(from, hc_pg_stamp_at(table, pieces->from));
        to = HC_MIN(to, hc_pg_stamp_at(table, pieces->to));
    }
    if (from >= to) {
        return false;
    }
    hc_buffer_clear(out);
    hc_buffer_printf(out, "COPY (%s%s", table->select, hc_pg_where(table, from, to, arena));
    if (!pieces->ordered && has_blocks(pieces, table)) {
        int64_t next = pieces->block + blocks_each(table);
        hc_buffer_printf(out, " AND ctid >= '(%" PRId64 ",0)'::tid", pieces->block);
        if (next < table->blocks) { /* the last piece is open: the table may have grown */
            hc_buffer_printf(out, " AND ctid < '(%" PRId64 ",0)'::tid", next);
        }
    }
    hc_buffer_append_str(out, ") TO STDOUT (FORMAT binary)");
    return true;
}

/* Towards the bytes aimed at, eight times as much or as little at most. */
static void adapt(struct hc_pg_pieces *pieces, size_t bytes)
{
    int64_t most = pieces->width > INT64_MAX / GROWTH_MAX ? INT64_MAX : pieces->width * GROWTH_MAX;
    double wanted = (double)pieces->width * HC_PG_PIECE_BYTES / (double)HC_MAX(bytes, (size_t)1);
    int64_t width = wanted >= (double)most ? most : (int64_t)wanted;
    width = HC_MAX(width, pieces->width / GROWTH_MAX);
    pieces->width = HC_MAX(width, pieces->width_min);
}

void hc_pg_pieces_next(struct hc_pg_pieces *pieces, size_t bytes)
{
    HC_ASSERT(!pieces->done);
    if (pieces->ordered) {
        adapt(pieces, bytes);
        pieces->from = pieces->to;
        pieces->done = pieces->from >= pieces->end;
        pieces->to = pieces->width >= pieces->end - pieces->from ? pieces->end
                                                                 : pieces->from + pieces->width;
        return;
    }
    const struct hc_pg_table *table = &pieces->pg->tables[pieces->table];
    pieces->block += blocks_each(table);
    if (!has_blocks(pieces, table) || pieces->block >= table->blocks) {
        pieces->block = 0;
        pieces->table++;
        skip_empty(pieces);
    }
}

bool hc_pg_pieces_divide(struct hc_pg_pieces *pieces)
{
    HC_ASSERT(!pieces->done);
    int64_t width = pieces->to - pieces->from;
    if (!pieces->ordered || width <= pieces->width_min) {
        return false;
    }
    pieces->width = HC_MAX(width / GROWTH_MAX, pieces->width_min);
    pieces->to = pieces->from + pieces->width;
    return true;
}

bool hc_pg_pieces_is_whole(const struct hc_pg_pieces *pieces)
{
    return !pieces->ordered && !has_blocks(pieces, &pieces->pg->tables[pieces->table]);
}
