/* librdkafka, opened when it is first needed (docs/decisions.md: start-up is decided by linking).
 *
 * A table of its functions, with the types of its own header. Opened once for the process, by any
 * thread, never closed.
 */
#ifndef HC_MIRROR_LIBRARY_H
#define HC_MIRROR_LIBRARY_H

#include "base/status.h"

#include <librdkafka/rdkafka.h>

/* Every function of it that is used, without rd_kafka_. */
/* clang-format off */
#define HC_RDKAFKA_FUNCTIONS(X) \
    X(version) X(version_str) X(err2str) X(err2name) \
    X(conf_new) X(conf_set) X(conf_destroy) X(conf_set_opaque) X(conf_set_dr_msg_cb) \
    X(conf_set_error_cb) X(conf_set_log_cb) X(opaque) X(new) X(destroy_flags) X(poll) X(flush) \
    X(purge) X(produceva) X(error_code) X(error_string) X(error_is_retriable) X(error_is_fatal) \
    X(error_destroy) X(fatal_error) X(last_error) \
    X(init_transactions) X(begin_transaction) X(commit_transaction) \
    X(headers_new) X(header_add) X(headers_destroy) X(message_headers) X(header_get_last) \
    X(header_get_all) X(message_timestamp) X(message_destroy) \
    X(topic_conf_new) X(topic_conf_set_opaque) X(topic_new) X(topic_opaque) X(topic_destroy) \
    X(metadata) X(metadata_destroy) X(query_watermark_offsets) \
    X(queue_new) X(queue_destroy) X(queue_poll) X(consume_start_queue) X(consume_stop) \
    X(consume_queue) X(event_destroy) X(event_error) X(event_error_string) \
    X(AdminOptions_new) X(AdminOptions_destroy) X(AdminOptions_set_request_timeout) \
    X(NewTopic_new) X(NewTopic_destroy) X(NewTopic_set_config) X(CreateTopics) \
    X(event_CreateTopics_result) X(CreateTopics_result_topics) X(topic_result_error) \
    X(topic_result_error_string) \
    X(ConfigResource_new) X(ConfigResource_destroy) X(ConfigResource_configs) \
    X(ConfigResource_error) X(ConfigResource_error_string) X(ConfigResource_name) \
    X(DescribeConfigs) X(event_DescribeConfigs_result) X(DescribeConfigs_result_resources) \
    X(ConfigEntry_name) X(ConfigEntry_value)
/* clang-format on */

struct hc_rdkafka {
#define HC_RDKAFKA_MEMBER(name) __typeof__(&rd_kafka_##name) name;
    HC_RDKAFKA_FUNCTIONS(HC_RDKAFKA_MEMBER)
#undef HC_RDKAFKA_MEMBER
};

/* HC_NOT_FOUND: not installed, and the text names the package; HC_UNSUPPORTED: older than 2.0, in
 * which records could be lost. *ret has static storage. */
HC_MUST_USE enum hc_status hc_rdkafka_open(const struct hc_rdkafka **ret, struct hc_error *error);

#endif
