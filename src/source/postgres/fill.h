/* Fills batches from the server, piece by piece, while somebody else reads the batch before. */
#ifndef HC_SOURCE_POSTGRES_FILL_H
#define HC_SOURCE_POSTGRES_FILL_H

#include "source/postgres/batch.h"
#include "source/postgres/decode.h"
#include "source/postgres/pieces.h"

enum hc_pg_fill_state {
    HC_PG_FILL_IDLE,   /* the statement for `table` of the piece is next */
    HC_PG_FILL_ASKED,  /* sent; its answer is due */
    HC_PG_FILL_ROWS,   /* rows are coming */
    HC_PG_FILL_ENDING, /* all rows are here, the server's last word is due */
    HC_PG_FILL_READY,  /* the batch is complete */
    HC_PG_FILL_FAILED, /* `failure` says why: the piece begins again */
};

struct hc_pg_fill {
    struct hc_pg *pg;
    struct hc_pg_pieces pieces;
    enum hc_pg_fill_state state;
    size_t table;
    bool header;      /* the stream's header is due */
    bool partial;     /* the ready batch is only a part of its piece */
    bool handed_over; /* rows of this piece are with the reader already */
    struct hc_pg_batch batch;
    struct hc_error failure;
    struct hc_buffer sql, key;
    struct hc_arena scratch;
    struct hc_pg_field *fields;                 /* heap, for the widest table */
    char digits[HC_PG_KEY_COLUMNS_MAX + 1][24]; /* of keys that are integers */
};

void hc_pg_fill_init(struct hc_pg_fill *fill, struct hc_pg *pg);
void hc_pg_fill_done(struct hc_pg_fill *fill);

/* Takes what has come, without waiting. Failures worth another try only show in the state. */
HC_MUST_USE enum hc_status hc_pg_fill_poll(struct hc_pg_fill *fill, struct hc_error *error);

/* Waits until the batch is ready, with as many tries as it takes. HC_AGAIN: rows of the piece are
 * handed over already, so everything has to be read again; HC_CHANGED; HC_CANCELLED; others are
 * final. */
HC_MUST_USE enum hc_status hc_pg_fill_wait(struct hc_pg_fill *fill, struct hc_error *error);

/* After a ready batch was taken (swapped for an empty one): begins the next. */
void hc_pg_fill_next(struct hc_pg_fill *fill);

#endif
