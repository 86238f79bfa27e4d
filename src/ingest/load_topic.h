/* One topic of a load: its directory, locks and writer, and what an earlier load left of it.
 * For load.c. */
#ifndef HC_INGEST_LOAD_TOPIC_H
#define HC_INGEST_LOAD_TOPIC_H

#include "ingest/load.h"

/* On failure as on success, call hc_load_topic_done. `arena` and `name` outlive the topic. */
HC_MUST_USE enum hc_status hc_load_topic_init(struct hc_load_topic *topic,
                                              const struct hc_load_config *config,
                                              struct hc_slice name, struct hc_arena *arena,
                                              struct hc_error *error);
void hc_load_topic_done(struct hc_load_topic *topic);

/* New snapshots, and what they say about the content generation; `last`: no more records follow. */
HC_MUST_USE enum hc_status hc_load_topic_publish(struct hc_load_topic *topic, bool last,
                                                 struct hc_error *error);

/* Makes the topic one that can be opened. */
HC_MUST_USE enum hc_status hc_load_topic_finish(struct hc_load_topic *topic,
                                                struct hc_slice fingerprint, struct hc_slice report,
                                                struct hc_error *error);

#endif
