#include "group/member.h"

#include "base/clock.h"
#include "base/memory.h"

#include <stdlib.h>

enum { ID_PREFIX_BYTES_MAX = 255 };

static struct hc_slice own_copy(struct hc_slice slice)
{
    return hc_slice_is_null(slice) ? HC_SLICE_NULL : hc_slice_of(hc_slice_dup(slice), slice.size);
}

static void drop(struct hc_slice *slice)
{
    free((void *)slice->data);
    *slice = HC_SLICE_NULL;
}

struct hc_slice hc_member_new_id(struct hc_slice prefix, struct hc_random *random)
{
    uint8_t u[16];
    hc_random_uuid(random, u);
    if (prefix.size > ID_PREFIX_BYTES_MAX) {
        prefix.size = ID_PREFIX_BYTES_MAX;
    }
    char *id = hc_alloc(prefix.size + 1 + 36 + 1);
    if (prefix.size > 0) {
        memcpy(id, prefix.data, prefix.size);
    }
    char *out = id + prefix.size;
    *out++ = '-';
    for (size_t i = 0; i < sizeof u; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *out++ = '-';
        }
        *out++ = "0123456789abcdef"[u[i] >> 4];
        *out++ = "0123456789abcdef"[u[i] & 15];
    }
    return hc_slice_of(id, (size_t)(out - id));
}

static void free_protocols(struct hc_member *member)
{
    for (size_t i = 0; i < member->protocol_count; i++) {
        drop(&member->protocols[i].name);
        drop(&member->protocols[i].metadata);
    }
    free(member->protocols);
    member->protocols = NULL;
    member->protocol_count = 0;
}

struct hc_member *hc_member_new(struct hc_slice id, const struct hc_join *join)
{
    HC_ASSERT(id.size > 0);
    struct hc_member *member = hc_alloc(sizeof *member);
    hc_list_init(&member->link);
    member->id = id;
    member->instance_id = own_copy(join->name.instance_id);
    member->assignment = own_copy(HC_SLICE_EMPTY);
    member->expel_at_ns = HC_NEVER;
    hc_member_update(member, join);
    return member;
}

void hc_member_free(struct hc_member *member)
{
    HC_ASSERT(member->join == NULL && member->sync == NULL);
    HC_ASSERT(!hc_heap_contains(&member->timer) && hc_list_empty(&member->link));
    free_protocols(member);
    drop(&member->id);
    drop(&member->instance_id);
    drop(&member->client_id);
    drop(&member->client_host);
    drop(&member->assignment);
    free(member);
}

void hc_member_update(struct hc_member *member, const struct hc_join *join)
{
    HC_ASSERT(join->session_timeout_ms > 0 && join->rebalance_timeout_ms > 0);
    free_protocols(member);
    member->protocols = hc_alloc_array(join->protocol_count, sizeof *member->protocols);
    member->protocol_count = join->protocol_count;
    for (size_t i = 0; i < join->protocol_count; i++) {
        struct hc_slice metadata = join->protocols[i].metadata;
        member->protocols[i].name = own_copy(join->protocols[i].name);
        member->protocols[i].metadata = own_copy(metadata.data ? metadata : HC_SLICE_EMPTY);
    }
    member->session_timeout_ms = join->session_timeout_ms;
    member->rebalance_timeout_ms = join->rebalance_timeout_ms;
    drop(&member->client_id);
    drop(&member->client_host);
    member->client_id = own_copy(join->caller.client_id);
    member->client_host = own_copy(join->caller.host);
    member->connection_id = join->caller.connection_id;
}

void hc_member_set_assignment(struct hc_member *member, struct hc_slice assignment)
{
    struct hc_slice copy = own_copy(assignment.data ? assignment : HC_SLICE_EMPTY);
    drop(&member->assignment);
    member->assignment = copy;
}

void hc_member_rename(struct hc_member *member, struct hc_slice id)
{
    HC_ASSERT(id.size > 0 && !hc_slice_equal(id, member->id));
    drop(&member->id);
    member->id = id;
}

const struct hc_group_protocol *hc_member_protocol(const struct hc_member *member,
                                                   struct hc_slice name)
{
    for (size_t i = 0; i < member->protocol_count; i++) {
        if (hc_slice_equal(member->protocols[i].name, name)) {
            return &member->protocols[i];
        }
    }
    return NULL;
}

bool hc_member_matches(const struct hc_member *member, const struct hc_join *join)
{
    if (member->protocol_count != join->protocol_count) {
        return false;
    }
    for (size_t i = 0; i < join->protocol_count; i++) {
        if (!hc_slice_equal(member->protocols[i].name, join->protocols[i].name) ||
            !hc_slice_equal(member->protocols[i].metadata, join->protocols[i].metadata)) {
            return false;
        }
    }
    return true;
}

bool hc_member_is_waiting(const struct hc_member *member)
{
    return member->join != NULL || member->sync != NULL;
}
