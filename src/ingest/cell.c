#include "ingest/cell.h"

#include "base/clock.h"
#include "base/timetext.h"
#include "ingest/row.h"
#include "source/number.h"

#include <inttypes.h>
#include <stdio.h>

static bool is_number(struct hc_slice text)
{
    return hc_number_classify(text) == HC_NUMBER_JSON;
}

static void append_quoted(struct hc_buffer *out, struct hc_slice plain)
{
    char *at = hc_buffer_reserve(out, plain.size + 2);
    at[0] = '"';
    memcpy(at + 1, plain.data, plain.size);
    at[plain.size + 1] = '"';
    out->size += plain.size + 2;
}

static void append_default(struct hc_buffer *out, const struct hc_cell *cell, bool quote_numbers)
{
    switch (cell->kind) {
    case HC_CELL_NULL:
        hc_buffer_append_str(out, "null");
        return;
    case HC_CELL_NUMBER:
        if (quote_numbers) {
            append_quoted(out, cell->text);
            return;
        }
        hc_buffer_append_slice(out, cell->text);
        return;
    case HC_CELL_BOOL:
    case HC_CELL_JSON:
        hc_buffer_append_slice(out, cell->text);
        return;
    case HC_CELL_TIME:
        if (is_number(cell->text)) {
            hc_buffer_append_slice(out, cell->text);
            return;
        }
        hc_buffer_append_json(out, cell->text);
        return;
    case HC_CELL_STRING:
        hc_buffer_append_json(out, cell->text);
        return;
    }
    HC_UNREACHABLE();
}

static const char *append_number(struct hc_buffer *out, struct hc_slice text)
{
    switch (hc_number_classify(text)) {
    case HC_NUMBER_JSON:
        hc_buffer_append_slice(out, text);
        return NULL;
    case HC_NUMBER_OTHER:
        out->size += hc_number_normalise(text, hc_buffer_reserve(out, text.size + 1));
        return NULL;
    case HC_NUMBER_NONE:
    case HC_NUMBER_NONFINITE:
        return "not a number, though `fields` asks for one";
    }
    HC_UNREACHABLE();
}

static bool time_of_digits(struct hc_slice text, int64_t *ret_ns)
{
    int64_t value;
    if (!hc_parse_i64(text, &value)) {
        return false;
    }
    int64_t unit = text.size == 10   ? HC_NS_PER_S
                   : text.size == 13 ? HC_NS_PER_MS
                   : text.size == 16 ? 1000
                   : text.size == 19 ? 1
                                     : 0;
    if (unit == 0 || value < 0 || value > INT64_MAX / unit) {
        return false;
    }
    *ret_ns = value * unit;
    return true;
}

static bool cell_time(const struct hc_cell *cell, int64_t *ret_ns)
{
    if (cell->kind == HC_CELL_TIME) {
        *ret_ns = cell->time_ns;
        return true;
    }
    int64_t ms;
    if (time_of_digits(cell->text, ret_ns)) {
        return true;
    }
    if (cell->kind != HC_CELL_STRING || !hc_parse_time_ms(cell->text, &ms) ||
        ms > INT64_MAX / HC_NS_PER_MS || ms < INT64_MIN / HC_NS_PER_MS) {
        return false;
    }
    *ret_ns = ms * HC_NS_PER_MS;
    return true;
}

static void append_iso(struct hc_buffer *out, int64_t ns)
{
    char text[HC_ISO_BYTES];
    int64_t ms = hc_ms_of_ns(ns);
    int below_ms = (int)(ns - ms * HC_NS_PER_MS);
    hc_iso_ms(ms, text);
    size_t size = strlen(text);
    if (below_ms != 0) {
        HC_ASSERT(text[size - 1] == 'Z');
        bool us = below_ms % 1000 == 0;
        snprintf(text + size - 1, sizeof text - size + 1, "%0*dZ", us ? 3 : 6,
                 us ? below_ms / 1000 : below_ms);
        size = strlen(text);
    }
    append_quoted(out, hc_slice_of(text, size));
}

static const char *append_time(struct hc_buffer *out, const struct hc_cell *cell, bool iso)
{
    int64_t ns;
    if (!cell_time(cell, &ns)) {
        return "not a time, though `fields` asks for one";
    }
    if (iso) {
        append_iso(out, ns);
    } else {
        hc_buffer_printf(out, "%" PRId64, hc_ms_of_ns(ns));
    }
    return NULL;
}

const char *hc_cell_append(struct hc_buffer *out, const struct hc_cell *cell, enum hc_field_as as,
                           bool quote_numbers)
{
    if (as == HC_AS_DEFAULT || cell->kind == HC_CELL_NULL) {
        append_default(out, cell, quote_numbers);
        return NULL;
    }
    switch (as) {
    case HC_AS_NUMBER:
        return append_number(out, cell->text);
    case HC_AS_STRING:
        hc_buffer_append_json(out, cell->text);
        return NULL;
    case HC_AS_ISO:
    case HC_AS_EPOCH_MS:
        return append_time(out, cell, as == HC_AS_ISO);
    case HC_AS_DEFAULT:
        break;
    }
    HC_UNREACHABLE();
}

bool hc_constant_append(struct hc_buffer *out, const struct hc_field_spec *field)
{
    HC_ASSERT(!hc_slice_is_null(field->constant));
    struct hc_cell cell = {.kind = HC_CELL_STRING, .text = field->constant};
    return hc_cell_append(out, &cell, field->as, false) == NULL;
}
