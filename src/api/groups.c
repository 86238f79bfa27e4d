#include "api/groups.h"

#include "group/group.h"

int16_t hc_api_check_group_id(struct hc_slice group, bool may_be_empty)
{
    bool is_valid = !hc_slice_is_null(group) && group.size <= HC_GROUP_ID_BYTES_MAX &&
                    (may_be_empty || group.size > 0);
    return is_valid ? HP_ERR_NONE : HP_ERR_INVALID_GROUP_ID;
}

/* Kafka shows a member's host as Java prints an address, with a slash before it; tools expect that.
 */
struct hc_group_caller hc_api_caller(struct hc_request *request)
{
    const struct hc_address *peer = hc_connection_peer(request->connection);
    HC_ASSERT(peer != NULL);
    return (struct hc_group_caller){
        .connection_id = hc_connection_id(request->connection),
        .client_id = hc_api_not_null(request->header.client_id),
        .host = hc_slice_str(hc_arena_format(request->arena, "/%s", peer->host)),
    };
}

bool hc_api_group_exists(const struct hc_request *request, struct hc_slice group)
{
    return hc_coordinator_group_named(request->cluster->groups, group) != NULL ||
           hc_offsets_has_group(request->cluster->offsets, group);
}

static void stored(struct hc_offsets_batch *batch)
{
    hc_request_wake(batch->user);
}

static void abandon(struct hc_request *request, struct hc_now now)
{
    (void)now;
    hc_offsets_abandon(&hc_api_store_of(request)->batch);
}

bool hc_api_store_begin(struct hc_request *request, const struct hc_offsets_change *changes,
                        size_t count, void *work)
{
    HC_ASSERT(request->state == NULL);
    struct hc_api_store *store = HC_ARENA_NEW(request->arena, struct hc_api_store);
    store->work = work;
    store->batch = (struct hc_offsets_batch){
        .changes = changes, .count = count, .done = stored, .user = request, .status = HC_OK};
    request->state = store;
    request->abandon = abandon;
    return count == 0 || hc_offsets_apply(request->cluster->offsets, &store->batch) != HC_AGAIN;
}

bool hc_api_store_ended(struct hc_request *request)
{
    HC_ASSERT(request->state != NULL);
    struct hc_offsets_batch *batch = &hc_api_store_of(request)->batch;
    if (batch->status == HC_AGAIN && request->draining) {
        hc_offsets_abandon(batch);
        batch->status = HC_CANCELLED;
    }
    return batch->status != HC_AGAIN;
}

int16_t hc_api_store_error(const struct hc_request *request)
{
    HC_ASSERT(request->state != NULL && hc_api_store_of(request)->batch.status != HC_AGAIN);
    switch (hc_api_store_of(request)->batch.status) {
    case HC_OK:
        return HP_ERR_NONE;
    case HC_LIMIT:
        return HP_ERR_POLICY_VIOLATION;
    default:
        return HP_ERR_COORDINATOR_NOT_AVAILABLE;
    }
}
