/* Clients of the cluster: their settings, and what their failures mean. */
#include "mirror/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>

static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    (void)client;
    char quoted[1024];
    enum hc_log_level as = level <= LOG_ERR ? HC_LOG_WARN : HC_LOG_DEBUG;
    if (hc_log_enabled(as)) {
        hc_log(as, "librdkafka", "facility=%s what=%s", facility,
               hc_log_quote(hc_slice_str(text), quoted, sizeof quoted));
    }
}

/* The newest complaint is what a sentence about an unreachable cluster will name. Called in
 * rd_kafka_poll, on the mirror's thread. */
static void on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    struct hc_mirror *mirror = opaque;
    (void)client;
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || !mirror->failure[0]) {
        snprintf(mirror->failure, sizeof mirror->failure, "%s", reason);
        mirror->failure_code = (rd_kafka_resp_err_t)code;
    }
}

static struct hc_mirror_lane *lane_of(struct hc_mirror *mirror, const rd_kafka_message_t *message)
{
    size_t index = (size_t)(uintptr_t)message->_private;
    HC_ASSERT(index >= 1 && index <= mirror->lane_count);
    return &mirror->lanes[index - 1];
}

/* A delivery report; those of the progress record carry no lane. Within a partition they come in
 * the order of sending. */
static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    struct hc_mirror *mirror = opaque;
    (void)client;
    HC_CHECK_MAGIC(mirror, HC_MIRROR_MAGIC);
    HC_ASSERT(mirror->undelivered > 0);
    mirror->undelivered--;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (mirror->failed++ == 0) {
            snprintf(mirror->failure, sizeof mirror->failure, "%s",
                     mirror->kafka->err2str(message->err));
            mirror->refused_for_good = hc_mirror_judge_code(message->err) == HC_STEP_REFUSED;
        }
        return;
    }
    if (!message->_private) {
        return;
    }
    struct hc_mirror_lane *lane = lane_of(mirror, message);
    int64_t sequence = lane->acked++;
    lane->acked_offset = message->offset;
    if (mirror->config->exact_offsets && message->offset != sequence && !mirror->offset_differs) {
        mirror->offset_differs = true;
        snprintf(mirror->failure, sizeof mirror->failure,
                 "record %lld of partition %d has offset %lld in the target: somebody else writes "
                 "there",
                 (long long)sequence, (int)lane->partition, (long long)message->offset);
    }
}

static bool set(struct hc_mirror *mirror, rd_kafka_conf_t *conf, const char *name,
                const char *value, struct hc_error *error)
{
    char text[512];
    if (mirror->kafka->conf_set(conf, name, value, text, sizeof text) == RD_KAFKA_CONF_OK) {
        return true;
    }
    /* The library's text may quote the value, which may be a secret: only the name is told. */
    hc_error_set(error, HC_USAGE,
                 "-X %s: librdkafka %s does not take this property, or this value of it", name,
                 mirror->kafka->version_str());
    return false;
}

struct pair {
    const char *name, *value;
};

static const struct pair common[] = {
    {"client.id", "hindcast-mirror"},
    {"log.connection.close", "false"},
    {"allow.auto.create.topics", "false"},
    {"ssl.endpoint.identification.algorithm", "https"},
    {"reconnect.backoff.ms", "100"},
    {"reconnect.backoff.max.ms", "1000"},
    {"topic.metadata.refresh.interval.ms", "60000"},
    {NULL, NULL},
};
static const struct pair reading[] = {
    {"check.crcs", "true"},           {"enable.partition.eof", "true"},
    {"fetch.wait.max.ms", "10"},      {"fetch.error.backoff.ms", "100"},
    {"queued.min.messages", "10000"}, {"queued.max.messages.kbytes", "16384"},
    {"auto.offset.reset", "error"},   {NULL, NULL},
};
static const struct pair producing[] = {
    {"acks", "all"},
    {"enable.idempotence", "true"},
    {"max.in.flight.requests.per.connection", "5"},
    {"linger.ms", "5"},
    {"compression.codec", "zstd"},
    {"queue.buffering.max.kbytes", "16384"},
    {NULL, NULL},
};

