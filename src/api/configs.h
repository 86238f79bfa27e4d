/* The configs that the broker shows through DescribeConfigs: of topics, and of the node with the
 * keys of the replay. */
#ifndef HC_API_CONFIGS_H
#define HC_API_CONFIGS_H

#include "api/common.h"

/* Kafka's numbers (DescribeConfigs, ConfigResource). */
enum hc_resource { HC_RESOURCE_TOPIC = 2, HC_RESOURCE_BROKER = 4 };
enum hc_config_source {
    HC_CONFIG_TOPIC = 1,
    HC_CONFIG_DYNAMIC_BROKER = 2,
    HC_CONFIG_STATIC_BROKER = 4,
    HC_CONFIG_DEFAULT = 5
};
enum hc_config_type {
    HC_CONFIG_BOOLEAN = 1,
    HC_CONFIG_STRING = 2,
    HC_CONFIG_INT = 3,
    HC_CONFIG_LONG = 5,
    HC_CONFIG_LIST = 7
};

struct hc_config_view {
    struct hc_slice name;
    struct hc_slice value; /* null: no value now */
    enum hc_config_source source;
    enum hc_config_type type;
    bool read_only;
    struct hc_slice documentation;
};

/* Each appends its configs to `out` (room for HC_CONFIGS_MAX), values in the request's arena;
 * returns how many. */
enum { HC_CONFIGS_MAX = 32 };
size_t hc_configs_of_topic(struct hc_request *request, const struct hc_session_topic *topic,
                           struct hc_config_view *out);
size_t hc_configs_of_node(struct hc_request *request, struct hc_config_view *out);

/* The node's resource name is its id; the empty name means the cluster-wide default. */
bool hc_configs_is_node(struct hc_slice resource_name);

#endif
