/* The table of Kafka APIs that the codec knows, dense by key.
 *
 * `served_min..served_max` is what Hindcast advertises; `known_min..known_max` what the codec can
 * encode and decode (tests, the benchmark client and auditors use those). served_max -1: known, not
 * served.
 */
#ifndef HP_API_H
#define HP_API_H

#include "protocol/codec.h"

enum hp_api_key {
    HP_PRODUCE = 0,
    HP_FETCH = 1,
    HP_LIST_OFFSETS = 2,
    HP_METADATA = 3,
    HP_OFFSET_COMMIT = 8,
    HP_OFFSET_FETCH = 9,
    HP_FIND_COORDINATOR = 10,
    HP_JOIN_GROUP = 11,
    HP_HEARTBEAT = 12,
    HP_LEAVE_GROUP = 13,
    HP_SYNC_GROUP = 14,
    HP_DESCRIBE_GROUPS = 15,
    HP_LIST_GROUPS = 16,
    HP_API_VERSIONS = 18,
    HP_CREATE_TOPICS = 19,
    HP_DELETE_TOPICS = 20,
    HP_DELETE_RECORDS = 21,
    HP_INIT_PRODUCER_ID = 22,
    HP_OFFSET_FOR_LEADER_EPOCH = 23,
    HP_DESCRIBE_ACLS = 29,
    HP_CREATE_ACLS = 30,
    HP_DELETE_ACLS = 31,
    HP_DESCRIBE_CONFIGS = 32,
    HP_ALTER_CONFIGS = 33,
    HP_DESCRIBE_LOG_DIRS = 35,
    HP_CREATE_PARTITIONS = 37,
    HP_DELETE_GROUPS = 42,
    HP_INCREMENTAL_ALTER_CONFIGS = 44,
    HP_LIST_PARTITION_REASSIGNMENTS = 46,
    HP_OFFSET_DELETE = 47,
    HP_DESCRIBE_CLIENT_QUOTAS = 48,
    HP_DESCRIBE_CLUSTER = 60,
    HP_DESCRIBE_PRODUCERS = 61,
    HP_DESCRIBE_TRANSACTIONS = 65,
    HP_LIST_TRANSACTIONS = 66,
    HP_DESCRIBE_TOPIC_PARTITIONS = 75,
    HP_API_KEY_MAX = 92,
};

struct hp_api {
    int16_t key;
    const char *name; /* "Fetch"; NULL: no such API in the table */
    int16_t known_min, known_max;
    int16_t served_min, served_max; /* served_max -1: not advertised */
    int16_t flexible_since;         /* INT16_MAX: never */
    const struct hp_schema *request;
    const struct hp_schema *response;
    const char *deviation; /* one sentence for docs/protocol.md where we differ from Apache Kafka,
                              or NULL */
};

/* NULL when the table has no such key. To list them all, ask for every key up to HP_API_KEY_MAX. */
const struct hp_api *hp_api_find(int16_t key);

/* Whether ApiVersions advertises this version of the API. */
static inline bool hp_api_serves(const struct hp_api *api, int16_t version)
{
    return api->served_max >= 0 && version >= api->served_min && version <= api->served_max;
}

/* Versions of request and response headers (KIP-482): request 1 or 2, response 0 or 1. ApiVersions
 * responses always use header 0. */
int16_t hp_request_header_version(const struct hp_api *api, int16_t version);
int16_t hp_response_header_version(const struct hp_api *api, int16_t version);

struct hp_request_header {
    int16_t api_key;
    int16_t api_version;
    int32_t correlation_id;
    struct hc_slice client_id; /* nullable */
};

/* Decodes the header at the start of a frame (without its length) for any key in the table.
 * *ret_used: header bytes. HC_INVALID when malformed; HC_UNSUPPORTED when the key is unknown: then
 * only key, version and correlation id are filled. */
HC_MUST_USE enum hc_status
hp_decode_request_header(struct hc_slice frame, struct hp_request_header *ret, size_t *ret_used);

/* Bytes that a request or response header takes; and writers for them. `out` has room for that
 * many. */
size_t hp_request_header_size(const struct hp_api *api, int16_t version, struct hc_slice client_id);
void hp_write_request_header(const struct hp_api *api, int16_t version, int32_t correlation_id,
                             struct hc_slice client_id, uint8_t *out);
size_t hp_response_header_size(const struct hp_api *api, int16_t version);
void hp_write_response_header(const struct hp_api *api, int16_t version, int32_t correlation_id,
                              uint8_t *out);

#endif
