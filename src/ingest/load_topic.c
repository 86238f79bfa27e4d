#include "ingest/load_topic.h"

#include "base/log.h"
#include "base/memory.h"

#include <inttypes.h>
#include <stdlib.h>

enum { LOCK_TRIES = 10 };

static void name_topic(struct hc_load_topic *topic, const struct hc_load_config *config,
                       struct hc_arena *arena)
{
    struct hc_buffer settings = {0};
    hc_identity_settings(config->source->spec, topic->name, &settings);
    topic->settings = hc_arena_copy(arena, hc_buffer_slice(&settings));
    hc_buffer_done(&settings);
    char hex[HC_IDENTITY_HEX_BYTES], variant[HC_CACHE_VARIANT_BYTES];
    hc_identity_hash(topic->settings, 0, topic->identity);
    topic->directory = hc_cache_topic(config->cache, hc_identity_hex(topic->identity, hex),
                                      hc_slice_to_str(config->variant, variant, sizeof variant));
}

/* An evictor may take the directory away between making and locking it. */
static enum hc_status lock_directory(struct hc_load_topic *topic, struct hc_error *error)
{
    enum hc_status status = HC_NOT_FOUND;
    for (int i = 0; i < LOCK_TRIES && status == HC_NOT_FOUND; i++) {
        status = hc_cache_make_one(topic->directory, error);
        if (status == HC_OK) {
            status = hc_store_lock_use(topic->directory, &topic->use, error);
        }
        if (status == HC_OK) {
            status = hc_store_lock_build(topic->directory, &topic->build, error);
        }
        if (status != HC_OK) {
            hc_store_unlock(topic->use);
            topic->use = NULL;
        }
    }
    return status;
}

/* What an earlier load left is reproduced by an unchanged source, whatever its range and codec; of
 * a changed one it has to be proven. */
bool hc_load_knows_generation(const struct hc_index *index, struct hc_slice fingerprint,
                              const struct hc_topic_spec *spec, struct hc_slice name,
                              int64_t *ret_generation)
{
    const struct hc_index_topic *known = hc_index_topic(index, name);
    if (known && (spec->refresh || !hc_slice_equal(index->fingerprint, fingerprint))) {
        return false;
    }
    *ret_generation = known ? known->generation : 0;
    return true;
}

/* Where there is nothing left to compare with, the content counts as changed. */
static void expect_before(struct hc_load_topic *topic, const struct hc_load_config *config)
{
    const struct hc_index_topic *known = hc_index_topic(config->index, topic->name);
    HC_ASSERT(topic->writer != NULL && topic->records == 0);
    bool unchanged = hc_slice_equal(config->index->fingerprint, config->fingerprint);
    topic->decided = true;
    if (hc_load_knows_generation(config->index, config->fingerprint, config->source->spec,
                                 topic->name, &topic->generation)) {
        return;
    }
    topic->generation = known->generation;
    char *directory = hc_cache_topic_named(config->cache, known->directory);
    struct hc_error error;
    enum hc_status status = hc_store_open(directory, &topic->before, &error);
    free(directory);
    bool comparable =
        status == HC_OK && topic->before.partitions == config->source->spec->partitions;
    topic->has_before = status == HC_OK;
    if (!comparable) {
        topic->generation += unchanged ? 0 : 1;
        return;
    }
    topic->decided = false;
    topic->generation = topic->before.facts.generation;
    for (int32_t i = 0; i < topic->before.partitions; i++) {
        hc_store_writer_expect(topic->writer, i, topic->before.prefixes[i].items,
                               topic->before.prefixes[i].count);
    }
}

static enum hc_status make_writer(struct hc_load_topic *topic, const struct hc_load_config *config,
                                  struct hc_arena *arena, struct hc_error *error)
{
    const struct hc_topic_spec *spec = config->source->spec;
    struct hp_header *headers = HC_ARENA_ARRAY(arena, struct hp_header, spec->header_count);
    for (size_t i = 0; i < spec->header_count; i++) {
        headers[i] = (struct hp_header){spec->headers[i].name, spec->headers[i].value};
    }
    return hc_store_writer_new(topic->directory, spec->partitions, config->codec, headers,
                               (int32_t)spec->header_count, &topic->writer, error);
}

