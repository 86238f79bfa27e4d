/* The pieces in which tables are read: each a short statement of its own, so that a fault costs one
 * piece and no transaction outlives it.
 *
 * In order: a slice of time of every table, of a width that follows the density of the rows. In any
 * order: ranges of blocks where a table has some, else all of it.
 */
#ifndef HC_SOURCE_POSTGRES_PIECES_H
#define HC_SOURCE_POSTGRES_PIECES_H

#include "source/postgres/internal.h"

enum {
    HC_PG_PIECE_BYTES = 4 << 20,      /* aimed at */
    HC_PG_PIECE_BYTES_MAX = 24 << 20, /* a slice with more is read again in parts */
};

struct hc_pg_pieces {
    const struct hc_pg *pg;
    bool ordered;
    /* In order: the slice [from, to) in nominal ns, of a range that ends at `end`. */
    int64_t from, to, end, width, width_min;
    /* In any order: a table and its block. */
    size_t table;
    int64_t block;
    bool done;
};

void hc_pg_pieces_init(struct hc_pg_pieces *pieces, const struct hc_pg *pg);

/* The COPY of one table within the piece, in `out`. False: the table has nothing there. */
bool hc_pg_pieces_copy(const struct hc_pg_pieces *pieces, size_t table, struct hc_arena *arena,
                       struct hc_buffer *out);

/* The piece is read, `bytes` it was: goes on to the next. pieces->done behind the last. */
void hc_pg_pieces_next(struct hc_pg_pieces *pieces, size_t bytes);

/* The piece is too large. False: it cannot be divided. */
bool hc_pg_pieces_divide(struct hc_pg_pieces *pieces);

/* A piece that is all of a table, and so of any size: handed on while it comes. */
bool hc_pg_pieces_is_whole(const struct hc_pg_pieces *pieces);

#endif
