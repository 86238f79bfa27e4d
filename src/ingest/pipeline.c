#include "ingest/pipeline.h"

#include "base/memory.h"
#include "ingest/encode.h"
#include "ingest/sorter.h"

#include <stdlib.h>

enum { READ_SHARE_PERCENT = 70 }; /* of the work, when rows are sorted behind it */

struct hc_pipeline {
    struct hc_pipeline_config config;
    struct hc_encoder *encoder;
    struct hc_sorter *sorter;
    struct hc_dedupe *dedupe;
    int64_t instant_ns;       /* of the rows in the sorter, where the source is ordered */
    long long refused_before; /* what the tally had counted when reading began */
    size_t told_before;
    atomic_bool merging;
    atomic_llong rows_read, rows_merged;
};

enum hc_status hc_pipeline_new(const struct hc_pipeline_config *config, struct hc_pipeline **ret,
                               struct hc_error *error)
{
    HC_ASSERT(config->sink != NULL && config->control != NULL && config->tally != NULL);
    const struct hc_topic_spec *spec = config->source->spec;
    struct hc_encoder *encoder;
    enum hc_status status = hc_encoder_new(spec, config->facts, &encoder, error);
    if (status != HC_OK) {
        return status;
    }
    status = hc_source_read_begin(config->source, config->control, error);
    if (status != HC_OK) {
        hc_encoder_free(encoder);
        return status;
    }
    struct hc_pipeline *pipeline = hc_alloc(sizeof *pipeline);
    pipeline->config = *config;
    pipeline->encoder = encoder;
    pipeline->refused_before = atomic_load(&config->tally->refused);
    pipeline->told_before = config->tally->told_count;
    pipeline->sorter = hc_sorter_new(config->temp_directory,
                                     config->memory_bytes ? config->memory_bytes : HC_SORTER_MEMORY,
                                     &config->control->cancel);
    pipeline->dedupe =
        hc_dedupe_new(spec, config->facts, config->tally, config->sink, config->context);
    *ret = pipeline;
    return HC_OK;
}

void hc_pipeline_free(struct hc_pipeline *pipeline)
{
    if (pipeline) {
        hc_dedupe_free(pipeline->dedupe);
        hc_sorter_free(pipeline->sorter);
        hc_encoder_free(pipeline->encoder);
        free(pipeline);
    }
}

static enum hc_status next_from_sorter(struct hc_pipeline *pipeline, struct hc_error *error)
{
    struct hc_load_row row;
    enum hc_status status = hc_sorter_next(pipeline->sorter, &row, error);
    return status == HC_OK ? hc_dedupe_push(pipeline->dedupe, &row, error) : status;
}

/* Lets the rows of one instant go; no other row of it will come. */
static enum hc_status release_instant(struct hc_pipeline *pipeline, struct hc_error *error)
{
    enum hc_status status = hc_sorter_sort(pipeline->sorter, error);
    while (status == HC_OK) {
        status = next_from_sorter(pipeline, error);
    }
    if (status != HC_END) {
        return status;
    }
    hc_sorter_reset(pipeline->sorter);
    return hc_dedupe_flush(pipeline->dedupe, error);
}

static enum hc_status accept(struct hc_pipeline *pipeline, const struct hc_load_row *row,
                             struct hc_error *error)
{
    if (pipeline->config.facts->ordered && hc_sorter_count(pipeline->sorter) > 0 &&
        row->visible_ns != pipeline->instant_ns) {
        if (row->visible_ns < pipeline->instant_ns) {
            char place[300];
            hc_place_text(pipeline->config.facts, row->file, row->line, place, sizeof place);
            return hc_error_set(error, HC_CHANGED,
                                "%s: earlier than the row before it, which the survey had not "
                                "seen: the source changed while it was read; start again",
                                place);
        }
        enum hc_status status = release_instant(pipeline, error);
        if (status != HC_OK) {
            return status;
        }
    }
    pipeline->instant_ns = row->visible_ns;
    return hc_sorter_add(pipeline->sorter, row, error);
}

static void count_one(atomic_llong *counter)
{
    /* One writer: no need for a locked instruction per row. */
    long long value = atomic_load_explicit(counter, memory_order_relaxed);
    atomic_store_explicit(counter, value + 1, memory_order_relaxed);
}

