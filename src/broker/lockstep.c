#include "broker/lockstep.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/memory.h"
#include "broker/internal.h"
#include "group/consumer.h"
#include "group/group.h"
#include "protocol/messages.h"
#include "session/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { WHO_BYTES = 200 };
#define UNCOMMITTED_NS (2 * HC_NS_PER_S)

struct hc_lockstep {
    struct hc_lockstep_config config;
    struct hc_arena arena; /* assignments, for one look */
    uint64_t version;      /* of the session when it was last looked at */
    int64_t gate_ms;       /* as it was found last ... */
    int64_t since_ns;      /* ... since then */
    int64_t forgiven_ms;   /* `continue`: what is up to here counts as had; HC_TIME_MIN */
    bool warned, failed;
    bool may_hint; /* what holds the clock may be a service that commits by timer */
};

/* What a look has found so far: the earliest instant that somebody is not done with. */
struct finding {
    const struct hc_cluster *cluster;
    struct hc_lockstep *lockstep;
    int64_t block_ms;
    bool fetched; /* by commit: what is missing has been fetched, and waits for a commit */
    char who[HC_GATE_WHO_BYTES];
    char why[HC_GATE_WHY_BYTES];
};

struct hc_lockstep *hc_lockstep_new(const struct hc_lockstep_config *config)
{
    HC_ASSERT(config->group_count > 0 || config->client_count > 0);
    HC_ASSERT(config->lead >= 0 && config->lead <= HC_LOCKSTEP_LEAD_MAX);
    struct hc_lockstep *lockstep = hc_alloc(sizeof *lockstep);
    lockstep->config = *config;
    lockstep->gate_ms = HC_TIME_MIN;
    lockstep->forgiven_ms = HC_TIME_MIN;
    lockstep->version = UINT64_MAX;
    hc_arena_init(&lockstep->arena, 0);
    return lockstep;
}

void hc_lockstep_free(struct hc_lockstep *lockstep)
{
    if (lockstep) {
        hc_arena_done(&lockstep->arena);
        free(lockstep);
    }
}

static void hold(struct finding *finding, struct hc_slice who, const char *why)
{
    finding->block_ms = HC_TIME_MIN;
    finding->fetched = false;
    hc_slice_to_str(who, finding->who, sizeof finding->who);
    hc_slice_to_str(hc_slice_str(why), finding->why, sizeof finding->why);
}

/* `who` has had the partition up to `offset`. */
static void note_position(struct finding *finding, struct hc_slice who,
                          const struct hc_session_topic *topic, int32_t partition, int64_t offset,
                          const char *did)
{
    const struct hc_session *session = finding->cluster->session;
    const struct hc_log *log = topic->partitions[partition].log;
    int64_t at = HC_MAX(offset, hc_session_log_start(session, topic, partition));
    int64_t past = hc_session_end_at(session, topic, partition, finding->lockstep->forgiven_ms);
    at = HC_MAX(at, past);
    if (at >= hc_log_end(log)) {
        return;
    }
    int64_t block_ms = hc_log_visible_ms(log, at);
    if (block_ms >= finding->block_ms) {
        return;
    }
    int64_t end = hc_session_high_watermark(session, topic, partition);
    finding->block_ms = block_ms;
    finding->fetched = topic->_asked_max[partition] >= end;
    (void)snprintf(finding->who, sizeof finding->who, "%.*s", (int)HC_MIN(who.size, (size_t)200),
                   who.data);
    (void)snprintf(
        finding->why, sizeof finding->why, "%.*s-%" PRId32 ": %s %" PRId64 " of %" PRId64,
        (int)HC_MIN(topic->name.size, (size_t)200), topic->name.data, partition, did, offset, end);
}

/* ---- by commit ---- */

