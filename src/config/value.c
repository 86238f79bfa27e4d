#include "config/value.h"

#include "base/timetext.h"

#include <inttypes.h>
#include <stdio.h>

enum { TEXT_BYTES_MAX = 64 * 1024 };

/* "\"TEXT\" is no WHAT; it takes the form FORM" */
static enum hc_status refuse(struct hc_slice text, const char *what, struct hc_error *error)
{
    return hc_error_set(error, HC_USAGE, "\"%.*s\" is not %s", (int)HC_MIN(text.size, 200),
                        text.data, what);
}

static enum hc_status in_bounds(const struct hc_key *key, struct hc_slice text, int64_t number,
                                struct hc_error *error)
{
    if ((key->min == 0 && key->max == 0) || (number >= key->min && number <= key->max)) {
        return HC_OK;
    }
    HC_ASSERT(key->min <= key->max);
    char low[HC_DURATION_BYTES], high[HC_DURATION_BYTES];
    bool time = key->kind == HC_KIND_DURATION;
    if (time) {
        hc_duration_text(key->min, low);
        hc_duration_text(key->max, high);
    } else {
        snprintf(low, sizeof low, "%" PRId64, key->min);
        snprintf(high, sizeof high, "%" PRId64, key->max);
    }
    if (number < key->min) {
        return hc_error_set(error, HC_USAGE, HC_SLICE_FMT " is below the least, %s",
                            HC_SLICE_ARG(text), low);
    }
    return hc_error_set(error, HC_USAGE, HC_SLICE_FMT " is above the most, %s", HC_SLICE_ARG(text),
                        high);
}

static enum hc_status parse_bool(struct hc_slice text, struct hc_value *value,
                                 struct hc_error *error)
{
    static const char yes[] = "true|yes|on", no[] = "false|no|off";
    value->number = hc_word_index(yes, text) >= 0;
    return value->number || hc_word_index(no, text) >= 0 ? HC_OK
                                                         : refuse(text, "true or false", error);
}

static enum hc_status parse_integer(const struct hc_key *key, struct hc_slice text,
                                    struct hc_value *value, struct hc_error *error)
{
    if (!hc_parse_i64(text, &value->number)) {
        return refuse(text, "a whole number", error);
    }
    return in_bounds(key, text, value->number, error);
}

static enum hc_status parse_size(const struct hc_key *key, struct hc_slice text,
                                 struct hc_value *value, struct hc_error *error)
{
    uint64_t bytes;
    if (!hc_parse_size(text, &bytes) || bytes > INT64_MAX) {
        return refuse(text, "a size; write it as 64KiB, 1MiB, 2GiB or in bytes", error);
    }
    value->number = (int64_t)bytes;
    return in_bounds(key, text, value->number, error);
}

static enum hc_status parse_duration(const struct hc_key *key, struct hc_slice text,
                                     struct hc_value *value, struct hc_error *error)
{
    bool months = (key->traits & HC_TRAIT_MONTHS) != 0;
    if (!hc_parse_duration_ns(text, &value->number, months ? &value->months : NULL) ||
        value->number < 0) {
        return refuse(text,
                      months ? "a duration; write it as 500ms, 90s, 5m, 36h, 30d, 2w or 1mo"
                             : "a duration; write it as 500ms, 90s, 5m, 36h, 30d or 2w",
                      error);
    }
    return in_bounds(key, text, value->number, error);
}

static enum hc_status parse_time(struct hc_slice text, int64_t *ret, struct hc_error *error)
{
    return hc_parse_time_ms(text, ret)
               ? HC_OK
               : refuse(text,
                        "a time; write it as 2023-01-01T00:00:00Z (with its zone), as a date "
                        "2023-01-01 (UTC), or as 13 digits of milliseconds",
                        error);
}

static enum hc_status parse_range(struct hc_slice text, struct hc_value *value,
                                  struct hc_error *error)
{
    const char *dots = text.size >= 2 ? memmem(text.data, text.size, "..", 2) : NULL;
    if (!dots) {
        return refuse(text, "a range; write it as FROM..TO, either may be left out", error);
    }
    struct hc_slice from = hc_slice_of(text.data, (size_t)(dots - text.data));
    struct hc_slice to = hc_slice_of(dots + 2, text.size - from.size - 2);
    enum hc_status status = from.size ? parse_time(from, &value->number, error) : HC_OK;
    if (status == HC_OK && to.size) {
        status = parse_time(to, &value->until, error);
    }
    if (status == HC_OK && value->number >= value->until) {
        return hc_error_set(error, HC_USAGE,
                            "the range " HC_SLICE_FMT " ends where it begins, "
                            "or before",
                            HC_SLICE_ARG(text));
    }
    return status;
}

static enum hc_status parse_choice(const struct hc_key *key, struct hc_slice text,
                                   struct hc_value *value, struct hc_error *error)
{
    HC_ASSERT(key->words != NULL);
    int index = hc_word_index(key->words, text);
    if (index < 0) {
        char what[256] = "one of ";
        hc_slice_to_str(hc_slice_str(key->words), what + strlen(what), sizeof what - strlen(what));
        for (char *c = what; *c; c++) {
            *c = *c == '|' ? ' ' : *c;
        }
        return refuse(text, what, error);
    }
    value->number = index;
    return HC_OK;
}

