/* What is asked of the cluster before the first record. Every finding is a sentence with its
 * remedy. */
#include "mirror/internal.h"

#include "base/log.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void hc_mirror_find(struct hc_findings *findings, bool is_error, const char *code,
                    const char *format, ...)
{
    char text[HC_ERROR_TEXT_BYTES - 64], quoted[2 * sizeof text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    hc_log(is_error ? HC_LOG_ERROR : HC_LOG_WARN, "preflight", "finding=%s what=%s", code,
           hc_log_quote(hc_slice_str(text), quoted, sizeof quoted));
    if (is_error && findings->errors++ == 0) {
        hc_error_set(&findings->first, HC_UNSUPPORTED, "%s: %s", code, text);
    }
    findings->warnings += !is_error;
}

/* The first answer of the cluster, about one topic; NULL with an error when none comes. */
static const rd_kafka_metadata_t *ask(struct hc_mirror *mirror, const char *name,
                                      int64_t patience_ns, struct hc_error *error)
{
    const struct rd_kafka_metadata *metadata = NULL;
    int64_t deadline = hc_mirror_now(mirror) + patience_ns;
    rd_kafka_topic_t *topic = mirror->kafka->topic_new(mirror->admin, name, NULL);
    rd_kafka_resp_err_t code;
    do {
        code = mirror->kafka->metadata(mirror->admin, 0, topic, &metadata, 2000);
        mirror->kafka->poll(mirror->admin, 0);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            hc_mirror_sleep(mirror, 100 * HC_NS_PER_MS, false);
        }
    } while (code != RD_KAFKA_RESP_ERR_NO_ERROR && hc_mirror_now(mirror) < deadline &&
             hc_mirror_judge_code(mirror->failure_code) != HC_STEP_REFUSED &&
             !atomic_load(&mirror->stopping));
    mirror->kafka->topic_destroy(topic);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return metadata;
    }
    const char *why = mirror->failure[0] ? mirror->failure : mirror->kafka->err2str(code);
    if (hc_mirror_judge_code(mirror->failure_code) == HC_STEP_REFUSED) {
        hc_error_set(error, HC_DENIED,
                     "not-authenticated: the cluster does not accept who we are (%s): see the -X "
                     "security.protocol, sasl.* and ssl.* that were given",
                     why);
    } else {
        hc_error_set(error, HC_NOT_FOUND,
                     "unreachable: no broker at " HC_SLICE_FMT " answers (%s): start the cluster, "
                     "or correct --target, or give -X security.protocol",
                     HC_SLICE_ARG(mirror->config->servers), why);
    }
    return NULL;
}

static void missing(struct hc_mirror *mirror, const struct hc_mirror_topic *topic,
                    struct hc_findings *findings)
{
    hc_mirror_find(findings, true, "topic-missing",
                   "topic " HC_SLICE_FMT " does not exist: give --create, or run kafka-topics.sh "
                   "--bootstrap-server " HC_SLICE_FMT " --create --topic " HC_SLICE_FMT
                   " --partitions %d --config retention.ms=-1 --config cleanup.policy=delete "
                   "--config message.timestamp.type=CreateTime",
                   HC_SLICE_ARG(topic->target), HC_SLICE_ARG(mirror->config->servers),
                   HC_SLICE_ARG(topic->target), (int)topic->partitions);
}

static enum hc_mirror_step create(struct hc_mirror *mirror, const struct hc_mirror_topic *topic,
                                  struct hc_error *error)
{
    static const char *const kept[] = {
        "retention.ms", "-1", "cleanup.policy", "delete", "message.timestamp.type",
        "CreateTime",   NULL};
    static const char *const defaults[] = {"cleanup.policy", "delete", NULL};
    char *name = hc_slice_dup(topic->target);
    struct hc_mirror_new_topic new_topic = {name, topic->partitions,
                                            mirror->config->timestamps_now ? defaults : kept};
    enum hc_mirror_step step = hc_mirror_create_topic(mirror, &new_topic, error);
    free(name);
    return step;
}

/* What one target topic is; creates it where that was asked for. */
static enum hc_mirror_step check_topic(struct hc_mirror *mirror,
                                       const struct hc_mirror_topic *topic,
                                       const rd_kafka_metadata_topic_t *there,
                                       struct hc_findings *findings, struct hc_error *error)
{
    if (there->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        if (!mirror->config->create || mirror->config->verify) {
            missing(mirror, topic, findings);
            return HC_STEP_OK;
        }
        return mirror->config->dry_run ? HC_STEP_OK : create(mirror, topic, error);
    }
    if (there->err == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        hc_mirror_find(findings, true, "denied-topic",
                       "the cluster does not show us topic " HC_SLICE_FMT
                       ": allow DESCRIBE, WRITE and READ on it",
                       HC_SLICE_ARG(topic->target));
    } else if (there->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        hc_error_set(error, HC_IO, "topic " HC_SLICE_FMT ": %s", HC_SLICE_ARG(topic->target),
                     mirror->kafka->err2str(there->err));
        return HC_STEP_AGAIN;
    } else if (there->partition_cnt != topic->partitions) {
        hc_mirror_find(findings, true, "partition-count",
                       "topic " HC_SLICE_FMT " has %d partitions in the cluster and %d here: give "
                       "--partitions %d, or mirror into another topic (--map, --prefix)",
                       HC_SLICE_ARG(topic->target), there->partition_cnt, (int)topic->partitions,
                       there->partition_cnt);
    }
    return HC_STEP_OK;
}

