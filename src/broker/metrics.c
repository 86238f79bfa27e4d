#include "broker/metrics.h"

#include "broker/cluster.h"
#include "broker/handler.h"
#include "protocol/error.h"

static const char *const session_topic[] = {"session", "topic", NULL};
static const char *const api_error[] = {"api", "error", NULL};
static const char *const api_only[] = {"api", NULL};
static const char *const session_only[] = {"session", NULL};
static const char *const reason_only[] = {"reason", NULL};

void hc_broker_metrics_init(struct hc_broker_metrics *metrics, struct hc_metric_registry *registry)
{
    metrics->records_sent = hc_metric_family(registry, HC_COUNTER, "hindcast_records_sent_total",
                                             "Records in Fetch answers.", session_topic);
    metrics->requests = hc_metric_family(registry, HC_COUNTER, "hindcast_requests_total",
                                         "Kafka requests answered.", api_error);
    metrics->request_duration = hc_metric_family(
        registry, HC_HISTOGRAM, "hindcast_request_duration_seconds",
        "From the last byte of a request to its answer, long polls included.", api_only);
    metrics->lateness = hc_metric_family(
        registry, HC_HISTOGRAM, "hindcast_release_lateness_seconds",
        "From the instant a record became visible to the answer that a waiting Fetch got.",
        session_only);
    metrics->closed = hc_metric_family(registry, HC_COUNTER, "hindcast_connections_closed_total",
                                       "Connections closed by the broker.", reason_only);
    struct hc_metric_family *bytes = hc_metric_family(
        registry, HC_COUNTER, "hindcast_bytes_sent_total", "Bytes sent to Kafka clients.", NULL);
    metrics->bytes_sent = hc_metric_series(bytes, NULL);
    struct hc_metric_family *open = hc_metric_family(registry, HC_GAUGE, "hindcast_connections",
                                                     "Open Kafka connections.", NULL);
    metrics->connections = hc_metric_series(open, NULL);
    struct hc_metric_family *total =
        hc_metric_family(registry, HC_COUNTER, "hindcast_connections_total",
                         "Kafka connections accepted since the start.", NULL);
    metrics->connections_total = hc_metric_series(total, NULL);
}

static struct hc_metric *answered(struct hc_broker_metrics *metrics,
                                  const struct hc_request *request)
{
    struct hc_metric **known = &metrics->answered[request->api->key];
    if (request->error != HP_ERR_NONE || !*known) {
        const struct hc_slice labels[] = {hc_slice_str(request->api->name),
                                          hc_slice_str(hp_error_name(request->error))};
        struct hc_metric *series = hc_metric_series(metrics->requests, labels);
        if (request->error != HP_ERR_NONE) {
            return series;
        }
        *known = series;
    }
    return *known;
}

static struct hc_metric *duration(struct hc_broker_metrics *metrics,
                                  const struct hc_request *request)
{
    struct hc_metric **known = &metrics->duration[request->api->key];
    if (!*known) {
        const struct hc_slice api = hc_slice_str(request->api->name);
        *known = hc_metric_series(metrics->request_duration, &api);
    }
    return *known;
}

void hc_broker_count_request(struct hc_broker_metrics *metrics, const struct hc_request *request,
                             int64_t now_ns)
{
    HC_ASSERT(request->api->key >= 0 && request->api->key <= HP_API_KEY_MAX);
    hc_metric_add(answered(metrics, request), 1);
    hc_metric_observe_ns(duration(metrics, request), now_ns - request->received_ns);
    if (request->released_ns) {
        struct hc_slice session = hc_session_config(request->cluster->session)->name;
        hc_metric_observe_ns(hc_metric_series(metrics->lateness, &session),
                             now_ns - request->released_ns);
    }
}
