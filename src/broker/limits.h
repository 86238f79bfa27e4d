/* What one broker allows, each with the reason for its default. Filled from `limits:` of the
 * configuration. */
#ifndef HC_BROKER_LIMITS_H
#define HC_BROKER_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct hc_limits {
    size_t connections_max;       /* accepted and closed above it; default: descriptors - 64 */
    size_t frame_bytes_max;       /* requests of consumers stay far below 1 MiB */
    size_t first_frame_bytes_max; /* before a connection has spoken a valid request: 16 KiB */
    size_t response_bytes_max;    /* record bytes in one Fetch answer: 55 MiB, as Redpanda */
    size_t request_memory_max;    /* decoded arrays of one request: 4 * frame + 256 KiB at most */
    int64_t first_request_ns;     /* a peer that connects and says nothing: 10 s */
    int64_t frame_ns;             /* from the first byte of a frame to its last: 30 s */
    int64_t idle_ns;              /* between requests: 10 min, as Kafka */
    int64_t write_stall_ns;       /* no byte of an answer taken: 60 s */
    int64_t fetch_wait_ns_max;    /* max_wait_ms is clamped to it: 30 s */
    int32_t fetch_partitions_max; /* in one request or fetch session: 10,000 */
    size_t pipelined_bytes_max;   /* buffered behind a request in work: then reading stops */
};

/* The defaults; connections_max from RLIMIT_NOFILE is set by the caller. */
void hc_limits_init(struct hc_limits *limits);

#endif