static enum hc_status parse_disconnect(const struct hc_key *key, struct hc_slice text,
                                       struct hc_value *value, struct hc_error *error)
{
    static const char expel[] = "expel-after ";
    value->number = HC_NEVER;
    if (hc_slice_equal_str(text, "keep")) {
        return HC_OK;
    }
    if (text.size <= sizeof expel - 1 || memcmp(text.data, expel, sizeof expel - 1) != 0) {
        return refuse(text, "a rule; write keep, or expel-after DURATION", error);
    }
    size_t skip = sizeof expel - 1;
    return parse_duration(key, hc_slice_trim(hc_slice_of(text.data + skip, text.size - skip)),
                          value, error);
}

static enum hc_status parse_list(struct hc_slice text, struct hc_arena *arena,
                                 struct hc_value *value, struct hc_error *error)
{
    size_t count = 1;
    for (size_t i = 0; i < text.size; i++) {
        count += text.data[i] == ',';
    }
    value->items = HC_ARENA_ARRAY(arena, struct hc_slice, count);
    struct hc_slice rest = text;
    while (!hc_slice_is_null(rest)) {
        struct hc_slice item = hc_slice_trim(hc_slice_cut(&rest, ','));
        if (!item.size) {
            return refuse(text, "a list; separate its members with single commas", error);
        }
        HC_ASSERT(value->count < count);
        value->items[value->count++] = item;
    }
    return HC_OK;
}

static enum hc_status parse_pair(struct hc_slice text, struct hc_arena *arena,
                                 struct hc_value *value, struct hc_error *error)
{
    struct hc_slice rest = text;
    struct hc_slice name = hc_slice_cut(&rest, '=');
    if (!name.size || hc_slice_is_null(rest)) {
        return refuse(text, "a name with its value; write it as NAME=VALUE", error);
    }
    value->pairs = HC_ARENA_NEW(arena, struct hc_config_pair);
    value->pairs[0] = (struct hc_config_pair){name, rest};
    value->count = 1;
    return HC_OK;
}

static enum hc_status parse_kind(const struct hc_key *key, struct hc_arena *arena,
                                 struct hc_value *value, struct hc_error *error)
{
    struct hc_slice text = value->text;
    switch (key->kind) {
    case HC_KIND_BOOL:
        return parse_bool(text, value, error);
    case HC_KIND_INTEGER:
        return parse_integer(key, text, value, error);
    case HC_KIND_SIZE:
        return parse_size(key, text, value, error);
    case HC_KIND_DURATION:
        return parse_duration(key, text, value, error);
    case HC_KIND_TIME:
        return parse_time(text, &value->number, error);
    case HC_KIND_RANGE:
        return parse_range(text, value, error);
    case HC_KIND_CHOICE:
        return parse_choice(key, text, value, error);
    case HC_KIND_DISCONNECT:
        return parse_disconnect(key, text, value, error);
    case HC_KIND_LIST:
        return parse_list(text, arena, value, error);
    case HC_KIND_PAIRS:
        return parse_pair(text, arena, value, error);
    case HC_KIND_TEXT:
    case HC_KIND_PATH:
    case HC_KIND_SPEED:
    case HC_KIND_ADDRESS:
    case HC_KIND_FIELDS:
    case HC_KIND_INTERVAL:
    case HC_KIND_START:
        return HC_OK;
    }
    HC_UNREACHABLE();
}

enum hc_status hc_value_parse(const struct hc_key *key, struct hc_slice text,
                              struct hc_arena *arena, struct hc_value *ret, struct hc_error *error)
{
    HC_ASSERT(key != NULL && !hc_slice_is_null(text));
    if (text.size == 0) {
        return hc_error_set(error, HC_USAGE, "needs a value (%s)", key->placeholder);
    }
    if (text.size > TEXT_BYTES_MAX) {
        return hc_error_set(error, HC_USAGE, "longer than %d bytes", TEXT_BYTES_MAX);
    }
    struct hc_value value = {.set = true,
                             .text = hc_slice_str(hc_arena_str(arena, text)),
                             .number = key->kind == HC_KIND_RANGE ? HC_TIME_MIN : 0,
                             .until = HC_NEVER};
    value.word = key->kind != HC_KIND_CHOICE && hc_word_index(key->words, text) >= 0;
    enum hc_status status = value.word ? HC_OK : parse_kind(key, arena, &value, error);
    if (status == HC_OK) {
        *ret = value;
    }
    return status;
}

void hc_value_add(struct hc_value *value, const struct hc_value *more, struct hc_arena *arena)
{
    HC_ASSERT(value->set && more->set);
    value->text = HC_SLICE_NULL;
    if (value->items != NULL) {
        HC_ASSERT(more->items != NULL);
        struct hc_slice *items = HC_ARENA_ARRAY(arena, struct hc_slice, value->count + more->count);
        memcpy(items, value->items, value->count * sizeof *items);
        memcpy(items + value->count, more->items, more->count * sizeof *items);
        value->items = items;
        value->count += more->count;
        return;
    }
    HC_ASSERT(value->pairs != NULL && more->pairs != NULL);
    struct hc_config_pair *pairs =
        HC_ARENA_ARRAY(arena, struct hc_config_pair, value->count + more->count);
    memcpy(pairs, value->pairs, value->count * sizeof *pairs);
    memcpy(pairs + value->count, more->pairs, more->count * sizeof *pairs);
    value->pairs = pairs;
    value->count += more->count;
}
