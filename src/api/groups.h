/* What the group and offset handlers share: naming the sender, checking group ids, waiting until a
 * change is durable. */
#ifndef HC_API_GROUPS_H
#define HC_API_GROUPS_H

#include "api/common.h"

/* Longest group id that is taken; Kafka's own tools and limits stay far below. */
enum { HC_GROUP_ID_BYTES_MAX = 255 };

/* INVALID_GROUP_ID where a name is needed and missing, or too long. Commits and look-ups also take
 * an empty one. */
int16_t hc_api_check_group_id(struct hc_slice group, bool may_be_empty);

/* The request's sender as groups know it; borrows from the request. */
struct hc_group_caller hc_api_caller(struct hc_request *request);

/* Null becomes empty, for fields that became nullable in a later version. */
static inline struct hc_slice hc_api_not_null(struct hc_slice slice)
{
    return hc_slice_is_null(slice) ? HC_SLICE_EMPTY : slice;
}

/* Whether the group exists: it has members, is remembered as empty, or has committed. */
bool hc_api_group_exists(const struct hc_request *request, struct hc_slice group);

/* A change on its way to the disk on behalf of a request: request->state while it waits. `work` is
 * the handler's own. */
struct hc_api_store {
    struct hc_offsets_batch batch;
    void *work;
};

/* Begins to apply `count` changes (arena); none is done at once. True: it has ended. False: return
 * HC_WAIT. */
bool hc_api_store_begin(struct hc_request *request, const struct hc_offsets_change *changes,
                        size_t count, void *work);
/* On a later call of the handler: whether it has ended. While the process stops, what has not ended
 * counts as failed. */
bool hc_api_store_ended(struct hc_request *request);
/* NONE, COORDINATOR_NOT_AVAILABLE (disk full or failed: try again), POLICY_VIOLATION (a limit of
 * the session). */
int16_t hc_api_store_error(const struct hc_request *request);

static inline struct hc_api_store *hc_api_store_of(const struct hc_request *request)
{
    return request->state;
}

#endif
