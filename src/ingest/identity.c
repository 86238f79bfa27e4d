#include "ingest/identity.h"

#include "base/clock.h"
#include "base/timetext.h"
#include "store/format.h"

#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void put_text(struct hc_buffer *out, const char *key, struct hc_slice value)
{
    hc_buffer_append_str(out, key);
    hc_buffer_append_char(out, '=');
    if (!hc_slice_is_null(value)) {
        hc_buffer_append_json(out, value); /* one line, whatever it holds */
    }
    hc_buffer_append_char(out, '\n');
}

static void put_list(struct hc_buffer *out, const char *key, const struct hc_slice_list *list)
{
    hc_buffer_append_str(out, key);
    hc_buffer_append_char(out, '=');
    for (size_t i = 0; i < list->count; i++) {
        hc_buffer_append_str(out, i ? "," : "");
        hc_buffer_append_json(out, list->items[i]);
    }
    hc_buffer_append_char(out, '\n');
}

/* "postgresql://user:secret@host/db?password=secret" without its secrets: settings are stored and
 * logged, and a changed password leads to the same rows. */
static void append_uri(struct hc_buffer *out, struct hc_slice uri)
{
    struct hc_slice rest = uri;
    const char *slashes = memmem(uri.data, uri.size, "://", 3);
    if (slashes) {
        size_t start = (size_t)(slashes - uri.data) + 3;
        struct hc_slice authority = hc_slice_of(uri.data + start, uri.size - start);
        const char *end = memchr(authority.data, '/', authority.size);
        authority.size = end ? (size_t)(end - authority.data) : authority.size;
        const char *at = memrchr(authority.data, '@', authority.size);
        const char *colon = at ? memchr(authority.data, ':', (size_t)(at - authority.data)) : NULL;
        if (colon) {
            hc_buffer_append(out, uri.data, (size_t)(colon - uri.data));
            rest = hc_slice_of(at, uri.size - (size_t)(at - uri.data));
        }
    }
    bool database = slashes != NULL || (uri.size > 8 && memcmp(uri.data, "postgres", 8) == 0);
    const char *secret = database ? memmem(rest.data, rest.size, "password=", 9) : NULL;
    if (!secret) {
        hc_buffer_append_slice(out, rest);
        return;
    }
    size_t before = (size_t)(secret - rest.data);
    hc_buffer_append(out, rest.data, before);
    const char *next = memchr(secret, slashes ? '&' : ' ', rest.size - before);
    if (next) {
        hc_buffer_append(out, next + 1, rest.size - (size_t)(next + 1 - rest.data));
    }
}

/* The same relative path means other files in another directory. */
void hc_identity_source(struct hc_slice uri, struct hc_buffer *out)
{
    struct hc_slice path = uri;
    struct hc_slice scheme = hc_slice_cut(&path, ':');
    if (hc_slice_equal_str(scheme, "csv") && path.size && path.data[0] != '/') {
        char *here = getcwd(NULL, 0);
        hc_buffer_printf(out, "csv:%s/", here ? here : ".");
        hc_buffer_append_slice(out, path);
        free(here);
    } else {
        append_uri(out, uri);
    }
}

static void put_source(struct hc_buffer *out, struct hc_slice uri)
{
    struct hc_buffer text = {0};
    hc_identity_source(uri, &text);
    put_text(out, "source", hc_buffer_slice(&text));
    hc_buffer_done(&text);
}

static void put_interval(struct hc_buffer *out, const struct hc_topic_spec *spec)
{
    char text[HC_INTERVAL_BYTES];
    put_text(out, "interval",
             spec->interval_set ? hc_slice_str(hc_interval_text(&spec->interval, false, text))
                                : HC_SLICE_NULL);
    put_text(out, "interval.column", spec->interval_column);
}

static void put_fields(struct hc_buffer *out, const struct hc_topic_spec *spec)
{
    static const char *const forms[] = {"", ":number", ":string", ":iso", ":epoch-ms"};
    hc_buffer_append_str(out, "fields=");
    for (size_t i = 0; i < spec->field_count; i++) {
        const struct hc_field_spec *field = &spec->fields[i];
        bool constant = !hc_slice_is_null(field->constant);
        hc_buffer_append_str(out, i ? "," : "");
        hc_buffer_append_json(out, field->name);
        hc_buffer_append_str(out, constant ? "==" : "=");
        hc_buffer_append_json(out, constant ? field->constant : field->from);
        HC_ASSERT((size_t)field->as < HC_COUNT(forms));
        hc_buffer_append_str(out, forms[field->as]);
    }
    hc_buffer_append_char(out, '\n');
}

static void put_headers(struct hc_buffer *out, const struct hc_topic_spec *spec)
{
    hc_buffer_append_str(out, "headers=");
    for (size_t i = 0; i < spec->header_count; i++) {
        hc_buffer_append_str(out, i ? "," : "");
        hc_buffer_append_json(out, spec->headers[i].name);
        hc_buffer_append_char(out, '=');
        hc_buffer_append_json(out, spec->headers[i].value);
    }
    hc_buffer_append_char(out, '\n');
}

