#include "ingest/load.h"

#include "base/memory.h"
#include "ingest/identity.h"
#include "ingest/load_topic.h"
#include "ingest/report.h"

#include <stdlib.h>

struct hc_load {
    struct hc_load_config config;
    struct hc_arena arena;
    struct hc_pipeline *pipeline;
    struct hc_load_topic *topics; /* arena */
    char *temp;
    bool due;
    int64_t last_visible_ms; /* of the newest appended record */
    int64_t edge_ms;
};

/* ---- publishing ---- */

static void tell(struct hc_load *load, int64_t edge_ms)
{
    HC_ASSERT(edge_ms >= load->edge_ms);
    load->edge_ms = edge_ms;
    if (load->config.published) {
        load->config.published(load->config.context, edge_ms);
    }
}

/* Every topic is published, also those with little: their edge is the same, and a session waits for
 * the smallest. */
static enum hc_status publish(struct hc_load *load, int64_t edge_ms, struct hc_error *error)
{
    for (size_t i = 0; i < load->config.map->count; i++) {
        enum hc_status status = hc_load_topic_publish(&load->topics[i], edge_ms == HC_NEVER, error);
        if (status != HC_OK) {
            return status;
        }
    }
    load->due = false;
    tell(load, edge_ms);
    return HC_OK;
}

/* The sink of the pipeline. Before the first row of a new instant everything older is in the
 * writers, so that is the moment to publish. */
static enum hc_status append(void *context, const struct hc_load_row *row, struct hc_error *error)
{
    struct hc_load *load = context;
    int64_t visible_ms = hc_ms_of_ns(row->visible_ns);
    if (load->due && visible_ms > load->last_visible_ms) {
        enum hc_status status = publish(load, visible_ms - 1, error);
        if (status != HC_OK) {
            return status;
        }
    }
    HC_ASSERT(visible_ms >= load->last_visible_ms && visible_ms > load->edge_ms);
    struct hc_load_topic *topic = &load->topics[row->topic];
    struct hc_store_record record = {
        .visible_ms = visible_ms,
        .timestamp_ms = row->timestamp_ms,
        .key = row->key,
        .value = row->value,
    };
    enum hc_status status = hc_store_writer_append(topic->writer, row->partition, &record, error);
    if (status != HC_OK) {
        return status;
    }
    topic->records++;
    atomic_store_explicit(&load->config.tally->records,
                          atomic_load_explicit(&load->config.tally->records, memory_order_relaxed) +
                              1,
                          memory_order_relaxed);
    load->last_visible_ms = visible_ms;
    load->due = load->due || hc_store_writer_due(topic->writer);
    return HC_OK;
}

/* ---- life ---- */

