/* What the files of a session's offsets share. Nobody else includes this. */
#ifndef HC_OFFSETS_STATE_H
#define HC_OFFSETS_STATE_H

#include "offsets/book.h"
#include "offsets/offsets.h"

enum { HC_OFFSETS_MAGIC = 0x4f464653 };

struct hc_offsets {
    uint32_t magic;
    struct hc_offsets_db *db; /* NULL: memory only */
    struct hc_slice session;  /* own */
    struct hc_book book;
    uint8_t incarnation[16];
    size_t commits_under_way;
};

void hc_offsets_new_incarnation(uint8_t out[16]);

/* The op has ended: its changes enter the book where it went well. */
void hc_offsets_apply_op(struct hc_offsets *offsets, const struct hc_offsets_op *op);

#endif