static void put_time(struct hc_buffer *out, const struct hc_topic_spec *spec)
{
    char text[HC_DURATION_BYTES];
    bool automatic =
        hc_slice_is_null(spec->time_unit) || hc_slice_equal_str(spec->time_unit, "auto");
    bool utc = hc_slice_is_null(spec->timezone);
    put_text(out, "time.column", spec->time_column);
    put_text(out, "time.stamp", hc_slice_str(spec->stamp == HC_STAMP_CLOSE ? "close" : "open"));
    put_text(out, "time.unit", automatic ? HC_SLICE("auto") : spec->time_unit);
    put_text(out, "time.zone", utc ? HC_SLICE("UTC") : spec->timezone);
    if (spec->range_from_ms == HC_TIME_MIN) {
        put_text(out, "range.from", HC_SLICE_NULL);
    } else {
        char iso[HC_ISO_BYTES];
        put_text(out, "range.from", hc_slice_str(hc_iso_ms(spec->range_from_ms, iso)));
    }
    put_interval(out, spec);
    put_text(out, "visible", hc_slice_str(spec->visible == HC_VISIBLE_OPEN ? "open" : "close"));
    put_text(out, "publish-delay", hc_slice_str(hc_duration_text(spec->publish_delay_ns, text)));
    put_text(out, "timestamp",
             hc_slice_str(spec->timestamp == HC_TIMESTAMP_OPEN ? "open" : "visible"));
}

static void put_record(struct hc_buffer *out, const struct hc_topic_spec *spec)
{
    static const char *const duplicates[] = {"default", "keep", "drop-identical", "last", "refuse"};
    HC_ASSERT((size_t)spec->duplicates < HC_COUNT(duplicates));
    if (spec->key_none) {
        hc_buffer_append_str(out, "key=none\n"); /* a column of that name would be quoted */
    } else {
        put_list(out, "key", &spec->key);
    }
    hc_buffer_printf(out, "partitions=%d\n", (int)spec->partitions);
    put_fields(out, spec);
    hc_buffer_printf(out, "numbers=%s\n", spec->numbers_as_strings ? "string" : "number");
    hc_buffer_printf(out, "nonfinite=%s\n", spec->nonfinite_as_null ? "null" : "refuse");
    put_headers(out, spec);
    hc_buffer_printf(out, "duplicates=%s\n", duplicates[spec->duplicates]);
}

void hc_identity_settings(const struct hc_topic_spec *spec, struct hc_slice topic,
                          struct hc_buffer *out)
{
    hc_buffer_printf(out, "format=%d\n", HC_STORE_VERSION);
    put_text(out, "topic", topic);
    put_text(out, "template", spec->topic);
    put_source(out, spec->source);
    put_list(out, "tables", &spec->tables);
    put_text(out, "query", spec->query);
    put_list(out, "symbols", &spec->symbols);
    put_list(out, "exclude-symbols", &spec->exclude_symbols);
    put_text(out, "symbol", spec->symbol);
    put_list(out, "columns", &spec->columns);
    put_time(out, spec);
    put_record(out, spec);
}

void hc_identity_hash(struct hc_slice settings, int64_t generation, uint8_t out[HC_IDENTITY_BYTES])
{
    HC_ASSERT(generation >= 0);
    struct sha256_ctx hash;
    sha256_init(&hash);
    sha256_update(&hash, settings.size, (const uint8_t *)settings.data);
    if (generation > 0) {
        char text[48];
        int size = snprintf(text, sizeof text, "generation=%" PRId64 "\n", generation);
        sha256_update(&hash, (size_t)size, (const uint8_t *)text);
    }
    sha256_digest(&hash, HC_IDENTITY_BYTES, out);
}

char *hc_identity_hex(const uint8_t identity[HC_IDENTITY_BYTES], char out[HC_IDENTITY_HEX_BYTES])
{
    for (size_t i = 0; i < HC_IDENTITY_BYTES; i++) {
        snprintf(out + 2 * i, 3, "%02x", identity[i]);
    }
    return out;
}

static bool find_setting(struct hc_slice settings, struct hc_slice key, struct hc_slice *ret)
{
    while (settings.size) {
        struct hc_slice value = hc_slice_cut(&settings, '\n');
        struct hc_slice name = hc_slice_cut(&value, '=');
        if (hc_slice_equal(name, key)) {
            *ret = value;
            return true;
        }
    }
    return false;
}

void hc_identity_difference(struct hc_slice old_settings, struct hc_slice new_settings,
                            struct hc_buffer *out)
{
    bool first = true;
    while (new_settings.size) {
        struct hc_slice now = hc_slice_cut(&new_settings, '\n'), before = HC_SLICE_EMPTY;
        struct hc_slice key = hc_slice_cut(&now, '=');
        if (key.size == 0 ||
            (find_setting(old_settings, key, &before) && hc_slice_equal(now, before))) {
            continue;
        }
        hc_buffer_printf(out, "%s" HC_SLICE_FMT ": ", first ? "" : "; ", HC_SLICE_ARG(key));
        hc_buffer_append_slice(out, before.size ? before : HC_SLICE("unset"));
        hc_buffer_append_str(out, " -> ");
        hc_buffer_append_slice(out, now.size ? now : HC_SLICE("unset"));
        first = false;
    }
}
