/* The metrics that the broker room keeps; docs/operations.md lists them all. */
#ifndef HC_BROKER_METRICS_H
#define HC_BROKER_METRICS_H

#include "base/metric.h"
#include "protocol/api.h"

struct hc_request;

struct hc_broker_metrics {
    struct hc_metric_family
        *records_sent;                 /* session, topic: counted by the Fetch handler's totals */
    struct hc_metric_family *requests; /* api, error */
    struct hc_metric_family *request_duration; /* api */
    struct hc_metric_family *lateness;         /* session */
    struct hc_metric_family *closed;           /* reason */
    /* Series looked up once, since every request needs them; NULL: not yet. */
    struct hc_metric *answered[HP_API_KEY_MAX + 1]; /* of `requests`, without an error */
    struct hc_metric *duration[HP_API_KEY_MAX + 1];
    struct hc_metric *bytes_sent;
    struct hc_metric *connections;
    struct hc_metric *connections_total;
};

void hc_broker_metrics_init(struct hc_broker_metrics *metrics, struct hc_metric_registry *registry);

/* One answered request. */
void hc_broker_count_request(struct hc_broker_metrics *metrics, const struct hc_request *request,
                             int64_t now_ns);

#endif
