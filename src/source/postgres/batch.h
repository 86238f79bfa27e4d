/* Rows as they came, with their places in time: one batch is filled while another is read. */
#ifndef HC_SOURCE_POSTGRES_BATCH_H
#define HC_SOURCE_POSTGRES_BATCH_H

#include "source/postgres/internal.h"

struct hc_pg_entry {
    int64_t visible_ns, open_ns, stamp_ns;
    size_t offset; /* of the row's fields in the bytes */
    uint32_t table;
    uint32_t stream; /* in facts */
    bool skipped;    /* no clock ever showed its time */
};

struct hc_pg_batch {
    struct hc_buffer bytes;
    struct hc_pg_entry *entries; /* heap */
    size_t count, capacity;
    size_t next;      /* the entry to hand out */
    int64_t until_ns; /* entries visible from here on wait for the next batch */
    bool last;        /* nothing follows */
};

void hc_pg_batch_done(struct hc_pg_batch *batch);
void hc_pg_batch_clear(struct hc_pg_batch *batch);

/* `size` bytes of fields are copied. */
void hc_pg_batch_add(struct hc_pg_batch *batch, const struct hc_pg_entry *entry, const char *fields,
                     size_t size);

/* Ascending in visible instants. */
void hc_pg_batch_sort(struct hc_pg_batch *batch);

/* What `from` has not handed out becomes part of `to`. */
void hc_pg_batch_carry(struct hc_pg_batch *from, struct hc_pg_batch *to);

#endif
