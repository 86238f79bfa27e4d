/* What the mirror tells: metrics, and a line of the log now and then. */
#include "cli/mirror_internal.h"

#include "base/timetext.h"

bool hc_app_mirror_spans_known(const struct hc_app *app, bool whole)
{
    for (size_t i = 0; i < app->topic_count; i++) {
        const struct hc_topic_log *topic = app->topics[i];
        if (whole ? topic->edge_ms != HC_NEVER : !topic->span_known && topic->edge_ms != HC_NEVER) {
            return false;
        }
    }
    return app->topics_known && app->topic_count > 0;
}

int64_t hc_app_mirror_end_of(const struct hc_app_mirror *mirror,
                             const struct hc_session_topic *topic, int32_t partition)
{
    int64_t start = hc_session_log_start(mirror->session, topic, partition);
    int64_t end = mirror->config.verify
                      ? hc_log_end(topic->partitions[partition].log)
                      : hc_session_high_watermark(mirror->session, topic, partition);
    return HC_MAX(start, end);
}

static int64_t records_owed(const struct hc_app_mirror *mirror)
{
    int64_t owed = 0;
    size_t at = 0;
    for (size_t i = 0; i < mirror->topic_count; i++) {
        for (int32_t p = 0; p < mirror->topics[i]->partition_count; p++, at++) {
            owed += hc_app_mirror_end_of(mirror, mirror->topics[i], p) -
                    hc_mirror_committed(mirror->mirror, at);
        }
    }
    return owed;
}

void hc_app_mirror_count(struct hc_app_mirror *mirror)
{
    struct hc_mirror_status now;
    const struct hc_mirror_status *before = &mirror->counted;
    hc_mirror_status(mirror->mirror, &now);
    hc_metric_add(mirror->records, (uint64_t)(now.records - before->records));
    hc_metric_add(mirror->bytes, (uint64_t)(now.bytes - before->bytes));
    hc_metric_add(mirror->committed, (uint64_t)(now.transactions - before->transactions));
    hc_metric_add(mirror->abandoned, (uint64_t)(now.abandoned - before->abandoned));
    hc_metric_add(mirror->starts, (uint64_t)(now.starts - before->starts));
    hc_metric_set(mirror->connected, now.connected);
    hc_metric_set(mirror->lag, (double)records_owed(mirror));
    if (now.market_ms != HC_TIME_MIN) {
        hc_metric_set(mirror->market, (double)now.market_ms / 1000);
    }
    mirror->counted = now;
}

/* A line now and then: how far, how fast, how long still. */
void hc_app_mirror_tell(struct hc_app_mirror *mirror, struct hc_now now)
{
    char market[HC_ISO_BYTES], left[HC_DURATION_BYTES] = "unknown";
    const struct hc_mirror_status *status = &mirror->counted;
    int64_t elapsed = now.mono_ns - mirror->told_ns;
    double rate = (double)(status->records - mirror->told_records) * 1e9 / (double)elapsed;
    int64_t to_come = 0;
    size_t at = 0;
    for (size_t i = 0; i < mirror->topic_count; i++) {
        for (int32_t p = 0; p < mirror->topics[i]->partition_count; p++, at++) {
            to_come += hc_log_end(mirror->topics[i]->partitions[p].log) -
                       hc_mirror_committed(mirror->mirror, at);
        }
    }
    bool loaded = hc_app_mirror_spans_known(mirror->app, true);
    if (loaded && rate > 0) {
        int64_t seconds = (int64_t)((double)to_come / rate);
        hc_duration_text(seconds * HC_NS_PER_S, left);
    }
    hc_log(HC_LOG_INFO, "mirror-progress",
           "records=%lld market=%s rate=%.0f owed=%lld transactions=%lld left=%s",
           (long long)status->records,
           status->market_ms == HC_TIME_MIN ? "-" : hc_iso_ms(status->market_ms, market), rate,
           (long long)records_owed(mirror), (long long)status->transactions, left);
    mirror->told_ns = now.mono_ns;
    mirror->told_records = status->records;
}

static struct hc_metric *plain(struct hc_app *app, enum hc_metric_kind kind, const char *name,
                               const char *help)
{
    static const char *const none[] = {NULL};
    return hc_metric_series(hc_metric_family(app->metrics, kind, name, help, none), NULL);
}

void hc_app_mirror_make_metrics(struct hc_app_mirror *mirror)
{
    static const char *const result[] = {"result", NULL};
    struct hc_app *app = mirror->app;
    mirror->records = plain(app, HC_COUNTER, "hindcast_mirror_records_total",
                            "Records that the target has committed.");
    mirror->bytes = plain(app, HC_COUNTER, "hindcast_mirror_bytes_total",
                          "Bytes of the keys and values of those records.");
    mirror->starts = plain(app, HC_COUNTER, "hindcast_mirror_starts_total",
                           "How often a producer was made; each finds its place anew.");
    mirror->lag = plain(app, HC_GAUGE, "hindcast_mirror_lag_records",
                        "Visible records that the target has not committed yet.");
    mirror->market = plain(app, HC_GAUGE, "hindcast_mirror_market_time_seconds",
                           "Market time up to which the target has every record.");
    mirror->connected = plain(app, HC_GAUGE, "hindcast_mirror_connected",
                              "1 while a producer writes to the target.");
    struct hc_metric_family *family = hc_metric_family(
        app->metrics, HC_COUNTER, "hindcast_mirror_transactions_total",
        "Transactions by their end; abandoned: found out at the next start.", result);
    mirror->committed = hc_metric_series(family, &HC_SLICE("committed"));
    mirror->abandoned = hc_metric_series(family, &HC_SLICE("abandoned"));
}
