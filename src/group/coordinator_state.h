/* What the coordinator's files share. Nobody else includes this. */
#ifndef HC_GROUP_COORDINATOR_STATE_H
#define HC_GROUP_COORDINATOR_STATE_H

#include "group/coordinator.h"
#include "group/inside.h"

enum { HC_COORDINATOR_MAGIC = 0x434f4f52 };

struct hc_coordinator {
    uint32_t magic;
    struct hc_group_config config;
    struct hc_coordinator_events events;
    struct hc_random random;
    uint64_t map_seed;
    struct hc_map groups;
    struct hc_heap timers; /* groups by their first deadline */
    struct hc_list idle;   /* empty groups, longest first: forgotten when room is needed */
    struct hc_effects effects;
    bool stepping;
};

/* A step begins, and ends: its effects happen, and the group's timer and place among the idle are
 * set. */
struct hc_step hc_coordinator_begin(struct hc_coordinator *coordinator, struct hc_now now);
void hc_coordinator_settle(struct hc_coordinator *coordinator, struct hc_group *group);

struct hc_group *hc_coordinator_find(const struct hc_coordinator *coordinator,
                                     struct hc_slice name);
/* NULL: there are as many groups as there may be, and none of them is empty. */
struct hc_group *hc_coordinator_create(struct hc_coordinator *coordinator, struct hc_slice name);
void hc_coordinator_forget(struct hc_coordinator *coordinator, struct hc_group *group);

#endif