static enum hc_mirror_step check_topics(struct hc_mirror *mirror, struct hc_findings *findings,
                                        struct hc_error *error)
{
    int64_t patience = mirror->contact_ns ? HC_MIRROR_ANSWER_NS : HC_MIRROR_CONTACT_NS;
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t t = 0; t < mirror->config->topic_count && step == HC_STEP_OK; t++) {
        char *name = hc_slice_dup(mirror->config->topics[t].target);
        const rd_kafka_metadata_t *metadata = ask(mirror, name, patience, error);
        free(name);
        if (!metadata) {
            return atomic_load(&mirror->stopping) ? HC_STEP_STOPPED : HC_STEP_REFUSED;
        }
        mirror->contact_ns = hc_mirror_now(mirror);
        patience = HC_MIRROR_ANSWER_NS;
        HC_ASSERT(metadata->topic_cnt == 1);
        step =
            check_topic(mirror, &mirror->config->topics[t], &metadata->topics[0], findings, error);
        mirror->kafka->metadata_destroy(metadata);
    }
    return step;
}

/* Small segments, so that compaction comes to them and a start reads little. */
static enum hc_mirror_step create_progress(struct hc_mirror *mirror, struct hc_error *error)
{
    static const char *const configs[] = {"cleanup.policy",
                                          "compact",
                                          "segment.bytes",
                                          "1048576",
                                          "min.cleanable.dirty.ratio",
                                          "0.1",
                                          NULL};
    struct hc_mirror_new_topic topic = {mirror->progress_topic, 1, configs};
    return hc_mirror_create_topic(mirror, &topic, error);
}

static enum hc_mirror_step
check_progress_topic(struct hc_mirror *mirror, struct hc_findings *findings, struct hc_error *error)
{
    const rd_kafka_metadata_t *metadata =
        ask(mirror, mirror->progress_topic, HC_MIRROR_ANSWER_NS, error);
    if (!metadata) {
        return HC_STEP_REFUSED;
    }
    rd_kafka_resp_err_t code = metadata->topics[0].err;
    int partitions = metadata->topics[0].partition_cnt;
    mirror->kafka->metadata_destroy(metadata);
    if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && mirror->config->verify) {
        hc_mirror_find(findings, true, "progress-missing",
                       "topic %s does not exist, so no mirror of this --name ever wrote here: name "
                       "the one that did",
                       mirror->progress_topic);
    } else if (code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
        bool create = !mirror->config->dry_run && findings->errors == 0;
        return create ? create_progress(mirror, error) : HC_STEP_OK;
    } else if (code == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
        hc_mirror_find(findings, true, "denied-progress",
                       "the cluster does not show us topic %s, where the mirror keeps its "
                       "position: allow DESCRIBE, READ, WRITE and CREATE on it",
                       mirror->progress_topic);
    } else if (code == RD_KAFKA_RESP_ERR_NO_ERROR && partitions != 1) {
        hc_mirror_find(findings, true, "progress-partitions",
                       "topic %s, where the mirror keeps its position, has %d partitions and must "
                       "have 1: delete it if it is not a mirror's, or use another --name",
                       mirror->progress_topic, partitions);
    }
    return HC_STEP_OK;
}

enum hc_mirror_step hc_mirror_preflight(struct hc_mirror *mirror, struct hc_error *error)
{
    struct hc_findings findings = {0};
    enum hc_mirror_step step = hc_mirror_open_admin(mirror, error);
    if (step == HC_STEP_OK) {
        step = check_topics(mirror, &findings, error);
    }
    if (step == HC_STEP_OK) {
        step = check_progress_topic(mirror, &findings, error);
    }
    if (step == HC_STEP_OK && !mirror->config->verify) {
        step = hc_mirror_check_configs(mirror, &findings, error);
    }
    if (step == HC_STEP_OK && findings.errors > 0) {
        *error = findings.first;
        step = HC_STEP_REFUSED;
    }
    if (step == HC_STEP_OK) {
        hc_log(HC_LOG_INFO, "preflight-passed", "topics=%zu warnings=%d",
               mirror->config->topic_count, findings.warnings);
    }
    return step;
}
