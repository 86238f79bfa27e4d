/* Topics: settings to specs. */
#include "base/nearest.h"
#include "cli/plan_internal.h"
#include "cli/plan_list.h"
#include "ingest/template.h"

_Static_assert(HC_STAMP_OPEN == 0 && HC_STAMP_CLOSE == 1, "time.stamp: open|close");
_Static_assert(HC_VISIBLE_CLOSE == 0 && HC_VISIBLE_OPEN == 1, "visible: close|open");
_Static_assert(HC_TIMESTAMP_VISIBLE == 0 && HC_TIMESTAMP_OPEN == 1, "timestamp: visible|open");
_Static_assert(HC_DUPLICATES_KEEP == 1 && HC_DUPLICATES_DROP_IDENTICAL == 2 &&
                   HC_DUPLICATES_LAST == 3 && HC_DUPLICATES_REFUSE == 4,
               "duplicates: auto|keep|drop-identical|last|refuse");
_Static_assert(HC_AS_NUMBER == 1 && HC_AS_STRING == 2 && HC_AS_ISO == 3 && HC_AS_EPOCH_MS == 4,
               "fields.as: number|string|iso|epoch-ms, from 1");

/* A copy of the text, null where it is not given. */
static struct hc_slice text_of(const struct hc_scope *scope, enum hc_key_id id,
                               struct hc_arena *arena)
{
    return hc_scope_is_given(scope, id) ? hc_arena_copy(arena, hc_scope_get(scope, id)->value.text)
                                        : HC_SLICE_NULL;
}

/* A name in `sources`, or a URI. */
static enum hc_status plan_source(const struct hc_config *config, const struct hc_scope *scope,
                                  struct hc_arena *arena, struct hc_topic_spec *spec,
                                  struct hc_error *error)
{
    struct hc_slice text = hc_scope_get(scope, HC_KEY_SOURCE)->value.text;
    struct hc_slice *names = HC_ARENA_ARRAY(arena, struct hc_slice, config->source_count);
    for (size_t i = 0; i < config->source_count; i++) {
        names[i] = config->sources[i].name;
        if (hc_slice_equal(text, names[i])) {
            spec->source = hc_arena_copy(arena, config->sources[i].uri);
            return HC_OK;
        }
    }
    spec->source = hc_arena_copy(arena, text);
    if (memchr(text.data, ':', text.size)) {
        return HC_OK;
    }
    char near[256];
    return hc_scope_refuse(
        scope, HC_KEY_SOURCE, error,
        "\"" HC_SLICE_FMT "\" is neither a URI (demo:, csv:PATH, postgresql://...) nor a name in "
        "`sources`; the nearest name is %s",
        HC_SLICE_ARG(text), hc_nearest_text(text, names, config->source_count, near, sizeof near));
}

static enum hc_status plan_name(const struct hc_scope *scope, struct hc_arena *arena,
                                struct hc_topic_spec *spec, struct hc_error *error)
{
    spec->topic = hc_arena_copy(arena, scope->name);
    struct hc_error why = {0};
    if (hc_template_is_plain(spec->topic) && hc_topic_name_check(spec->topic, &why) != HC_OK) {
        return hc_scope_refuse(scope, HC_KEY_TOPIC, error, "%s", why.text);
    }
    return HC_OK;
}

static enum hc_status plan_time(const struct hc_scope *scope, struct hc_arena *arena,
                                struct hc_topic_spec *spec, struct hc_error *error)
{
    spec->time_column = text_of(scope, HC_KEY_TIME_COLUMN, arena);
    spec->stamp = (enum hc_stamp)hc_scope_number(scope, HC_KEY_TIME_STAMP);
    spec->time_unit = text_of(scope, HC_KEY_TIME_UNIT, arena);
    spec->timezone = text_of(scope, HC_KEY_TIME_ZONE, arena);
    spec->visible = (enum hc_visible)hc_scope_number(scope, HC_KEY_VISIBLE);
    spec->publish_delay_ns = hc_scope_number(scope, HC_KEY_PUBLISH_DELAY);
    spec->timestamp = (enum hc_timestamp_kind)hc_scope_number(scope, HC_KEY_TIMESTAMP);
    const struct hc_value *interval = &hc_scope_get(scope, HC_KEY_INTERVAL)->value;
    spec->interval_column = hc_arena_copy(arena, interval->column);
    spec->interval_set = interval->set && !interval->column.data;
    if (spec->interval_set && !hc_interval_parse(interval->text, &spec->interval)) {
        return hc_scope_refuse(scope, HC_KEY_INTERVAL, error,
                               "\"" HC_SLICE_FMT "\" is no interval; write it as 1m, 4h, 1d, 1w, "
                               "1mo, or 0 for events",
                               HC_SLICE_ARG(interval->text));
    }
    return HC_OK;
}

/* The file's list of fields; the flag's form has a parser of its own. */
static enum hc_status plan_field_list(const struct hc_scope *scope, const struct hc_value *value,
                                      struct hc_arena *arena, struct hc_topic_spec *spec,
                                      struct hc_error *error)
{
    static const char as[] = "number|string|iso|epoch-ms";
    spec->fields = HC_ARENA_ARRAY(arena, struct hc_field_spec, value->count);
    for (size_t i = 0; i < value->count; i++) {
        const struct hc_config_field *field = &value->fields[i];
        int kind = hc_word_index(as, field->as);
        if (!hc_slice_is_null(field->as) && kind < 0) {
            return hc_scope_refuse(scope, HC_KEY_FIELDS, error,
                                   "as: \"" HC_SLICE_FMT "\" is not one of number, string, iso, "
                                   "epoch-ms",
                                   HC_SLICE_ARG(field->as));
        }
        for (size_t j = 0; j < i; j++) {
            if (hc_slice_equal(spec->fields[j].name, field->name)) {
                return hc_scope_refuse(scope, HC_KEY_FIELDS, error,
                                       "the field " HC_SLICE_FMT " is named twice",
                                       HC_SLICE_ARG(field->name));
            }
        }
        spec->fields[i] = (struct hc_field_spec){.name = hc_arena_copy(arena, field->name),
                                                 .from = hc_arena_copy(arena, field->from),
                                                 .constant = hc_arena_copy(arena, field->constant),
                                                 .as = (enum hc_field_as)(kind + 1)};
    }
    spec->field_count = value->count;
    return HC_OK;
}

