/* The `mirror` settings as the mirror takes them. */
#ifndef HC_CLI_PLAN_MIRROR_H
#define HC_CLI_PLAN_MIRROR_H

#include "config/config.h"
#include "mirror/mirror.h"

/* What of a mirror does not depend on topics. */
struct hc_plan_mirror {
    struct hc_mirror_config config; /* topics, clocks and listener are filled in at the start */
    bool waits;                     /* policy: the clock waits for the cluster */
    bool exits;                     /* the process ends when everything is committed */
    bool alone;                     /* no Kafka listener */
    struct hc_slice prefix;
    const struct hc_config_pair *map; /* topic, target */
    size_t map_count;
};

/* HC_USAGE: names the key or flag. *ret is NULL where no target is given. In the arena. */
HC_MUST_USE enum hc_status hc_plan_mirror(const struct hc_config *config, struct hc_arena *arena,
                                          struct hc_plan_mirror **ret, struct hc_error *error);

/* The name of a topic in the target. */
struct hc_slice hc_plan_mirror_target(const struct hc_plan_mirror *mirror, struct hc_slice topic,
                                      struct hc_arena *arena);

#endif