static void look_at_partition(struct finding *finding, const struct hc_group *group,
                              const struct hc_member *member, struct hc_slice topic_name,
                              int32_t partition)
{
    const struct hc_session_topic *topic =
        hc_session_topic_named(finding->cluster->session, topic_name);
    if (!topic || partition < 0 || partition >= topic->partition_count) {
        return;
    }
    struct hc_offset_position position;
    char who[WHO_BYTES];
    bool committed =
        hc_offsets_get(finding->cluster->offsets, group->name, topic_name, partition, &position);
    (void)snprintf(who, sizeof who, "%.*s: %.*s", (int)HC_MIN(group->name.size, (size_t)90),
                   group->name.data, (int)HC_MIN(member->id.size, (size_t)100), member->id.data);
    note_position(finding, hc_slice_str(who), topic, partition, committed ? position.offset : -1,
                  "committed");
}

static void look_at_member(struct finding *finding, const struct hc_group *group,
                           const struct hc_member *member)
{
    struct hp_consumer_assignment assignment;
    struct hc_arena *arena = &finding->lockstep->arena;
    if (!hc_consumer_read_assignment(member->assignment, arena, &assignment)) {
        hold(finding, group->name, "a member's assignment cannot be read");
        return;
    }
    for (int32_t t = 0; t < assignment.assigned_partitions_count; t++) {
        for (int32_t p = 0; p < assignment.assigned_partitions[t].partitions_count; p++) {
            look_at_partition(finding, group, member, assignment.assigned_partitions[t].topic,
                              assignment.assigned_partitions[t].partitions[p]);
        }
    }
}

static void look_at_group(struct finding *finding, struct hc_slice name)
{
    const struct hc_group *group = hc_coordinator_group_named(finding->cluster->groups, name);
    if (!group || group->member_count == 0) {
        hold(finding, name, "the group has no members");
        return;
    }
    if (group->state != HC_GROUP_STABLE) {
        hold(finding, name, "the group is rebalancing");
        return;
    }
    HC_GROUP_EACH_MEMBER(group, member)
    {
        look_at_member(finding, group, member);
    }
    hc_arena_reset(&finding->lockstep->arena);
}

/* ---- by fetch ---- */

/* True when the connection fetches anything. */
static bool look_at_connection(struct finding *finding, const struct hc_connection *connection)
{
    const struct hc_session *session = finding->cluster->session;
    bool fetches = false;
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, i);
        for (int32_t p = 0; p < topic->partition_count; p++) {
            int64_t asked = hc_session_asked(session, connection->id, topic, p);
            if (asked >= 0) {
                fetches = true;
                note_position(finding, hc_slice_str(connection->client_id), topic, p, asked,
                              "fetched");
            }
        }
    }
    return fetches;
}

static void look_at_clients(struct finding *finding, const struct hc_lockstep_client *client)
{
    int32_t found = 0;
    HC_LIST_EACH(&finding->cluster->broker->connections, node)
    {
        const struct hc_connection *connection = HC_CONTAINER(node, struct hc_connection, node);
        if (connection->cluster == finding->cluster && connection->phase != HC_PHASE_CLOSED &&
            hc_slice_glob(client->glob, hc_slice_str(connection->client_id))) {
            found += look_at_connection(finding, connection);
        }
    }
    if (found < client->count) {
        char why[100];
        (void)snprintf(why, sizeof why, "%" PRId32 " of %" PRId32 " such clients fetch", found,
                       client->count);
        hold(finding, client->glob, why);
    }
    finding->fetched = false;
}

/* ---- together ---- */

/* The gate: what nobody is done with yet may be released, and `lead` instants more. */
static int64_t gate_of(const struct finding *finding)
{
    const struct hc_session *session = finding->cluster->session;
    int64_t gate = finding->block_ms;
    for (int32_t i = 0; i < finding->lockstep->config.lead && gate != HC_TIME_MIN; i++) {
        int64_t next = hc_session_next_instant(session, gate);
        if (next == HC_NEVER) {
            gate = HC_NEVER;
            break;
        }
        gate = next;
    }
    /* What is not loaded has not been looked at. */
    return HC_MIN(gate, hc_session_edge_ms(session));
}

