/* A batch on its way: a copy of its changes in one piece of memory, which the loop and the
 * database's thread hand to each other. */
#ifndef HC_OFFSETS_OP_H
#define HC_OFFSETS_OP_H

#include "base/list.h"
#include "offsets/offsets.h"

/* As hc_offsets_change, with the identity of its topic at that time. `set_topic`: the change is the
 * topic itself. */
struct hc_offsets_step {
    struct hc_offsets_change change;
    struct hc_slice identity;
    struct hc_slice settings;
    bool set_topic;
};

struct hc_offsets_op {
    struct hc_list link;
    struct hc_offsets *offsets;     /* NULL once the session is gone */
    struct hc_offsets_batch *batch; /* NULL: nobody waits */
    struct hc_slice session;
    struct hc_offsets_step *steps;
    size_t count;
    size_t bytes;       /* memory of the whole op */
    size_t batch_count; /* changes that count against the session's bounds while under way */
    bool submitting;    /* inside hc_offsets_apply: `done` is not called */
    enum hc_status status;
};

/* Copies everything. `steps` as above; the op is the caller's. */
struct hc_offsets_op *hc_offsets_op_new(struct hc_slice session,
                                        const struct hc_offsets_step *steps, size_t count);
void hc_offsets_op_free(struct hc_offsets_op *op);

#endif
