#include "group/coordinator.h"

#include "base/log.h"
#include "base/memory.h"
#include "group/coordinator_state.h"

#include <stdlib.h>

enum { LOG_TEXT_BYTES = 320, PROTOCOLS_CAP = 64 };

struct hc_coordinator *hc_coordinator_new(const struct hc_group_config *config,
                                          struct hc_coordinator_events events, uint64_t seed)
{
    HC_ASSERT(config->protocols_max <= PROTOCOLS_CAP);
    struct hc_coordinator *coordinator = hc_alloc(sizeof *coordinator);
    coordinator->magic = HC_COORDINATOR_MAGIC;
    coordinator->config = *config;
    coordinator->events = events;
    hc_random_seed(&coordinator->random, seed);
    coordinator->map_seed = hc_random_next(&coordinator->random);
    hc_map_init(&coordinator->groups, coordinator->map_seed);
    hc_list_init(&coordinator->idle);
    return coordinator;
}

void hc_coordinator_forget(struct hc_coordinator *coordinator, struct hc_group *group)
{
    HC_ASSERT(hc_map_remove(&coordinator->groups, group->name) == group);
    hc_heap_remove(&coordinator->timers, &group->wake);
    hc_list_remove(&group->idle);
    hc_group_free(group);
}

void hc_coordinator_free(struct hc_coordinator *coordinator)
{
    if (!coordinator) {
        return;
    }
    HC_CHECK_MAGIC(coordinator, HC_COORDINATOR_MAGIC);
    size_t count;
    while ((count = hc_map_count(&coordinator->groups)) > 0) {
        hc_coordinator_forget(coordinator, hc_map_at(&coordinator->groups, count - 1)->value);
    }
    hc_map_done(&coordinator->groups);
    hc_heap_done(&coordinator->timers);
    hc_effects_done(&coordinator->effects);
    coordinator->magic = 0;
    free(coordinator);
}

const struct hc_group_config *hc_coordinator_config(const struct hc_coordinator *coordinator)
{
    return &coordinator->config;
}

/* ---- steps and their effects ---- */

struct hc_step hc_coordinator_begin(struct hc_coordinator *coordinator, struct hc_now now)
{
    HC_CHECK_MAGIC(coordinator, HC_COORDINATOR_MAGIC);
    HC_ASSERT(!coordinator->stepping && coordinator->effects.count == 0);
    coordinator->stepping = true;
    return (struct hc_step){
        .now_ns = now.mono_ns,
        .config = &coordinator->config,
        .random = &coordinator->random,
        .effects = &coordinator->effects,
    };
}

static void log_generation(const struct hc_group *group)
{
    char name[LOG_TEXT_BYTES], protocol[LOG_TEXT_BYTES];
    hc_log(HC_LOG_INFO, "group-generation", "group=%s generation=%d members=%zu protocol=%s",
           hc_log_quote(group->name, name, sizeof name), group->generation, group->member_count,
           hc_log_quote(group->protocol_name, protocol, sizeof protocol));
}

static void log_member_lost(const struct hc_group *group, const struct hc_effect *effect)
{
    char name[LOG_TEXT_BYTES], member[LOG_TEXT_BYTES], why[LOG_TEXT_BYTES];
    hc_log(HC_LOG_INFO, "group-member-lost", "group=%s member=%s why=%s",
           hc_log_quote(group->name, name, sizeof name),
           hc_log_quote(hc_slice_str(effect->member), member, sizeof member),
           hc_log_quote(hc_slice_str(effect->why), why, sizeof why));
}

static void log_rebalance(const struct hc_group *group, const struct hc_effect *effect)
{
    char name[LOG_TEXT_BYTES], why[LOG_TEXT_BYTES];
    hc_log(HC_LOG_DEBUG, "group-rebalance", "group=%s why=%s",
           hc_log_quote(group->name, name, sizeof name),
           hc_log_quote(hc_slice_str(effect->why), why, sizeof why));
}

static void perform(struct hc_coordinator *coordinator, const struct hc_group *group,
                    const struct hc_effect *effect)
{
    switch (effect->kind) {
    case HC_EFFECT_WAKE:
        coordinator->events.wake(coordinator->events.context, effect->token);
        break;
    case HC_EFFECT_GENERATION:
        log_generation(group);
        break;
    case HC_EFFECT_LOST:
        log_member_lost(group, effect);
        break;
    case HC_EFFECT_REBALANCE:
        log_rebalance(group, effect);
        break;
    }
}

