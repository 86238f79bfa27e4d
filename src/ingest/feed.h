/* One spec on its way from source to topics: found stored, or locked, surveyed and loaded.
 *
 * Works in steps, so that several feeds share a worker and the one whose edge is smallest goes
 * first. A feed is *known* once its topics are in the outbox, *decided* once their identities are
 * certain. Worker's thread, except where said.
 */
#ifndef HC_INGEST_FEED_H
#define HC_INGEST_FEED_H

#include "base/map.h"
#include "ingest/outbox.h"

/* What the feeds of an ingest share. */
struct hc_feed_context {
    const char *cache;
    uint64_t cache_limit_bytes;
    struct hc_outbox *outbox;
    hc_source_opener *open_source;
    struct hc_map claims; /* topic name -> the spec that claims it */
};

struct hc_feed;

/* Everything is borrowed for the feed's life. Own. */
struct hc_feed *hc_feed_new(const struct hc_topic_spec *spec, struct hc_feed_context *context);
void hc_feed_free(struct hc_feed *feed); /* NULL allowed */

/* Goes a step further. HC_OK: did something; HC_AGAIN: another process is loading this source, try
 * later; HC_END: done, and stored; else failed for good. */
HC_MUST_USE enum hc_status hc_feed_step(struct hc_feed *feed, struct hc_error *error);

/* Which feed to step next: the one with the smallest rank, of equal ones that with the smallest
 * edge. */
enum hc_feed_rank { HC_FEED_UNKNOWN, HC_FEED_UNDECIDED, HC_FEED_DECIDED, HC_FEED_DONE };
enum hc_feed_rank hc_feed_rank(const struct hc_feed *feed);
int64_t hc_feed_edge_ms(const struct hc_feed *feed);

/* A feed that was done by what was stored may have a source that could not be asked first: asks it
 * now. HC_AGAIN: it does not answer, ask again in `pause_ms`, which is what has passed by then;
 * HC_OK: nothing (more) to ask. What comes of it is the feed's health and the log's: what is served
 * stays. */
HC_MUST_USE enum hc_status hc_feed_probe(struct hc_feed *feed, int64_t pause_ms);
enum hc_source_health hc_feed_health(const struct hc_feed *feed); /* any thread */

/* Nothing stored was what is wanted: the source is about to be surveyed and loaded. */
bool hc_feed_is_loading(const struct hc_feed *feed);

void hc_feed_cancel(struct hc_feed *feed);                              /* any thread */
struct hc_ingest_progress hc_feed_progress(const struct hc_feed *feed); /* any thread */
int64_t hc_feed_rows(const struct hc_feed *feed);                       /* records, any thread */

#endif
