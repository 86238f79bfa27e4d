/* The inside of a feed, shared by feed.c (steps), feed_stored.c (warm start) and feed_publish.c. */
#ifndef HC_INGEST_FEED_INTERNAL_H
#define HC_INGEST_FEED_INTERNAL_H

#include "base/map.h"
#include "ingest/feed.h"
#include "ingest/load.h"

enum hc_feed_state {
    HC_FEED_OPEN,
    HC_FEED_LOCK,
    HC_FEED_SURVEY,
    HC_FEED_PREPARE,
    HC_FEED_LOAD,
    HC_FEED_SYNC,
    HC_FEED_COMPLETE,
};

struct hc_feed {
    const struct hc_topic_spec *spec;
    struct hc_feed_context *context;
    enum hc_feed_state state;
    struct hc_arena arena;
    enum hp_codec codec;
    char variant[HC_CACHE_VARIANT_BYTES];
    char *directory; /* of the source, in the cache */
    struct hc_store_lock *lock;
    struct hc_source *source;
    struct hc_buffer fingerprint;
    struct hc_index index;
    struct hc_source_facts facts;
    struct hc_topic_map map;
    struct hc_tally tally;
    struct hc_load_control control;
    struct hc_load *load;
    struct hc_outbox_topic **topics; /* arena */
    struct hc_store_lock **uses;     /* arena; locks of what is served */
    size_t topic_count;
    int64_t edge_ms;
    bool far;          /* the source cannot tell its fingerprint before it is surveyed */
    bool unprobed;     /* what was stored is served though its source has not been asked yet */
    int64_t silent_ms; /* since the source first did not answer a probe */
    char *name;        /* of the source, for logs: without secrets */
    bool identified;   /* the outbox has the final identities */
    bool told_waiting;
    atomic_int load_state; /* enum hc_load_state */
    atomic_int percent;
};

HC_MUST_USE enum hc_status hc_feed_claim(struct hc_feed *feed, struct hc_slice name,
                                         struct hc_error *error);

/* Opens what is stored if it is what loading would give, and completes the feed; goes on to
 * `otherwise` if it is not. */
HC_MUST_USE enum hc_status hc_feed_try_stored(struct hc_feed *feed, enum hc_feed_state otherwise,
                                              struct hc_error *error);

/* Takes the fingerprint that the load under way goes by, where only the survey could tell it. */
HC_MUST_USE enum hc_status hc_feed_survey_fingerprint(struct hc_feed *feed, struct hc_error *error);

/* Room for `count` topics. */
void hc_feed_reserve_topics(struct hc_feed *feed, size_t count);

/* Puts the topic into the outbox before the survey, where its name and identity are certain without
 * it. HC_USAGE: another source claims the name, or it is none. */
HC_MUST_USE enum hc_status hc_feed_foretell(struct hc_feed *feed, struct hc_error *error);

/* Puts the topics of a load that begins into the outbox. */
void hc_feed_make_topics(struct hc_feed *feed);

/* The load's callback: `context` is the feed. */
void hc_feed_published(void *context, int64_t edge_ms);

/* First and last visible instant of the snapshots of one topic, as news. */
void hc_feed_span(struct hc_log *const *logs, int32_t partitions, struct hc_outbox_news *news);

#endif