void hc_coordinator_settle(struct hc_coordinator *coordinator, struct hc_group *group)
{
    for (size_t i = 0; i < coordinator->effects.count; i++) {
        perform(coordinator, group, &coordinator->effects.list[i]);
    }
    coordinator->effects.count = 0;
    coordinator->stepping = false;

    int64_t deadline = hc_group_deadline(group);
    if (deadline == HC_NEVER) {
        hc_heap_remove(&coordinator->timers, &group->wake);
    } else {
        hc_heap_move(&coordinator->timers, &group->wake, deadline);
    }
    bool is_idle = group->state == HC_GROUP_EMPTY && group->pending_count == 0;
    if (!is_idle) {
        hc_list_remove(&group->idle);
    } else if (hc_list_empty(&group->idle)) {
        hc_list_append(&coordinator->idle, &group->idle);
    }
}

struct hc_group *hc_coordinator_find(const struct hc_coordinator *coordinator, struct hc_slice name)
{
    HC_CHECK_MAGIC(coordinator, HC_COORDINATOR_MAGIC);
    return hc_map_get(&coordinator->groups, name);
}

struct hc_group *hc_coordinator_create(struct hc_coordinator *coordinator, struct hc_slice name)
{
    if (hc_map_count(&coordinator->groups) >= coordinator->config.groups_max) {
        if (hc_list_empty(&coordinator->idle)) {
            return NULL;
        }
        hc_coordinator_forget(coordinator,
                              HC_CONTAINER(coordinator->idle.next, struct hc_group, idle));
    }
    struct hc_group *group = hc_group_new(name, coordinator->map_seed);
    HC_ASSERT(hc_map_put(&coordinator->groups, name, group) == NULL);
    return group;
}

/* ---- the rest of the world ---- */

void hc_coordinator_disconnected(struct hc_coordinator *coordinator, uint64_t connection_id,
                                 struct hc_now now)
{
    if (coordinator->config.expel_after_ns == HC_NEVER) {
        return;
    }
    for (size_t i = 0; i < hc_map_count(&coordinator->groups); i++) {
        struct hc_group *group = hc_map_at(&coordinator->groups, i)->value;
        struct hc_step step = hc_coordinator_begin(coordinator, now);
        hc_group_disconnected(group, connection_id, &step);
        hc_coordinator_settle(coordinator, group);
    }
}

int16_t hc_coordinator_delete(struct hc_coordinator *coordinator, struct hc_slice name,
                              struct hc_now now)
{
    (void)now;
    struct hc_group *group = hc_coordinator_find(coordinator, name);
    if (!group) {
        return HP_ERR_GROUP_ID_NOT_FOUND;
    }
    if (group->state != HC_GROUP_EMPTY) {
        return HP_ERR_NON_EMPTY_GROUP;
    }
    hc_coordinator_forget(coordinator, group);
    return HP_ERR_NONE;
}

void hc_coordinator_rebalance_all(struct hc_coordinator *coordinator, struct hc_now now)
{
    for (size_t i = 0; i < hc_map_count(&coordinator->groups); i++) {
        struct hc_group *group = hc_map_at(&coordinator->groups, i)->value;
        struct hc_step step = hc_coordinator_begin(coordinator, now);
        group->rewound = group->generation;
        hc_group_rebalance(group, "the session went back in time", &step);
        hc_coordinator_settle(coordinator, group);
    }
}

int64_t hc_coordinator_next_wake_ns(const struct hc_coordinator *coordinator)
{
    HC_CHECK_MAGIC(coordinator, HC_COORDINATOR_MAGIC);
    const struct hc_heap_node *first = hc_heap_first(&coordinator->timers);
    return first ? first->key : HC_NEVER;
}

void hc_coordinator_advance(struct hc_coordinator *coordinator, struct hc_now now)
{
    while (hc_coordinator_next_wake_ns(coordinator) <= now.mono_ns) {
        struct hc_group *group =
            HC_CONTAINER(hc_heap_first(&coordinator->timers), struct hc_group, wake);
        struct hc_step step = hc_coordinator_begin(coordinator, now);
        hc_group_advance(group, &step);
        hc_coordinator_settle(coordinator, group);
        HC_ASSERT(hc_group_deadline(group) > now.mono_ns);
    }
}

/* ---- looking ---- */

size_t hc_coordinator_group_count(const struct hc_coordinator *coordinator)
{
    return hc_map_count(&coordinator->groups);
}

const struct hc_group *hc_coordinator_group_at(const struct hc_coordinator *coordinator,
                                               size_t index)
{
    return hc_map_at(&coordinator->groups, index)->value;
}

const struct hc_group *hc_coordinator_group_named(const struct hc_coordinator *coordinator,
                                                  struct hc_slice name)
{
    return hc_coordinator_find(coordinator, name);
}