static bool set_all(struct hc_mirror *mirror, rd_kafka_conf_t *conf, const struct pair *pairs,
                    struct hc_error *error)
{
    for (; pairs->name; pairs++) {
        if (!set(mirror, conf, pairs->name, pairs->value, error)) {
            return false;
        }
    }
    return true;
}

/* Properties that would break the promise are ours alone. */
static bool is_ours(struct hc_slice name)
{
    static const char *const ours[] = {
        "transactional.id",      "enable.idempotence",   "acks",
        "request.required.acks", "isolation.level",      "enable.partition.eof",
        "bootstrap.servers",     "metadata.broker.list", "enable.gapless.guarantee"};
    for (size_t i = 0; i < HC_COUNT(ours); i++) {
        if (hc_slice_equal_str(name, ours[i])) {
            return true;
        }
    }
    return false;
}

static bool set_properties(struct hc_mirror *mirror, rd_kafka_conf_t *conf, struct hc_error *error)
{
    for (size_t i = 0; i < mirror->config->property_count; i++) {
        const struct hc_mirror_property *property = &mirror->config->properties[i];
        if (is_ours(property->name)) {
            hc_error_set(error, HC_USAGE,
                         "-X " HC_SLICE_FMT ": the mirror sets this itself, since its guarantees "
                         "depend on it",
                         HC_SLICE_ARG(property->name));
            return false;
        }
        char *name = hc_slice_dup(property->name), *value = hc_slice_dup(property->value);
        bool done = set(mirror, conf, name, value, error);
        explicit_bzero(value, property->value.size);
        free(name);
        free(value);
        if (!done) {
            return false;
        }
    }
    return true;
}

static rd_kafka_t *open_client(struct hc_mirror *mirror, rd_kafka_type_t type,
                               rd_kafka_conf_t *conf, struct hc_error *error)
{
    char text[512];
    mirror->kafka->conf_set_opaque(conf, mirror);
    mirror->kafka->conf_set_error_cb(conf, on_error);
    mirror->kafka->conf_set_log_cb(conf, on_log);
    rd_kafka_t *client = mirror->kafka->new (type, conf, text, sizeof text);
    if (!client) {
        mirror->kafka->conf_destroy(conf);
        hc_error_set(error, HC_USAGE, "librdkafka cannot be set up: %s", text);
    }
    return client;
}

static rd_kafka_conf_t *make_conf(struct hc_mirror *mirror, const struct pair *own,
                                  struct hc_error *error)
{
    rd_kafka_conf_t *conf = mirror->kafka->conf_new();
    char *servers = hc_slice_dup(mirror->config->servers);
    bool done = set(mirror, conf, "bootstrap.servers", servers, error) &&
                set_all(mirror, conf, common, error) && set_all(mirror, conf, own, error) &&
                set_properties(mirror, conf, error);
    free(servers);
    if (!done) {
        mirror->kafka->conf_destroy(conf);
        return NULL;
    }
    return conf;
}

static enum hc_mirror_step open_consumer(struct hc_mirror *mirror, const char *isolation,
                                         rd_kafka_t **ret, struct hc_error *error)
{
    HC_ASSERT(!*ret);
    rd_kafka_conf_t *conf = make_conf(mirror, reading, error);
    if (!conf) {
        return HC_STEP_REFUSED;
    }
    if (!set(mirror, conf, "isolation.level", isolation, error)) {
        mirror->kafka->conf_destroy(conf);
        return HC_STEP_REFUSED;
    }
    *ret = open_client(mirror, RD_KAFKA_CONSUMER, conf, error);
    return *ret ? HC_STEP_OK : HC_STEP_REFUSED;
}