static enum hc_status plan_fields(const struct hc_scope *scope, struct hc_arena *arena,
                                  struct hc_topic_spec *spec, struct hc_error *error)
{
    const struct hc_value *value = &hc_scope_get(scope, HC_KEY_FIELDS)->value;
    if (!value->set) {
        return HC_OK;
    }
    if (value->fields) {
        return plan_field_list(scope, value, arena, spec, error);
    }
    struct hc_error why = {0};
    if (hc_fields_parse(value->text, arena, &spec->fields, &spec->field_count, &why) != HC_OK) {
        return hc_scope_refuse(scope, HC_KEY_FIELDS, error, "%s", why.text);
    }
    return HC_OK;
}

static void plan_record(const struct hc_scope *scope, struct hc_arena *arena,
                        struct hc_topic_spec *spec)
{
    spec->key_none = spec->key.count == 1 && hc_slice_equal_str(spec->key.items[0], "none");
    if (spec->key_none) {
        spec->key = (struct hc_slice_list){0};
    }
    spec->partitions = (int32_t)hc_scope_number(scope, HC_KEY_PARTITIONS);
    spec->nonfinite_as_null = hc_scope_number(scope, HC_KEY_NONFINITE) != 0;
    spec->numbers_as_strings = hc_scope_number(scope, HC_KEY_NUMBERS) != 0;
    spec->duplicates = (enum hc_duplicates)hc_scope_number(scope, HC_KEY_DUPLICATES);
    spec->refused_max = hc_scope_number(scope, HC_KEY_MAX_REFUSED);
    spec->refresh = hc_scope_number(scope, HC_KEY_REFRESH) != 0;
    if (hc_scope_number(scope, HC_KEY_COMPRESSION) != 0) {
        spec->compression = text_of(scope, HC_KEY_COMPRESSION, arena);
    }
    const struct hc_value *headers = &hc_scope_get(scope, HC_KEY_HEADERS)->value;
    spec->headers = HC_ARENA_ARRAY(arena, struct hc_name_value, headers->count);
    spec->header_count = headers->count;
    for (size_t i = 0; i < headers->count; i++) {
        spec->headers[i] =
            (struct hc_name_value){.name = hc_arena_copy(arena, headers->pairs[i].name),
                                   .value = hc_arena_copy(arena, headers->pairs[i].value)};
    }
}

/* A topic without a range of its own has what main needs. */
static void plan_range(const struct hc_scope *scope, const struct hc_session_config *session,
                       struct hc_topic_spec *spec)
{
    const struct hc_value *range = &hc_scope_get(scope, HC_KEY_RANGE)->value;
    spec->range_from_ms = range->set ? range->number : hc_plan_begin_ms(session);
    spec->range_to_ms = range->set ? range->until : session->to_ms;
}

static enum hc_status plan_topic(const struct hc_config *config, const struct hc_scope *scope,
                                 struct hc_arena *arena, const struct hc_session_config *session,
                                 struct hc_topic_spec *spec, struct hc_error *error)
{
    hc_topic_spec_init(spec);
    spec->symbol = text_of(scope, HC_KEY_SYMBOL, arena);
    enum hc_status status = plan_name(scope, arena, spec, error);
    if (status == HC_OK) {
        status = plan_source(config, scope, arena, spec, error);
    }
    if (status == HC_OK) {
        status = hc_plan_list(scope, HC_KEY_SYMBOLS, arena, &spec->symbols, error);
    }
    if (status == HC_OK) {
        status = hc_plan_list(scope, HC_KEY_EXCLUDE_SYMBOLS, arena, &spec->exclude_symbols, error);
    }
    if (status == HC_OK) {
        status = plan_time(scope, arena, spec, error);
    }
    if (status == HC_OK) {
        status = plan_fields(scope, arena, spec, error);
    }
    if (status != HC_OK) {
        return status;
    }
    hc_plan_copy_list(scope, HC_KEY_TABLE, arena, &spec->tables);
    spec->query = text_of(scope, HC_KEY_QUERY, arena);
    hc_plan_copy_list(scope, HC_KEY_COLUMNS, arena, &spec->columns);
    hc_plan_copy_list(scope, HC_KEY_KEY, arena, &spec->key);
    plan_record(scope, arena, spec);
    plan_range(scope, session, spec);
    return HC_OK;
}

enum hc_status hc_plan_topics(const struct hc_config *config, struct hc_arena *arena,
                              struct hc_plan *plan, struct hc_error *error)
{
    HC_ASSERT(plan->session_count >= 1);
    plan->spec_count = config->topic_count;
    plan->specs = HC_ARENA_ARRAY(arena, struct hc_topic_spec, plan->spec_count);
    for (size_t i = 0; i < plan->spec_count; i++) {
        enum hc_status status = plan_topic(config, &config->topics[i], arena,
                                           &plan->sessions[0].config, &plan->specs[i], error);
        if (status != HC_OK) {
            return status;
        }
    }
    return HC_OK;
}
