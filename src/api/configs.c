#include "api/configs.h"

#include "base/timetext.h"

struct constant {
    const char *name;
    const char *value;
    enum hc_config_type type;
    const char *documentation;
};

static const struct constant topic_constants[] = {
    {"cleanup.policy", "delete", HC_CONFIG_LIST, "Nothing is ever deleted: history is complete."},
    {"retention.ms", "-1", HC_CONFIG_LONG, "Records never expire."},
    {"retention.bytes", "-1", HC_CONFIG_LONG, "The log is not bounded by size."},
    {"message.timestamp.type", "CreateTime", HC_CONFIG_STRING,
     "Timestamps are those of history, never of delivery."},
    {"max.message.bytes", "1048588", HC_CONFIG_INT, "The largest record batch."},
    {"min.insync.replicas", "1", HC_CONFIG_INT, "There is one replica."},
    {"segment.bytes", "67108864", HC_CONFIG_INT, "The largest segment file."},
    {"unclean.leader.election.enable", "false", HC_CONFIG_BOOLEAN, "There is one replica."},
};

static const struct constant node_constants[] = {
    {"auto.create.topics.enable", "false", HC_CONFIG_BOOLEAN,
     "Topics come from the configuration."},
    {"default.replication.factor", "1", HC_CONFIG_INT, "There is one node."},
    {"log.retention.ms", "-1", HC_CONFIG_LONG, "Records never expire."},
    {"log.retention.bytes", "-1", HC_CONFIG_LONG, "The log is not bounded by size."},
    {"num.partitions", "1", HC_CONFIG_INT, "Partitions of a topic that does not say otherwise."},
    {"log.dirs", "hindcast", HC_CONFIG_STRING, "Named for tools; segments lie in the cache."},
};

static size_t append_constants(const struct constant *constants, size_t count,
                               enum hc_config_source source, struct hc_config_view *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = (struct hc_config_view){
            .name = hc_slice_str(constants[i].name),
            .value = hc_slice_str(constants[i].value),
            .source = source,
            .type = constants[i].type,
            .read_only = true,
            .documentation = hc_slice_str(constants[i].documentation),
        };
    }
    return count;
}

size_t hc_configs_of_topic(struct hc_request *request, const struct hc_session_topic *topic,
                           struct hc_config_view *out)
{
    (void)request;
    size_t count =
        append_constants(topic_constants, HC_COUNT(topic_constants), HC_CONFIG_DEFAULT, out);
    bool plain = !topic->compression.size || hc_slice_equal_str(topic->compression, "none");
    out[count++] = (struct hc_config_view){
        .name = HC_SLICE("compression.type"),
        .value = plain ? HC_SLICE("uncompressed") : topic->compression,
        .source = HC_CONFIG_TOPIC,
        .type = HC_CONFIG_STRING,
        .read_only = true,
        .documentation = HC_SLICE("How record batches are stored and sent."),
    };
    HC_ASSERT(count <= HC_CONFIGS_MAX);
    return count;
}

static struct hc_config_view replay_config(const char *name, struct hc_slice value, bool read_only,
                                           const char *documentation)
{
    return (struct hc_config_view){
        .name = hc_slice_str(name),
        .value = value,
        .source = read_only ? HC_CONFIG_STATIC_BROKER : HC_CONFIG_DYNAMIC_BROKER,
        .type = HC_CONFIG_STRING,
        .read_only = read_only,
        .documentation = hc_slice_str(documentation),
    };
}

/* Times that are not known or not to be told yet have no value. */
static struct hc_slice time_value(struct hc_request *request, int64_t ms)
{
    if (ms == HC_TIME_MIN || ms == HC_NEVER) {
        return HC_SLICE_NULL;
    }
    char text[HC_ISO_BYTES];
    return hc_arena_copy(request->arena, hc_slice_str(hc_iso_ms(ms, text)));
}

size_t hc_configs_of_node(struct hc_request *request, struct hc_config_view *out)
{
    const struct hc_session *session = request->cluster->session;
    const struct hc_session_config *config = hc_session_config(session);
    const struct hc_address *address = hc_connection_advertised(request->connection);
    size_t count =
        append_constants(node_constants, HC_COUNT(node_constants), HC_CONFIG_STATIC_BROKER, out);
    struct hc_slice listener = hc_slice_str(
        hc_arena_format(request->arena, "PLAINTEXT://%s:%u", address->host, address->port));
    out[count++] =
        replay_config("advertised.listeners", listener, true, "Where this client finds the node.");
    struct hc_speed speed = hc_session_speed(session);
    char text[HC_SPEED_BYTES];
    struct hc_slice speed_text =
        hc_arena_copy(request->arena, hc_slice_str(hc_speed_text(&speed, text)));
    out[count++] = replay_config("replay.state",
                                 hc_slice_str(hc_session_state_name(hc_session_state(session))),
                                 false, "State of the replay; set to paused or running.");
    out[count++] = replay_config("replay.time", time_value(request, hc_session_market_ms(session)),
                                 false, "Market time.");
    out[count++] = replay_config("replay.speed", speed_text, false,
                                 "Market time per wall time, a factor or max.");
    out[count++] = replay_config("replay.from", time_value(request, config->from_ms), true,
                                 "Where the replay begins.");
    out[count++] = replay_config("replay.to", time_value(request, config->to_ms), true,
                                 "Where the replay ends, as configured.");
    HC_ASSERT(count <= HC_CONFIGS_MAX);
    return count;
}

bool hc_configs_is_node(struct hc_slice resource_name)
{
    return resource_name.size == 0 || hc_slice_equal_str(resource_name, "1");
}
