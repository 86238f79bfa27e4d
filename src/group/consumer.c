#include "group/consumer.h"

#include "base/endian.h"
#include "group/group.h"
#include "protocol/messages.h"

enum {
    VERSION_BYTES = 2,
    VERSION_KNOWN_MAX = 3,
    MEMORY_MAX = 4 * 1024 * 1024,
    COMPARED_TOPICS_MAX = 1000, /* the comparison takes the square of it */
};

bool hc_consumer_is_type(struct hc_slice protocol_type)
{
    return hc_slice_equal_str(protocol_type, "consumer");
}

static bool read_versioned(const struct hp_schema *schema, struct hc_slice bytes,
                           struct hc_arena *arena, void *ret)
{
    if (bytes.size < VERSION_BYTES) {
        return false;
    }
    int16_t version = (int16_t)hc_get_be16(bytes.data);
    if (version < 0) {
        return false;
    }
    version = HC_MIN(version, VERSION_KNOWN_MAX); /* later versions only append */
    struct hc_slice body = hc_slice_of(bytes.data + VERSION_BYTES, bytes.size - VERSION_BYTES);
    return hp_decode(schema, version, body, arena, MEMORY_MAX, ret, NULL) == HC_OK;
}

/* Read as version 0, which is the beginning of all: some clients announce a version and leave out
 * its fields. */
bool hc_consumer_read_subscription(struct hc_slice bytes, struct hc_arena *arena,
                                   struct hp_consumer_subscription *ret)
{
    if (bytes.size < VERSION_BYTES || (int16_t)hc_get_be16(bytes.data) < 0) {
        return false;
    }
    struct hc_slice body = hc_slice_of(bytes.data + VERSION_BYTES, bytes.size - VERSION_BYTES);
    return hp_decode(&hp_consumer_subscription_schema, 0, body, arena, MEMORY_MAX, ret, NULL) ==
           HC_OK;
}

bool hc_consumer_read_assignment(struct hc_slice bytes, struct hc_arena *arena,
                                 struct hp_consumer_assignment *ret)
{
    if (bytes.size == 0) {
        hp_message_init(&hp_consumer_assignment_schema, ret);
        return true;
    }
    return read_versioned(&hp_consumer_assignment_schema, bytes, arena, ret);
}

static bool has_topic(const struct hp_consumer_subscription *subscription, struct hc_slice topic)
{
    for (int32_t i = 0; i < subscription->topics_count; i++) {
        if (hc_slice_equal(subscription->topics[i], topic)) {
            return true;
        }
    }
    return false;
}

static bool covers(const struct hp_consumer_subscription *a,
                   const struct hp_consumer_subscription *b)
{
    for (int32_t i = 0; i < b->topics_count; i++) {
        if (!has_topic(a, b->topics[i])) {
            return false;
        }
    }
    return true;
}

bool hc_consumer_same_topics(struct hc_slice protocol_type, struct hc_slice protocol_name,
                             const struct hc_member *member, const struct hc_join *join)
{
    const struct hc_group_protocol *before = hc_member_protocol(member, protocol_name);
    const struct hc_group_protocol *after = NULL;
    for (size_t i = 0; i < join->protocol_count && !after; i++) {
        if (hc_slice_equal(join->protocols[i].name, protocol_name)) {
            after = &join->protocols[i];
        }
    }
    if (!before || !after) {
        return false;
    }
    if (!hc_consumer_is_type(protocol_type)) {
        return true; /* nothing is known about its bytes: Kafka's rule, which looks at the protocol
                        alone */
    }
    struct hp_consumer_subscription a, b;
    if (!hc_consumer_read_subscription(before->metadata, join->arena, &a) ||
        !hc_consumer_read_subscription(after->metadata, join->arena, &b) ||
        a.topics_count > COMPARED_TOPICS_MAX || b.topics_count > COMPARED_TOPICS_MAX) {
        return hc_slice_equal(before->metadata, after->metadata);
    }
    return covers(&a, &b) && covers(&b, &a);
}

bool hc_group_is_subscribed(const struct hc_group *group, struct hc_slice topic,
                            struct hc_arena *arena)
{
    if (!hc_consumer_is_type(group->protocol_type)) {
        return false;
    }
    HC_GROUP_EACH_MEMBER(group, member)
    {
        const struct hc_group_protocol *protocol = hc_member_protocol(member, group->protocol_name);
        struct hp_consumer_subscription subscription;
        if (!protocol || !hc_consumer_read_subscription(protocol->metadata, arena, &subscription) ||
            has_topic(&subscription, topic)) {
            return true;
        }
    }
    return false;
}
