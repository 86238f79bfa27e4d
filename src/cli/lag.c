/* The lag of every group, as metrics. */
#include "broker/lag.h"
#include "cli/app.h"

#include <inttypes.h>
#include <stdio.h>

struct walk {
    struct hc_app *app;
    const struct hc_app_session *session;
    struct hc_slice group;
};

static void set_lag(void *context, struct hc_slice name, int32_t partition,
                    const struct hc_offset_position *position)
{
    struct walk *walk = context;
    const struct hc_session *session = walk->session->cluster.session;
    const struct hc_session_topic *topic = hc_session_topic_named(session, name);
    if (!topic || partition >= topic->partition_count) {
        return;
    }
    char number[16];
    (void)snprintf(number, sizeof number, "%" PRId32, partition);
    const struct hc_slice labels[] = {hc_session_config(session)->name, walk->group, name,
                                      hc_slice_str(number)};
    struct hc_lag lag = hc_lag_of(session, topic, partition, position->offset);
    hc_metric_set(hc_metric_series(walk->app->group_lag, labels), (double)lag.records);
    hc_metric_set(hc_metric_series(walk->app->group_lag_seconds, labels),
                  (double)lag.market_ms / 1000);
}

static void walk_group(void *context, struct hc_slice group)
{
    struct walk *walk = context;
    walk->group = group;
    hc_offsets_each(walk->session->cluster.offsets, group, set_lag, walk);
}

/* Groups come and go: what is not there any more is not shown any more. */
void hc_app_refresh_lag(struct hc_app *app)
{
    for (size_t i = 0; i < app->session_count; i++) {
        struct walk walk = {.app = app, .session = app->sessions[i]};
        struct hc_slice name = app->sessions[i]->plan->config.name;
        hc_metric_drop(app->group_lag, name);
        hc_metric_drop(app->group_lag_seconds, name);
        hc_offsets_each_group(walk.session->cluster.offsets, walk_group, &walk);
    }
}

void hc_app_lag_init(struct hc_app *app)
{
    static const char *const labels[] = {"session", "group", "topic", "partition", NULL};
    app->group_lag = hc_metric_family(app->metrics, HC_GAUGE, "hindcast_group_lag_records",
                                      "Visible records that the group has not committed.", labels);
    app->group_lag_seconds =
        hc_metric_family(app->metrics, HC_GAUGE, "hindcast_group_lag_market_seconds",
                         "Market time since the first of them became visible.", labels);
}