static enum hc_status make_topics(struct hc_load *load, struct hc_error *error)
{
    const struct hc_load_config *config = &load->config;
    load->topics = HC_ARENA_ARRAY(&load->arena, struct hc_load_topic, config->map->count);
    for (size_t i = 0; i < config->map->count; i++) {
        enum hc_status status = hc_load_topic_init(&load->topics[i], config, config->map->names[i],
                                                   &load->arena, error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}

enum hc_status hc_load_new(const struct hc_load_config *config, struct hc_load **ret,
                           struct hc_error *error)
{
    HC_ASSERT(config->cache != NULL && config->fingerprint.size > 0);
    struct hc_load *load = hc_alloc(sizeof *load);
    load->config = *config;
    load->edge_ms = HC_TIME_MIN;
    load->last_visible_ms = HC_TIME_MIN;
    load->temp = hc_cache_temp(config->cache);
    hc_arena_init(&load->arena, 0);
    enum hc_status status = make_topics(load, error);
    if (status == HC_OK) {
        struct hc_pipeline_config pipeline = {
            .source = config->source,
            .facts = config->facts,
            .topics = config->map,
            .control = config->control,
            .tally = config->tally,
            .temp_directory = load->temp,
            .sink = append,
            .context = load,
        };
        status = hc_pipeline_new(&pipeline, &load->pipeline, error);
    }
    if (status != HC_OK) {
        hc_load_free(load);
        return status;
    }
    *ret = load;
    return HC_OK;
}

void hc_load_free(struct hc_load *load)
{
    if (!load) {
        return;
    }
    hc_pipeline_free(load->pipeline);
    for (size_t i = 0; load->topics && i < load->config.map->count; i++) {
        hc_load_topic_done(&load->topics[i]);
    }
    free(load->temp);
    hc_arena_done(&load->arena);
    free(load);
}

struct hc_load_topic *hc_load_topics(struct hc_load *load)
{
    return load->topics;
}

enum hc_status hc_load_step(struct hc_load *load, size_t rows, struct hc_error *error)
{
    HC_ASSERT(load->edge_ms != HC_NEVER);
    enum hc_status status = hc_pipeline_step(load->pipeline, rows, error);
    if (status != HC_END) {
        return status;
    }
    status = publish(load, HC_NEVER, error);
    return status == HC_OK ? HC_END : status;
}

bool hc_load_is_decided(const struct hc_load *load)
{
    for (size_t i = 0; i < load->config.map->count; i++) {
        if (!load->topics[i].decided) {
            return false;
        }
    }
    return true;
}

int64_t hc_load_edge_ms(const struct hc_load *load)
{
    return load->edge_ms;
}

bool hc_load_is_merging(const struct hc_load *load)
{
    return hc_pipeline_is_merging(load->pipeline);
}

int32_t hc_load_percent(const struct hc_load *load)
{
    return hc_pipeline_percent(load->pipeline);
}

/* ---- finishing ---- */

/* A source that changed under a load without the load noticing must not be taken for loaded. */
static enum hc_status check_unchanged(struct hc_load *load, struct hc_error *error)
{
    struct hc_buffer now = {0};
    enum hc_status status = hc_cache_fingerprint(load->config.source, &now, error);
    if (status == HC_OK && !hc_slice_equal(hc_buffer_slice(&now), load->config.fingerprint)) {
        struct hc_buffer name = {0};
        hc_identity_source(load->config.source->spec->source, &name);
        status = hc_error_set(error, HC_CHANGED,
                              HC_SLICE_FMT " changed while it was loaded; start again",
                              HC_SLICE_ARG(hc_buffer_slice(&name)));
        hc_buffer_done(&name);
    }
    hc_buffer_done(&now);
    return status;
}

static enum hc_status write_index(struct hc_load *load, struct hc_error *error)
{
    const struct hc_load_config *config = &load->config;
    struct hc_index_topic *topics =
        HC_ARENA_ARRAY(&load->arena, struct hc_index_topic, config->map->count);
    for (size_t i = 0; i < config->map->count; i++) {
        const char *slash = strrchr(load->topics[i].directory, '/');
        topics[i] = (struct hc_index_topic){
            .name = load->topics[i].name,
            .directory = hc_slice_str(slash ? slash + 1 : load->topics[i].directory),
            .generation = load->topics[i].generation,
        };
    }
    struct hc_index after = hc_index_after(config->index, config->fingerprint, config->variant,
                                           topics, config->map->count, &load->arena);
    char *directory = hc_cache_source_of(config->cache, config->source->spec);
    enum hc_status status = hc_index_write(directory, &after, error);
    free(directory);
    return status;
}

enum hc_status hc_load_finish(struct hc_load *load, struct hc_error *error)
{
    HC_ASSERT(load->edge_ms == HC_NEVER && hc_load_is_decided(load));
    const struct hc_load_config *config = &load->config;
    enum hc_status status = check_unchanged(load, error);
    for (size_t i = 0; i < config->map->count && status == HC_OK; i++) {
        struct hc_buffer report = {0};
        hc_report_write(config->tally, config->map, (uint32_t)i, load->topics[i].records, &report);
        status = hc_load_topic_finish(&load->topics[i], config->fingerprint,
                                      hc_buffer_slice(&report), error);
        hc_buffer_done(&report);
    }
    return status == HC_OK ? write_index(load, error) : status;
}