enum hc_status hc_load_topic_init(struct hc_load_topic *topic, const struct hc_load_config *config,
                                  struct hc_slice name, struct hc_arena *arena,
                                  struct hc_error *error)
{
    topic->name = name;
    topic->partitions = config->source->spec->partitions;
    topic->logs = HC_ARENA_ARRAY(arena, struct hc_log *, (size_t)topic->partitions);
    name_topic(topic, config, arena);
    enum hc_status status = lock_directory(topic, error);
    if (status == HC_OK) {
        status = make_writer(topic, config, arena, error);
    }
    if (status != HC_OK) {
        return status;
    }
    expect_before(topic, config);
    hc_identity_hash(topic->settings, topic->generation, topic->identity);
    return HC_OK;
}

static void put_logs(struct hc_load_topic *topic)
{
    for (int32_t i = 0; topic->logs && i < topic->partitions; i++) {
        hc_log_put(topic->logs[i]);
        topic->logs[i] = NULL;
    }
}

void hc_load_topic_done(struct hc_load_topic *topic)
{
    put_logs(topic);
    hc_store_writer_free(topic->writer);
    if (topic->has_before) {
        hc_store_topic_done(&topic->before);
    }
    hc_store_unlock(topic->build);
    hc_store_unlock(topic->use);
    free(topic->directory);
    *topic = (struct hc_load_topic){0};
}

static void decide(struct hc_load_topic *topic, bool last)
{
    enum hc_prefix_match match = hc_store_writer_match(topic->writer);
    if (topic->decided || (match == HC_PREFIX_SHORTER && !last)) {
        return;
    }
    topic->decided = true;
    if (match == HC_PREFIX_SAME) {
        return;
    }
    topic->generation++;
    hc_identity_hash(topic->settings, topic->generation, topic->identity);
    hc_log(HC_LOG_WARN, "content-changed",
           "topic=" HC_SLICE_FMT " generation=%" PRId64 " why=\"%s\"", HC_SLICE_ARG(topic->name),
           topic->generation,
           match == HC_PREFIX_DIFFERS
               ? "the source has other records where there were some before: offsets start anew"
               : "the source has fewer records than before: offsets start anew");
}

enum hc_status hc_load_topic_publish(struct hc_load_topic *topic, bool last, struct hc_error *error)
{
    size_t partitions = (size_t)topic->partitions;
    struct hc_log **logs = hc_alloc_array(partitions, sizeof *logs);
    enum hc_status status = hc_store_writer_publish(topic->writer, logs, error);
    if (status == HC_OK) {
        put_logs(topic);
        memcpy(topic->logs, logs, partitions * sizeof *logs);
        decide(topic, last);
        HC_ASSERT(topic->decided || !last);
    }
    free(logs);
    return status;
}

enum hc_status hc_load_topic_finish(struct hc_load_topic *topic, struct hc_slice fingerprint,
                                    struct hc_slice report, struct hc_error *error)
{
    HC_ASSERT(topic->decided);
    char hex[HC_IDENTITY_HEX_BYTES];
    struct hc_store_facts facts = {
        .identity = hc_slice_str(hc_identity_hex(topic->identity, hex)),
        .settings = topic->settings,
        .fingerprint = fingerprint,
        .report = report,
        .generation = topic->generation,
    };
    size_t partitions = (size_t)topic->partitions;
    struct hc_log **logs = hc_alloc_array(partitions, sizeof *logs);
    enum hc_status status = hc_store_writer_finish(topic->writer, &facts, logs, error);
    if (status == HC_OK) {
        put_logs(topic);
        memcpy(topic->logs, logs, partitions * sizeof *logs);
        hc_store_unlock(topic->build);
        topic->build = NULL;
    }
    free(logs);
    return status;
}
