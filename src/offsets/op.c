#include "offsets/op.h"

#include "base/memory.h"

#include <stdalign.h>
#include <stdlib.h>

/* Everything that varies in size goes behind the struct, aligned pieces first. */
struct packer {
    char *next;
    char *end;
};

static size_t aligned(size_t size)
{
    return (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
}

static void *pack(struct packer *packer, const void *data, size_t size)
{
    char *at = packer->next;
    HC_ASSERT(aligned(size) <= (size_t)(packer->end - at));
    if (size > 0) {
        memcpy(at, data, size);
    }
    packer->next += aligned(size);
    return at;
}

static struct hc_slice pack_slice(struct packer *packer, struct hc_slice slice)
{
    return hc_slice_is_null(slice) ? slice
                                   : hc_slice_of(pack(packer, slice.data, slice.size), slice.size);
}

static size_t step_bytes(const struct hc_offsets_step *step)
{
    const struct hc_offsets_change *change = &step->change;
    return aligned(change->group.size) + aligned(change->topic.size) +
           aligned(change->position.metadata.size) +
           (change->session ? aligned(sizeof *change->session) : 0) +
           aligned(change->epoch_count * sizeof *change->epochs) + aligned(step->identity.size) +
           aligned(step->settings.size);
}

static void pack_step(struct packer *packer, struct hc_offsets_step *step)
{
    struct hc_offsets_change *change = &step->change;
    if (change->session) {
        change->session = pack(packer, change->session, sizeof *change->session);
    }
    change->epochs = pack(packer, change->epochs, change->epoch_count * sizeof *change->epochs);
    change->group = pack_slice(packer, change->group);
    change->topic = pack_slice(packer, change->topic);
    change->position.metadata = pack_slice(packer, change->position.metadata);
    step->identity = pack_slice(packer, step->identity);
    step->settings = pack_slice(packer, step->settings);
}

struct hc_offsets_op *hc_offsets_op_new(struct hc_slice session,
                                        const struct hc_offsets_step *steps, size_t count)
{
    size_t bytes = aligned(sizeof(struct hc_offsets_op)) + aligned(count * sizeof *steps) +
                   aligned(session.size);
    for (size_t i = 0; i < count; i++) {
        bytes += step_bytes(&steps[i]);
    }
    struct hc_offsets_op *op = hc_alloc(bytes);
    struct packer packer = {(char *)op + aligned(sizeof *op), (char *)op + bytes};
    hc_list_init(&op->link);
    op->steps = pack(&packer, steps, count * sizeof *steps);
    op->count = count;
    op->bytes = bytes;
    op->session = pack_slice(&packer, session);
    for (size_t i = 0; i < count; i++) {
        pack_step(&packer, &op->steps[i]);
    }
    HC_ASSERT(packer.next == packer.end);
    op->status = HC_AGAIN;
    return op;
}

void hc_offsets_op_free(struct hc_offsets_op *op)
{
    HC_ASSERT(hc_list_empty(&op->link));
    free(op);
}
