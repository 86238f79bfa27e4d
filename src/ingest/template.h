/* Topic templates: which topics the streams of a source become.
 *
 * A template is a topic name with placeholders {table} {symbol} {exchange} {interval} (1m)
 * {interval-long} (1-min); every different expansion is a topic of its own. Pure functions.
 */
#ifndef HC_INGEST_TEMPLATE_H
#define HC_INGEST_TEMPLATE_H

#include "source/source.h"

enum {
    HC_TOPIC_NAME_MAX = 249,
    HC_TOPIC_NAME_BYTES = HC_TOPIC_NAME_MAX + 1,
    HC_TOPICS_MAX = 10000
};

/* True when the template names one topic whatever the streams are. */
bool hc_template_is_plain(struct hc_slice pattern);

/* Kafka's rule: 1 to 249 of [A-Za-z0-9._-], neither "." nor "..". HC_USAGE says what is wrong. */
HC_MUST_USE enum hc_status hc_topic_name_check(struct hc_slice name, struct hc_error *error);

/* Writes the topic's name, NUL-terminated. HC_USAGE: an unknown placeholder, one that the stream
 * has no text for, or a name that Kafka does not allow. */
HC_MUST_USE enum hc_status hc_template_expand(struct hc_slice pattern,
                                              const struct hc_stream *stream,
                                              char out[HC_TOPIC_NAME_BYTES],
                                              struct hc_error *error);

struct hc_topic_map {
    struct hc_slice *names;    /* in order of their first stream; arena */
    size_t count;              /* 0 only where a template has no stream to expand for */
    uint32_t *topic_of_stream; /* as many as streams; arena */
};

/* The topics of a surveyed source. A plain name is a topic even without any row. HC_LIMIT: more
 * than HC_TOPICS_MAX. */
HC_MUST_USE enum hc_status hc_topic_map_make(struct hc_slice pattern,
                                             const struct hc_source_facts *facts,
                                             struct hc_arena *arena, struct hc_topic_map *ret,
                                             struct hc_error *error);

#endif
