#include "ingest/check.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "ingest/check_text.h"
#include "ingest/pipeline.h"
#include "ingest/report.h"

#include <inttypes.h>
#include <stdlib.h>

enum { ROWS_PER_STEP = 65536 };

/* The sink of a load that writes nothing. */
struct dry_run {
    struct hc_topic_map map;
    struct hc_gaps gaps;
    int64_t *records; /* per topic */
    struct hc_check *check;
};

static void write_example(const struct dry_run *run, const struct hc_load_row *row)
{
    struct hc_buffer *out = &run->check->example;
    char visible[HC_ISO_BYTES];
    hc_buffer_append_str(out, "{\"topic\":");
    hc_buffer_append_json(out, run->map.names[row->topic]);
    hc_buffer_printf(out, ",\"partition\":%d,\"offset\":0,\"timestamp\":%" PRId64,
                     (int)row->partition, row->timestamp_ms);
    hc_buffer_printf(
        out, ",\"visible\":\"%s\",\"key\":", hc_iso_ms(hc_ms_of_ns(row->visible_ns), visible));
    if (hc_slice_is_null(row->key)) {
        hc_buffer_append_str(out, "null");
    } else {
        hc_buffer_append_json(out, row->key);
    }
    hc_buffer_append_str(out, ",\"value\":");
    hc_buffer_append_slice(out, row->value);
    hc_buffer_append_char(out, '}');
}

static enum hc_status count(void *context, const struct hc_load_row *row, struct hc_error *error)
{
    (void)error;
    struct dry_run *run = context;
    int64_t visible_ms = hc_ms_of_ns(row->visible_ns);
    if (run->check->records++ == 0) {
        run->check->first_visible_ms = visible_ms;
        write_example(run, row);
        hc_check_append_record(&run->map, row, &run->check->shown);
    }
    HC_ASSERT(run->check->records == 1 || visible_ms >= run->check->last_visible_ms);
    run->check->last_visible_ms = visible_ms;
    run->records[row->topic]++;
    hc_gaps_add(&run->gaps, row);
    return HC_OK;
}

static enum hc_status run_pipeline(const struct hc_pipeline_config *config, struct hc_error *error)
{
    struct hc_pipeline *pipeline;
    enum hc_status status = hc_pipeline_new(config, &pipeline, error);
    if (status != HC_OK) {
        return status;
    }
    while (status == HC_OK) {
        status = hc_pipeline_step(pipeline, ROWS_PER_STEP, error);
    }
    hc_pipeline_free(pipeline);
    return status == HC_END ? HC_OK : status;
}

static void describe(const struct hc_tally *tally, const struct dry_run *run)
{
    struct hc_check *check = run->check;
    check->rows = tally->facts->rows;
    check->refused = atomic_load(&tally->refused);
    check->duplicates = atomic_load(&tally->duplicates);
    hc_buffer_append_str(&check->json, "{\"source\":");
    hc_check_append_source(tally->spec, &check->json);
    hc_buffer_printf(&check->json, ",\"ordered\":%s,\"topics\":[",
                     tally->facts->ordered ? "true" : "false");
    for (size_t i = 0; i < run->map.count; i++) {
        hc_buffer_append_str(&check->json, i ? "," : "");
        hc_report_write_whole(tally, &run->map, (uint32_t)i, run->records[i], &run->gaps,
                              &check->json);
    }
    hc_buffer_append_str(&check->json, "],\"example\":");
    hc_buffer_append_slice(&check->json, check->example.size ? hc_buffer_slice(&check->example)
                                                             : HC_SLICE("null"));
    hc_buffer_append_char(&check->json, '}');
    if (tally->told_count) {
        hc_buffer_append_slice(&check->refusal, tally->told[0]);
    }
    hc_check_text(tally, &run->map, run->records, &run->gaps, check);
}

static enum hc_status check_source(struct hc_source *source, const char *temp_directory,
                                   struct hc_load_control *control, struct hc_check *check,
                                   struct hc_error *error)
{
    struct hc_arena arena;
    struct hc_source_facts facts = {0};
    struct dry_run run = {.check = check};
    hc_arena_init(&arena, 0);
    enum hc_status status = hc_source_survey(source, control, &facts, error);
    if (status == HC_OK) {
        status = hc_topic_map_make(source->spec->topic, &facts, &arena, &run.map, error);
    }
    if (status == HC_OK) {
        status = hc_gaps_init(&run.gaps, source->spec, &facts, &arena, error);
    }
    if (status == HC_OK) {
        struct hc_tally tally;
        hc_tally_init(&tally, source->spec, &facts, &arena);
        run.records = HC_ARENA_ARRAY(&arena, int64_t, run.map.count);
        struct hc_pipeline_config config = {
            .source = source,
            .facts = &facts,
            .topics = &run.map,
            .control = control,
            .tally = &tally,
            .temp_directory = temp_directory,
            .sink = count,
            .context = &run,
        };
        status = run_pipeline(&config, error);
        if (status == HC_OK) {
            describe(&tally, &run);
        }
    }
    hc_arena_done(&arena);
    return status;
}

static enum hc_status check_spec(const struct hc_topic_spec *spec, hc_source_opener *open,
                                 const char *temp_directory, struct hc_load_control *control,
                                 struct hc_check *ret, struct hc_error *error)
{
    struct hc_check check = {.first_visible_ms = HC_NEVER, .last_visible_ms = HC_TIME_MIN};
    struct hc_source *source;
    enum hc_status status = (open ? open : hc_source_open)(spec, &source, error);
    if (status != HC_OK) {
        return status;
    }
    status = check_source(source, temp_directory, control, &check, error);
    hc_source_close(source);
    if (status != HC_OK) {
        hc_check_done(&check);
        return status;
    }
    *ret = check;
    return HC_OK;
}

/* What fails without the refused rows may do so because of them: then the first of them, which a
 * load would stop at, says more. */
enum hc_status hc_ingest_check(const struct hc_topic_spec *spec, hc_source_opener *open,
                               const char *temp_directory, struct hc_load_control *control,
                               struct hc_check *ret, struct hc_error *error)
{
    struct hc_topic_spec lenient = *spec;
    lenient.refused_max = INT64_MAX;
    enum hc_status status = check_spec(&lenient, open, temp_directory, control, ret, error);
    if (status == HC_USAGE || status == HC_INVALID) {
        status = check_spec(spec, open, temp_directory, control, ret, error);
    }
    return status;
}

void hc_check_done(struct hc_check *check)
{
    hc_buffer_done(&check->json);
    hc_buffer_done(&check->text);
    hc_buffer_done(&check->example);
    hc_buffer_done(&check->shown);
    hc_buffer_done(&check->refusal);
    *check = (struct hc_check){0};
}