enum hc_mirror_step hc_mirror_open_admin(struct hc_mirror *mirror, struct hc_error *error)
{
    return open_consumer(mirror, "read_uncommitted", &mirror->admin, error);
}

enum hc_mirror_step hc_mirror_open_reader(struct hc_mirror *mirror, struct hc_error *error)
{
    mirror->progress_was_read = false;
    return open_consumer(mirror, "read_committed", &mirror->reader, error);
}

static bool set_transactions(struct hc_mirror *mirror, rd_kafka_conf_t *conf,
                             struct hc_error *error)
{
    bool given = false;
    for (size_t i = 0; i < mirror->config->property_count; i++) {
        given |= hc_slice_equal_str(mirror->config->properties[i].name, "transaction.timeout.ms");
    }
    return set(mirror, conf, "transactional.id", mirror->transactional_id, error) &&
           (given || set(mirror, conf, "transaction.timeout.ms", "30000", error));
}

static bool set_sizes(struct hc_mirror *mirror, rd_kafka_conf_t *conf, struct hc_error *error)
{
    char text[32];
    if (mirror->message_bytes_max == 0) {
        return true;
    }
    snprintf(text, sizeof text, "%lld",
             (long long)HC_MIN(HC_MAX(mirror->message_bytes_max, 1000), 1000000000));
    return set(mirror, conf, "message.max.bytes", text, error);
}

enum hc_mirror_step hc_mirror_open_producer(struct hc_mirror *mirror, struct hc_error *error)
{
    HC_ASSERT(!mirror->producer && mirror->undelivered == 0);
    rd_kafka_conf_t *conf = make_conf(mirror, producing, error);
    if (!conf) {
        return HC_STEP_REFUSED;
    }
    if ((hc_mirror_transacts(mirror) && !set_transactions(mirror, conf, error)) ||
        !set_sizes(mirror, conf, error)) {
        mirror->kafka->conf_destroy(conf);
        return HC_STEP_REFUSED;
    }
    mirror->kafka->conf_set_dr_msg_cb(conf, on_delivery);
    mirror->producer = open_client(mirror, RD_KAFKA_PRODUCER, conf, error);
    if (!mirror->producer) {
        return HC_STEP_REFUSED;
    }
    mirror->failed = 0;
    mirror->refused_for_good = false;
    mirror->offset_differs = false;
    for (size_t i = 0; i < mirror->config->topic_count; i++) {
        char *name = hc_slice_dup(mirror->config->topics[i].target);
        mirror->producer_topics[i] = mirror->kafka->topic_new(mirror->producer, name, NULL);
        free(name);
        HC_ASSERT(mirror->producer_topics[i]);
    }
    mirror->progress_topic_handle =
        mirror->kafka->topic_new(mirror->producer, mirror->progress_topic, NULL);
    HC_ASSERT(mirror->progress_topic_handle);
    return HC_STEP_OK;
}

void hc_mirror_close_producer(struct hc_mirror *mirror)
{
    if (!mirror->producer) {
        return;
    }
    mirror->kafka->purge(mirror->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    while (mirror->kafka->poll(mirror->producer, 0) > 0) {
    }
    for (size_t i = 0; i < mirror->config->topic_count; i++) {
        mirror->kafka->topic_destroy(mirror->producer_topics[i]);
        mirror->producer_topics[i] = NULL;
    }
    mirror->kafka->topic_destroy(mirror->progress_topic_handle);
    mirror->progress_topic_handle = NULL;
    mirror->kafka->destroy_flags(mirror->producer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    mirror->producer = NULL;
    mirror->undelivered = 0;
}

static void close_client(struct hc_mirror *mirror, rd_kafka_t **client)
{
    if (*client) {
        mirror->kafka->destroy_flags(*client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
        *client = NULL;
    }
}

void hc_mirror_close_reader(struct hc_mirror *mirror)
{
    close_client(mirror, &mirror->reader);
}

void hc_mirror_close_admin(struct hc_mirror *mirror)
{
    close_client(mirror, &mirror->admin);
}
