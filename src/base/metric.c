#include "base/metric.h"

#include "base/map.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

struct hc_metric {
    struct hc_metric_family *family;
    char *labels; /* rendered: name="value",... ; empty without labels */
    char *first_label;
    atomic_ullong count; /* counter value, or number of observations */
    _Atomic double gauge;
    atomic_ullong sum_ns;
    atomic_ullong buckets[HC_METRIC_BUCKETS];
};

struct hc_metric_family {
    enum hc_metric_kind kind;
    const char *name;
    const char *help;
    const char *const *label_names;
    size_t label_count;
    struct hc_map series; /* rendered labels -> hc_metric */
    struct hc_buffer key; /* labels being looked up; kept, so that a look-up allocates nothing */
};

struct hc_metric_registry {
    struct hc_metric_family **families;
    size_t count;
    size_t capacity;
};

/* Upper bounds of histogram buckets in ns: 1, 2, 5 times powers of ten from 1 us to 50 s; the last
 * is +Inf. */
static int64_t bucket_bound(size_t index)
{
    static const int64_t steps[] = {1, 2, 5};
    int64_t bound = 1000;
    for (size_t i = 0; i < index / 3; i++) {
        bound *= 10;
    }
    return bound * steps[index % 3];
}

enum { FINITE_BUCKETS = 24 };

struct hc_metric_registry *hc_metric_registry_new(void)
{
    return hc_alloc(sizeof(struct hc_metric_registry));
}

static void metric_free(struct hc_metric *metric)
{
    free(metric->labels);
    free(metric->first_label);
    free(metric);
}

void hc_metric_registry_free(struct hc_metric_registry *registry)
{
    if (!registry) {
        return;
    }
    for (size_t i = 0; i < registry->count; i++) {
        struct hc_metric_family *family = registry->families[i];
        for (size_t s = 0; s < hc_map_count(&family->series); s++) {
            metric_free(hc_map_at(&family->series, s)->value);
        }
        hc_map_done(&family->series);
        hc_buffer_done(&family->key);
        free(family);
    }
    free(registry->families);
    free(registry);
}

struct hc_metric_family *hc_metric_family(struct hc_metric_registry *registry,
                                          enum hc_metric_kind kind, const char *name,
                                          const char *help, const char *const *label_names)
{
    struct hc_metric_family *family = hc_alloc(sizeof *family);
    *family = (struct hc_metric_family){
        .kind = kind, .name = name, .help = help, .label_names = label_names};
    while (label_names && label_names[family->label_count]) {
        family->label_count++;
    }
    HC_ASSERT(family->label_count <= HC_METRIC_LABELS_MAX);
    hc_map_init(&family->series, 0);
    registry->families = hc_grow(registry->families, &registry->capacity, registry->count + 1,
                                 sizeof *registry->families);
    registry->families[registry->count++] = family;
    return family;
}

/* The exposition format escapes backslash, double quote and line feed, nothing else. */
static void append_label(struct hc_buffer *out, const char *name, struct hc_slice value)
{
    if (out->size) {
        hc_buffer_append_char(out, ',');
    }
    hc_buffer_append_str(out, name);
    hc_buffer_append_str(out, "=\"");
    size_t plain = 0; /* where the run of characters that need no escape begins */
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        if (c == '\\' || c == '"' || c == '\n') {
            hc_buffer_append(out, value.data + plain, i - plain);
            hc_buffer_append_char(out, '\\');
            hc_buffer_append_char(out, c == '\n' ? 'n' : c);
            plain = i + 1;
        }
    }
    hc_buffer_append(out, value.data + plain, value.size - plain);
    hc_buffer_append_char(out, '"');
}

static void render_labels(const struct hc_metric_family *family, const struct hc_slice *values,
                          struct hc_buffer *out)
{
    for (size_t i = 0; i < family->label_count; i++) {
        append_label(out, family->label_names[i], values ? values[i] : HC_SLICE("other"));
    }
}

struct hc_metric *hc_metric_series(struct hc_metric_family *family, const struct hc_slice *values)
{
    struct hc_buffer *labels = &family->key;
    hc_buffer_clear(labels);
    render_labels(family, values, labels);
    struct hc_metric *metric = hc_map_get(&family->series, hc_buffer_slice(labels));
    if (!metric && hc_map_count(&family->series) >= HC_METRIC_SERIES_MAX) {
        hc_buffer_clear(labels);
        render_labels(family, NULL, labels);
        metric = hc_map_get(&family->series, hc_buffer_slice(labels));
    }
    if (!metric) {
        metric = hc_alloc(sizeof *metric);
        metric->family = family;
        metric->labels = hc_slice_dup(hc_buffer_slice(labels));
        metric->first_label = family->label_count && values ? hc_slice_dup(values[0]) : NULL;
        hc_map_put(&family->series, hc_buffer_slice(labels), metric);
    }
    return metric;
}

