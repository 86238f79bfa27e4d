/* What the program is to do, made of the effective configuration: plain data, no I/O beyond reading
 * @FILE lists.
 *
 * Everything else lives in the arena that was passed to hc_plan_make.
 */
#ifndef HC_CLI_PLAN_H
#define HC_CLI_PLAN_H

#include "base/log.h"
#include "broker/limits.h"
#include "broker/lockstep.h"
#include "config/config.h"
#include "group/config.h"
#include "net/kafka.h"
#include "session/session.h"
#include "source/spec.h"

/* One virtual cluster. The first is always "main". */
struct hc_plan_session {
    struct hc_session_config config; /* incarnation is filled at start */
    struct hc_kafka_listener_config listener;
    struct hc_slice_list topics;        /* names it serves; empty: all */
    int64_t ttl_ns;                     /* 0: for ever */
    struct hc_lockstep_config lockstep; /* config.lockstep: it is used */
};

struct hc_plan_mirror;

struct hc_plan {
    struct hc_topic_spec *specs;
    size_t spec_count;
    struct hc_plan_session *sessions;
    size_t session_count;
    struct hc_limits limits; /* connections_max 0: as many as descriptors allow */
    struct hc_group_config groups;
    bool http_on;
    struct hc_address http;
    const char *data_dir;       /* NULL: state in memory only */
    const char *cache_dir;      /* never NULL */
    uint64_t cache_limit_bytes; /* 0: none */
    const char *ready_file;     /* NULL: none */
    enum hc_log_level log_level;
    enum hc_log_format log_format;
    bool fresh;
    struct hc_plan_mirror *mirror;  /* NULL: none */
    const struct hc_config *config; /* borrowed: further sessions are planned from it */
};

/* HC_USAGE: the text names the key or flag, its origin, and what it takes. */
HC_MUST_USE enum hc_status hc_plan_make(const struct hc_config *config, struct hc_arena *arena,
                                        struct hc_plan *ret, struct hc_error *error);

/* A further session, made while the program runs: as those of the configuration. */
HC_MUST_USE enum hc_status hc_plan_extra_session(const struct hc_plan *plan, struct hc_slice name,
                                                 const struct hc_config_pair *settings,
                                                 size_t count, struct hc_arena *arena,
                                                 struct hc_plan_session *ret,
                                                 struct hc_error *error);

#endif
