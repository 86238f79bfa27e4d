/* Requests that tests send again and again, and answers looked at in one line. */
#ifndef HC_TESTS_WORLD_REQUESTS_H
#define HC_TESTS_WORLD_REQUESTS_H

#include "sim/world/client.h"

/* A Fetch of up to WORLD_ITEMS_MAX partitions, each a topic entry of its own. */
enum { WORLD_ITEMS_MAX = 16 };

struct world_fetch_item {
    size_t topic; /* index in the world */
    int32_t partition;
    int64_t offset;
    int32_t bytes_max; /* 0: 1 MiB */
    int32_t epoch;     /* current leader epoch + 1; 0: not told */
};

struct world_fetch {
    int16_t version;
    int32_t max_wait_ms;
    int32_t min_bytes;
    int32_t max_bytes; /* 0: 50 MiB */
    int32_t session_id;
    int32_t session_epoch_plus_1; /* 0: sessionless */
    struct world_fetch_item items[WORLD_ITEMS_MAX];
    int32_t count;
    struct world_fetch_item forgotten[4];
    int32_t forgotten_count;
};

/* In the client's arena. */
struct hp_fetch_request *world_fetch_request(struct world_client *client,
                                             const struct world_fetch *fetch);

/* Sends and waits for the answer. */
const struct hp_fetch_response *world_fetch(struct world_client *client,
                                            const struct world_fetch *fetch);

/* Fetch of one partition from one offset, sessionless. */
const struct hp_fetch_response_partition *world_fetch_one(struct world_client *client,
                                                          int16_t version, size_t topic,
                                                          int32_t partition, int64_t offset,
                                                          int32_t max_wait_ms);

/* The only partition of the answer; fails the test where there are others. */
const struct hp_fetch_response_partition *world_only(const struct hp_fetch_response *response);

/* ListOffsets of one partition; `epoch` -1: not told. */
const struct hp_list_offsets_response_partition *world_list_one(struct world_client *client,
                                                                int16_t version, const char *topic,
                                                                int32_t partition,
                                                                int64_t timestamp, int32_t epoch);

#endif
