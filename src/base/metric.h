/* Metrics: counters, gauges and histograms in a registry that prints Prometheus text (format
 * 0.0.4).
 *
 * Metrics live in a registry that one thread owns (the loop). Counters that workers touch are
 * atomic. At most HC_METRIC_SERIES_MAX label sets per family; further ones are counted in the
 * series whose label values are "other".
 */
#ifndef HC_BASE_METRIC_H
#define HC_BASE_METRIC_H

#include "base/buffer.h"

#include <stdatomic.h>

enum hc_metric_kind { HC_COUNTER, HC_GAUGE, HC_HISTOGRAM };
enum { HC_METRIC_LABELS_MAX = 4, HC_METRIC_SERIES_MAX = 1000, HC_METRIC_BUCKETS = 32 };

struct hc_metric; /* one series */
struct hc_metric_family;
struct hc_metric_registry;

struct hc_metric_registry *hc_metric_registry_new(void);
void hc_metric_registry_free(struct hc_metric_registry *registry);

/* `label_names` ends with NULL; strings are borrowed for ever (static). Histograms: seconds,
 * recorded in ns. */
struct hc_metric_family *hc_metric_family(struct hc_metric_registry *registry,
                                          enum hc_metric_kind kind, const char *name,
                                          const char *help, const char *const *label_names);

/* The series with these label values (as many as names), made on first use. Borrowed from the
 * registry. */
struct hc_metric *hc_metric_series(struct hc_metric_family *family, const struct hc_slice *values);

/* Forgets the series whose first label has this value (a session that ended). */
void hc_metric_drop(struct hc_metric_family *family, struct hc_slice first_value);

void hc_metric_add(struct hc_metric *metric, uint64_t amount); /* counter; any thread */
void hc_metric_set(struct hc_metric *metric, double value);    /* gauge; any thread */
void hc_metric_observe_ns(struct hc_metric *metric, int64_t ns);
/* The upper bound of the bucket in which the quantile lies, in ns; 0 without observations, HC_NEVER
 * (INT64_MAX) beyond the last bound. */
int64_t hc_metric_quantile_ns(const struct hc_metric *metric, double quantile);
uint64_t hc_metric_count(const struct hc_metric *metric); /* counter value, or histogram count */

void hc_metric_print(const struct hc_metric_registry *registry, struct hc_buffer *out);

#endif
