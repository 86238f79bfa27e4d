#include "source/postgres/postgres.h"

#include "base/clock.h"
#include "base/memory.h"
#include "source/postgres/internal.h"
#include "source/timeparse.h"

#include <stdlib.h>

static const struct hc_source_ops pg_ops;

/* Every connection speaks alike, reads only, and is not waited for in vain; settings that an older
 * server lacks are passed over. Names are resolved in pg_catalog, except in the user's own query.
 */
#define SETUP(path)                                                                                \
    "SELECT pg_catalog.set_config(s.name, v.value, false) FROM (VALUES " path                      \
    "('default_transaction_read_only', 'on'), ('client_encoding', 'UTF8'),"                        \
    " ('datestyle', 'ISO, MDY'), ('intervalstyle', 'postgres'), ('timezone', 'UTC'),"              \
    " ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('statement_timeout', '0'),"           \
    " ('synchronize_seqscans', 'off'), ('jit', 'off'), ('idle_session_timeout', '0'),"             \
    " ('client_connection_check_interval', '2s')) v(name, value)"                                  \
    " JOIN pg_catalog.pg_settings s ON pg_catalog.lower(s.name) = v.name"

static const char setup_ours[] = SETUP("('search_path', 'pg_catalog'), ");
static const char setup_query[] = SETUP("");

static struct hc_pg *pg_of(struct hc_source *source)
{
    HC_ASSERT(source->ops == &pg_ops);
    return (struct hc_pg *)(void *)source;
}

/* A server that is down must not hold up what is stored: before the survey nothing is asked. */
static enum hc_status pg_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                     struct hc_error *error)
{
    struct hc_pg *pg = pg_of(source);
    if (!pg->surveyed) {
        return hc_error_set(error, HC_AGAIN, "the server has not been asked yet");
    }
    if (pg->reader == NULL) {
        hc_buffer_append_slice(out, pg->kept);
        return HC_OK;
    }
    return hc_pg_fingerprint_verify(pg, out, error);
}

static enum hc_status pg_probe(struct hc_source *source, struct hc_load_control *control,
                               struct hc_buffer *out, struct hc_error *error)
{
    struct hc_pg *pg = pg_of(source);
    HC_ASSERT(!pg->surveyed && control != NULL);
    pg->link.control = control;
    pg->link.once = true;
    hc_buffer_clear(out);
    enum hc_status status = hc_pg_discover(pg, error);
    for (size_t i = 0; i < pg->table_count && status == HC_OK; i++) {
        status = hc_pg_find_unit(pg, &pg->tables[i], error);
    }
    if (status == HC_OK) {
        status = hc_pg_fingerprint_ask(pg, false, out, error);
    }
    hc_pg_link_drop(&pg->link);
    return status;
}

static void pg_close(struct hc_source *source)
{
    struct hc_pg *pg = pg_of(source);
    hc_pg_reader_free(pg->reader);
    for (size_t i = 0; i < pg->table_count; i++) {
        hc_map_done(&pg->tables[i].stream_of);
    }
    hc_pg_link_done(&pg->link);
    hc_arena_done(&pg->base.arena);
    free(pg);
}

static const struct hc_source_ops pg_ops = {
    .survey = hc_pg_survey,
    .read_begin = hc_pg_read_begin,
    .read_next = hc_pg_read_next,
    .fingerprint = pg_fingerprint,
    .probe = pg_probe,
    .close = pg_close,
};

static enum hc_status spec_check(const struct hc_topic_spec *spec, struct hc_error *error)
{
    static const char *const units[] = {"auto", "s", "ms", "us", "ns", "iso"};
    bool known = hc_slice_is_null(spec->time_unit);
    for (size_t i = 0; i < HC_COUNT(units); i++) {
        known |= hc_slice_equal_str(spec->time_unit, units[i]);
    }
    if (!known) {
        return hc_error_set(error, HC_USAGE,
                            "--time-unit `" HC_SLICE_FMT
                            "`: of a database auto, s, ms, us or ns; a --query may cast texts",
                            HC_SLICE_ARG(spec->time_unit));
    }
    if (spec->columns.count > 0 || !hc_slice_is_null(spec->symbol)) {
        return hc_error_set(error, HC_USAGE,
                            "--columns and --symbol are for files, not for databases");
    }
    if (spec->tables.count > 0 && !hc_slice_is_null(spec->query)) {
        return hc_error_set(error, HC_USAGE, "--table or --query, not both");
    }
    if (spec->interval_set && !hc_slice_is_null(spec->interval_column)) {
        return hc_error_set(error, HC_USAGE, "interval: a duration or a column, not both");
    }
    return HC_OK;
}

static int64_t ms_to_ns(int64_t ms)
{
    if (ms <= INT64_MIN / HC_NS_PER_MS) {
        return INT64_MIN;
    }
    return ms >= INT64_MAX / HC_NS_PER_MS ? INT64_MAX : ms * HC_NS_PER_MS;
}

enum hc_status hc_pg_open(const struct hc_topic_spec *spec, struct hc_slice uri,
                          struct hc_source **ret, struct hc_error *error)
{
    HC_ASSERT(spec != NULL && ret != NULL);
    enum hc_status status = spec_check(spec, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice words = uri;
    hc_slice_cut(&words, ':');
    bool is_uri = words.size >= 2 && memcmp(words.data, "//", 2) == 0;
    struct hc_pg *pg = hc_alloc(sizeof(*pg));
    pg->base.ops = &pg_ops;
    pg->base.spec = spec;
    hc_arena_init(&pg->base.arena, 0);
    hc_pg_link_init(&pg->link, is_uri ? uri : words);
    pg->link.setup = hc_slice_is_null(spec->query) ? setup_ours : setup_query;
    pg->from_ns = ms_to_ns(spec->range_from_ms);
    pg->to_ns = ms_to_ns(spec->range_to_ms);
    status = hc_zone_open(spec->timezone, &pg->base.arena, &pg->zone, error);
    if (status == HC_OK) {
        status = hc_filters_read(spec, &pg->base.arena, &pg->filters, error);
    }
    if (status != HC_OK) {
        pg_close(&pg->base);
        return status;
    }
    *ret = &pg->base;
    return HC_OK;
}
