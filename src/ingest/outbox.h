/* From the loading worker to the loop: topics, their newest snapshots, failure, completion.
 *
 * The worker puts news in at any rate; they are joined, and one job at a time is posted to the
 * mailbox, which hands the loop the newest state. So the way back is bounded however slow the loop
 * is. Functions say whose thread they are for.
 */
#ifndef HC_INGEST_OUTBOX_H
#define HC_INGEST_OUTBOX_H

#include "ingest/ingest.h"

struct hc_outbox;

/* A topic as both threads see it. Made by the worker, belongs to the outbox. */
struct hc_outbox_topic {
    struct hc_topic_log log; /* the worker's until announced, then the loop's */
    /* Under the outbox's lock: */
    struct hc_log **news; /* references; as many as partitions, NULL where nothing is new */
    int64_t news_edge_ms, news_first_ms, news_last_ms;
    bool has_news, news_span_known;
    struct hc_buffer report;
    struct hc_buffer settings;
    struct hc_buffer name;
};

/* Any thread. `listener` is copied. */
struct hc_outbox *hc_outbox_new(struct hc_mailbox *mailbox,
                                const struct hc_ingest_listener *listener);

/* The loop, or any thread when the loop is gone: no listener is called from here on. Frees the
 * outbox and its topics; when a job is still in the mailbox, an empty shell stays behind for it. */
void hc_outbox_close(struct hc_outbox *outbox);

/* Worker: another topic, not yet announced. `spec` is borrowed for the outbox's life. */
struct hc_outbox_topic *hc_outbox_add(struct hc_outbox *outbox, const struct hc_topic_spec *spec,
                                      struct hc_slice name, enum hp_codec codec);

/* Worker, before the announcement. */
void hc_outbox_identify(struct hc_outbox *outbox, struct hc_outbox_topic *topic,
                        const uint8_t identity[32], int64_t generation, struct hc_slice settings);

/* Worker: all topics are there. Once. */
void hc_outbox_announce(struct hc_outbox *outbox);

/* Worker: new snapshots (references are taken; NULL: as before) and edge. */
struct hc_outbox_news {
    struct hc_log *const *logs;
    int64_t edge_ms, first_visible_ms, last_visible_ms;
    bool span_known;
};
void hc_outbox_put(struct hc_outbox *outbox, struct hc_outbox_topic *topic,
                   const struct hc_outbox_news *news);

/* Worker. `report` is copied. */
void hc_outbox_put_report(struct hc_outbox *outbox, struct hc_outbox_topic *topic,
                          struct hc_slice report);

/* Worker: at most one of them, once. */
void hc_outbox_fail(struct hc_outbox *outbox, const struct hc_error *error);
void hc_outbox_complete(struct hc_outbox *outbox);

/* Any thread. */
void hc_outbox_report(struct hc_outbox *outbox, const struct hc_outbox_topic *topic,
                      struct hc_buffer *out);

#endif