void hc_metric_drop(struct hc_metric_family *family, struct hc_slice first_value)
{
    for (size_t i = 0; i < hc_map_count(&family->series);) {
        const struct hc_map_entry *entry = hc_map_at(&family->series, i);
        struct hc_metric *metric = entry->value;
        if (metric->first_label && hc_slice_equal_str(first_value, metric->first_label)) {
            hc_map_remove(&family->series, entry->key);
            metric_free(metric);
        } else {
            i++;
        }
    }
}

void hc_metric_add(struct hc_metric *metric, uint64_t amount)
{
    HC_ASSERT(metric->family->kind == HC_COUNTER);
    atomic_fetch_add_explicit(&metric->count, amount, memory_order_relaxed);
}

void hc_metric_set(struct hc_metric *metric, double value)
{
    HC_ASSERT(metric->family->kind == HC_GAUGE);
    atomic_store_explicit(&metric->gauge, value, memory_order_relaxed);
}

void hc_metric_observe_ns(struct hc_metric *metric, int64_t ns)
{
    HC_ASSERT(metric->family->kind == HC_HISTOGRAM);
    size_t bucket = 0;
    while (bucket < FINITE_BUCKETS && ns > bucket_bound(bucket)) {
        bucket++;
    }
    atomic_fetch_add_explicit(&metric->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->sum_ns, ns > 0 ? (unsigned long long)ns : 0,
                              memory_order_relaxed);
    atomic_fetch_add_explicit(&metric->count, 1, memory_order_relaxed);
}

int64_t hc_metric_quantile_ns(const struct hc_metric *metric, double quantile)
{
    HC_ASSERT(metric->family->kind == HC_HISTOGRAM && quantile >= 0 && quantile <= 1);
    unsigned long long total = atomic_load_explicit(&metric->count, memory_order_relaxed);
    unsigned long long below = 0;
    for (size_t bucket = 0; bucket < FINITE_BUCKETS && total > 0; bucket++) {
        below += atomic_load_explicit(&metric->buckets[bucket], memory_order_relaxed);
        if ((double)below >= quantile * (double)total) {
            return bucket_bound(bucket);
        }
    }
    return total > 0 ? INT64_MAX : 0;
}

uint64_t hc_metric_count(const struct hc_metric *metric)
{
    return atomic_load_explicit(&metric->count, memory_order_relaxed);
}

static void print_histogram(const struct hc_metric *metric, struct hc_buffer *out)
{
    const char *name = metric->family->name;
    const char *comma = metric->labels[0] ? "," : "";
    unsigned long long total = 0;
    for (size_t i = 0; i <= FINITE_BUCKETS; i++) {
        total += atomic_load_explicit(&metric->buckets[i], memory_order_relaxed);
        hc_buffer_printf(out, "%s_bucket{%s%sle=\"", name, metric->labels, comma);
        if (i < FINITE_BUCKETS) {
            hc_buffer_printf(out, "%g\"} %llu\n", (double)bucket_bound(i) / 1e9, total);
        } else {
            hc_buffer_printf(out, "+Inf\"} %llu\n", total);
        }
    }
    const char *open = metric->labels[0] ? "{" : "", *close = metric->labels[0] ? "}" : "";
    hc_buffer_printf(out, "%s_sum%s%s%s %.9g\n", name, open, metric->labels, close,
                     (double)atomic_load(&metric->sum_ns) / 1e9);
    hc_buffer_printf(out, "%s_count%s%s%s %llu\n", name, open, metric->labels, close, total);
}

static void print_metric(const struct hc_metric *metric, struct hc_buffer *out)
{
    if (metric->family->kind == HC_HISTOGRAM) {
        print_histogram(metric, out);
        return;
    }
    hc_buffer_append_str(out, metric->family->name);
    if (metric->labels[0]) {
        hc_buffer_printf(out, "{%s}", metric->labels);
    }
    if (metric->family->kind == HC_COUNTER) {
        hc_buffer_printf(out, " %llu\n", (unsigned long long)hc_metric_count(metric));
    } else {
        hc_buffer_printf(out, " %.17g\n",
                         atomic_load_explicit(&metric->gauge, memory_order_relaxed));
    }
}

void hc_metric_print(const struct hc_metric_registry *registry, struct hc_buffer *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    for (size_t i = 0; i < registry->count; i++) {
        const struct hc_metric_family *family = registry->families[i];
        hc_buffer_printf(out, "# HELP %s %s\n# TYPE %s %s\n", family->name, family->help,
                         family->name, kinds[family->kind]);
        for (size_t s = 0; s < hc_map_count(&family->series); s++) {
            print_metric(hc_map_at(&family->series, s)->value, out);
        }
    }
}
