/* Inside the mirror of the running process. */
#ifndef HC_CLI_MIRROR_INTERNAL_H
#define HC_CLI_MIRROR_INTERNAL_H

#include "cli/app.h"
#include "cli/mirror.h"

struct hc_app_mirror {
    struct hc_app *app;
    const struct hc_plan_mirror *plan;
    struct hc_session *session;
    struct hc_arena arena;
    struct hc_mirror_config config;
    struct hc_mirror *mirror; /* NULL until the topics and their spans are known */
    struct hc_session_topic **topics;
    size_t topic_count;
    struct hc_mirror_visible *visible;
    size_t partition_count;
    int64_t published_ns, told_ns;
    int64_t told_records;
    int64_t seek_ms; /* where the clock is to go, HC_TIME_MIN: nowhere */
    bool positioned; /* the cluster has said where we are */
    bool placed;     /* and the clock is there */
    bool ended;
    bool dirty; /* something has changed since the last publish */
    struct hc_metric *records, *bytes, *starts, *committed, *abandoned, *lag, *market, *connected;
    struct hc_mirror_status counted; /* what the counters already hold */
};

/* Where the partition ends for the mirror: everything loaded where the source is only compared,
 * what is visible otherwise. */
int64_t hc_app_mirror_end_of(const struct hc_app_mirror *mirror,
                             const struct hc_session_topic *topic, int32_t partition);

/* The topics are known and so are their first and last instants; `whole`: everything is loaded. */
bool hc_app_mirror_spans_known(const struct hc_app *app, bool whole);

/* mirror_report.c: metrics, and a line of the log now and then. */
void hc_app_mirror_make_metrics(struct hc_app_mirror *mirror);
void hc_app_mirror_count(struct hc_app_mirror *mirror);
void hc_app_mirror_tell(struct hc_app_mirror *mirror, struct hc_now now);

#endif
