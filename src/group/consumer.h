/* What consumers write into their subscriptions and assignments, which brokers otherwise pass on
 * unread.
 *
 * Foreign bytes: read by the codec within a memory bound, never trusted. Only the part that every
 * version shares is used.
 */
#ifndef HC_GROUP_CONSUMER_H
#define HC_GROUP_CONSUMER_H

#include "base/arena.h"
#include "group/member.h"
#include "protocol/codec.h"

struct hp_consumer_subscription;
struct hp_consumer_assignment;

/* "consumer": the protocol type whose bytes these functions read. */
bool hc_consumer_is_type(struct hc_slice protocol_type);

/* False: malformed. Arrays live in `arena`, slices borrow from `bytes`. Empty bytes are an empty
 * assignment. */
bool hc_consumer_read_subscription(struct hc_slice bytes, struct hc_arena *arena,
                                   struct hp_consumer_subscription *ret);
bool hc_consumer_read_assignment(struct hc_slice bytes, struct hc_arena *arena,
                                 struct hp_consumer_assignment *ret);

/* Whether the ticket subscribes to the same topics as the member did, under the group's protocol.
 * Bytes of a consumer that cannot be read, or name more than 1,000 topics, are compared as they
 * are; those of other protocol types are not compared. */
bool hc_consumer_same_topics(struct hc_slice protocol_type, struct hc_slice protocol_name,
                             const struct hc_member *member, const struct hc_join *join);

#endif