static void tell_committed_by_timer(struct finding *finding, int64_t waited_ns)
{
    if (finding->fetched && waited_ns >= UNCOMMITTED_NS) {
        size_t used = strlen(finding->why);
        (void)snprintf(finding->why + used, sizeof finding->why - used,
                       "; all of it was fetched: a service that commits by timer "
                       "(enable.auto.commit) should commit synchronously after each poll");
    }
}

static void time_out(struct hc_cluster *cluster, struct finding *finding, struct hc_now now)
{
    struct hc_lockstep *lockstep = cluster->lockstep;
    char text[HC_GATE_WHO_BYTES + HC_GATE_WHY_BYTES + 80], quoted[sizeof text];
    (void)snprintf(text, sizeof text, "the market waits for %s: %s", finding->who, finding->why);
    if (!lockstep->warned) {
        hc_log(HC_LOG_WARN, "lockstep-timeout", "session=" HC_SLICE_FMT " why=%s",
               HC_SLICE_ARG(hc_session_config(cluster->session)->name),
               hc_log_quote(hc_slice_str(text), quoted, sizeof quoted));
        lockstep->warned = true;
    }
    if (lockstep->config.on_timeout == HC_LOCKSTEP_CONTINUE) {
        int64_t next =
            hc_session_next_instant(cluster->session, hc_session_market_ms(cluster->session));
        lockstep->forgiven_ms = hc_session_market_ms(cluster->session);
        lockstep->since_ns = now.mono_ns;
        lockstep->warned = false;
        hc_session_set_gate(cluster->session, HC_MIN(next, hc_session_edge_ms(cluster->session)),
                            hc_slice_str(finding->who), finding->why, now);
    } else if (lockstep->config.on_timeout == HC_LOCKSTEP_FAIL && !lockstep->failed) {
        lockstep->failed = true;
        lockstep->config.failed(lockstep->config.context, cluster, text);
    }
}

void hc_lockstep_look(struct hc_cluster *cluster, struct hc_now now)
{
    struct hc_lockstep *lockstep = cluster->lockstep;
    struct finding finding = {.cluster = cluster, .lockstep = lockstep, .block_ms = HC_NEVER};
    lockstep->version = hc_session_version(cluster->session);
    for (size_t i = 0; i < lockstep->config.group_count && finding.block_ms != HC_TIME_MIN; i++) {
        look_at_group(&finding, lockstep->config.groups[i]);
    }
    for (size_t i = 0; i < lockstep->config.client_count && finding.block_ms != HC_TIME_MIN; i++) {
        look_at_clients(&finding, &lockstep->config.clients[i]);
    }
    int64_t gate = gate_of(&finding);
    if (gate != lockstep->gate_ms) {
        lockstep->gate_ms = gate;
        lockstep->since_ns = now.mono_ns;
        lockstep->warned = false;
    }
    if (!hc_session_at_gate(cluster->session)) {
        lockstep->since_ns = now.mono_ns;
    }
    int64_t waited_ns = now.mono_ns - lockstep->since_ns;
    lockstep->may_hint = finding.fetched && waited_ns < UNCOMMITTED_NS;
    tell_committed_by_timer(&finding, waited_ns);
    hc_session_set_gate(cluster->session, gate, hc_slice_str(finding.who), finding.why, now);
    int64_t timeout = lockstep->config.timeout_ns;
    if (timeout > 0 && hc_session_at_gate(cluster->session) && waited_ns >= timeout) {
        time_out(cluster, &finding, now);
    }
}

int64_t hc_lockstep_wake_ns(const struct hc_cluster *cluster)
{
    const struct hc_lockstep *lockstep = cluster->lockstep;
    if (hc_session_version(cluster->session) != lockstep->version) {
        return 0;
    }
    if (!hc_session_at_gate(cluster->session)) {
        return HC_NEVER;
    }
    int64_t hint = lockstep->may_hint ? lockstep->since_ns + UNCOMMITTED_NS : HC_NEVER;
    int64_t timeout = lockstep->config.timeout_ns;
    bool times_out = timeout > 0 && !lockstep->warned;
    return HC_MIN(hint, times_out ? lockstep->since_ns + timeout : HC_NEVER);
}