static enum hc_status refuse(struct hc_pipeline *pipeline, struct hc_error *reason,
                             struct hc_error *error)
{
    enum hc_status status = hc_tally_refuse(pipeline->config.tally, reason);
    if (status != HC_OK && error) {
        *error = *reason;
    }
    return status;
}

/* The source was lost and cannot tell where it stood. Nothing has left the sorter yet. */
static enum hc_status read_again(struct hc_pipeline *pipeline, struct hc_error *error)
{
    HC_ASSERT(!pipeline->config.facts->ordered && !hc_pipeline_is_merging(pipeline));
    hc_sorter_reset(pipeline->sorter);
    atomic_store(&pipeline->rows_read, 0);
    atomic_store(&pipeline->config.tally->refused, pipeline->refused_before);
    pipeline->config.tally->told_count = pipeline->told_before;
    return hc_source_read_begin(pipeline->config.source, pipeline->config.control, error);
}

static enum hc_status read_one(struct hc_pipeline *pipeline, struct hc_error *error)
{
    struct hc_row row;
    struct hc_error reason = {0};
    enum hc_status status = hc_source_read_next(pipeline->config.source, &row, &reason);
    if (status == HC_AGAIN) {
        return read_again(pipeline, error);
    }
    if (status == HC_INVALID) {
        count_one(&pipeline->rows_read);
        return refuse(pipeline, &reason, error);
    }
    if (status != HC_OK) {
        if (error) {
            *error = reason;
        }
        return status;
    }
    HC_ASSERT(row.stream < pipeline->config.facts->stream_count);
    count_one(&pipeline->rows_read);
    struct hc_load_row encoded;
    status = hc_encoder_encode(pipeline->encoder, &row, &encoded, &reason);
    if (status == HC_INVALID) {
        return refuse(pipeline, &reason, error);
    }
    HC_ASSERT(status == HC_OK);
    encoded.topic = pipeline->config.topics->topic_of_stream[row.stream];
    HC_ASSERT(encoded.topic < pipeline->config.topics->count);
    return accept(pipeline, &encoded, error);
}

/* What follows the last row read: the last instant, or everything through the sorter. */
static enum hc_status end_reading(struct hc_pipeline *pipeline, struct hc_error *error)
{
    if (pipeline->config.facts->ordered) {
        enum hc_status status = release_instant(pipeline, error);
        return status == HC_OK ? HC_END : status;
    }
    atomic_store(&pipeline->merging, true);
    return hc_sorter_sort(pipeline->sorter, error);
}

static enum hc_status check_cancel(const struct hc_pipeline *pipeline, struct hc_error *error)
{
    if (atomic_load_explicit(&pipeline->config.control->cancel, memory_order_relaxed)) {
        return hc_error_set(error, HC_CANCELLED, "loading was cancelled");
    }
    return HC_OK;
}

enum hc_status hc_pipeline_step(struct hc_pipeline *pipeline, size_t rows, struct hc_error *error)
{
    HC_ASSERT(rows > 0); /* or no step would ever come to the end */
    bool merging = hc_pipeline_is_merging(pipeline);
    enum hc_status status = check_cancel(pipeline, error);
    for (size_t i = 0; i < rows && status == HC_OK; i++) {
        status = merging ? next_from_sorter(pipeline, error) : read_one(pipeline, error);
        if (merging && status == HC_OK) {
            count_one(&pipeline->rows_merged);
        }
    }
    if (status != HC_END) {
        return status;
    }
    if (!merging) {
        return end_reading(pipeline, error);
    }
    status = hc_dedupe_flush(pipeline->dedupe, error);
    return status == HC_OK ? HC_END : status;
}

bool hc_pipeline_is_merging(const struct hc_pipeline *pipeline)
{
    return atomic_load(&pipeline->merging);
}

int32_t hc_pipeline_percent(const struct hc_pipeline *pipeline)
{
    long long total = pipeline->config.facts->rows;
    if (total <= 0) {
        return -1;
    }
    long long read = HC_MIN(atomic_load(&pipeline->rows_read) * 100 / total, 100LL);
    long long merged = HC_MIN(atomic_load(&pipeline->rows_merged) * 100 / total, 100LL);
    if (pipeline->config.facts->ordered) {
        return (int32_t)read;
    }
    return (int32_t)((read * READ_SHARE_PERCENT + merged * (100 - READ_SHARE_PERCENT)) / 100);
}
