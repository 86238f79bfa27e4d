#include "source/postgres/decode.h"

#include "base/clock.h"
#include "base/timetext.h"
#include "source/number.h"

#include <inttypes.h>
#include <stdio.h>

#define US_PER_DAY (INT64_C(86400) * 1000000)

/* From 1970-01-01 to 2000-01-01, where PostgreSQL's times begin. */
enum { EPOCH_DAYS = 10957 };

static int16_t read_i16(const char *at)
{
    uint16_t value = (uint16_t)((uint16_t)(unsigned char)at[0] << 8 | (unsigned char)at[1]);
    return (int16_t)value;
}

static int32_t read_i32(const char *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof(value));
    return (int32_t)__builtin_bswap32(value);
}

static int64_t read_i64(const char *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof(value));
    return (int64_t)__builtin_bswap64(value);
}

bool hc_pg_row_split(const char *data, size_t size, struct hc_pg_field *fields, size_t count,
                     size_t *ret_size)
{
    HC_ASSERT(data != NULL && fields != NULL);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        if (size - at < 4) {
            return false;
        }
        int32_t length = read_i32(data + at);
        at += 4;
        fields[i] = (struct hc_pg_field){data + at, length};
        if (length < -1 || (length > 0 && (size_t)length > size - at)) {
            return false;
        }
        at += length > 0 ? (size_t)length : 0;
    }
    *ret_size = at;
    return true;
}

bool hc_pg_field_integer(const struct hc_pg_column *column, const struct hc_pg_field *field,
                         int64_t *ret)
{
    if (field->size != column->size) {
        return false;
    }
    *ret = field->size == 8   ? read_i64(field->data)
           : field->size == 4 ? read_i32(field->data)
                              : read_i16(field->data);
    return true;
}

bool hc_pg_field_stamp(const struct hc_pg_column *column, const struct hc_pg_field *field,
                       int64_t *ret)
{
    int64_t value = 0;
    if (column->kind == HC_PG_INTEGER) {
        return hc_pg_field_integer(column, field, ret);
    }
    if (column->kind == HC_PG_DATE) {
        if (field->size != 4) {
            return false;
        }
        value = read_i32(field->data);
        *ret = value + EPOCH_DAYS;
        return value != INT32_MAX && value != INT32_MIN;
    }
    if (field->size != 8) {
        return false;
    }
    value = read_i64(field->data);
    return value != INT64_MAX && value != INT64_MIN &&
           !__builtin_add_overflow(value, EPOCH_DAYS * US_PER_DAY, ret);
}

/* ---- times as text ---- */

static char *put_digits(char *out, int64_t value, int digits)
{
    for (int i = digits - 1; i >= 0; i--) {
        out[i] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

size_t hc_pg_date_text(int64_t days, char out[HC_PG_MOMENT_BYTES])
{
    int32_t year = 0;
    int32_t month = 0;
    int32_t day = 0;
    hc_civil_from_days(days, &year, &month, &day);
    if (year < 0 || year > 9999) {
        return (size_t)snprintf(out, HC_PG_MOMENT_BYTES, "%c%06d-%02d-%02d", year < 0 ? '-' : '+',
                                year < 0 ? -year : year, month, day);
    }
    char *at = put_digits(out, year, 4);
    *at++ = '-';
    at = put_digits(at, month, 2);
    *at++ = '-';
    at = put_digits(at, day, 2);
    return (size_t)(at - out);
}

size_t hc_pg_moment_text(int64_t us, char out[HC_PG_MOMENT_BYTES])
{
    int64_t days = us / US_PER_DAY - (us % US_PER_DAY < 0);
    int64_t rest = us - days * US_PER_DAY;
    int64_t seconds = rest / 1000000;
    int64_t fraction = rest % 1000000;
    char *at = out + hc_pg_date_text(days, out);
    *at++ = 'T';
    at = put_digits(at, seconds / 3600, 2);
    *at++ = ':';
    at = put_digits(at, seconds / 60 % 60, 2);
    *at++ = ':';
    at = put_digits(at, seconds % 60, 2);
    *at++ = '.';
    at = fraction % 1000 == 0 ? put_digits(at, fraction / 1000, 3) : put_digits(at, fraction, 6);
    *at++ = 'Z';
    return (size_t)(at - out);
}

/* ---- numeric ---- */

enum {
    NUMERIC_HEADER = 8,
    NUMERIC_NEGATIVE = 0x4000,
    NUMERIC_NAN = 0xC000,
    NUMERIC_INFINITE = 0xD000,
    NUMERIC_MINUS_INFINITE = 0xF000,
    NUMERIC_SCALE_MAX = 0x3FFF,
};

size_t hc_pg_numeric_bytes(const struct hc_pg_field *field)
{
    if (field->size < NUMERIC_HEADER) {
        return 16;
    }
    int16_t weight = read_i16(field->data + 2);
    int16_t scale = read_i16(field->data + 6);
    return 16 + (weight >= 0 ? ((size_t)weight + 1) * 4 : 1) + (size_t)(scale > 0 ? scale : 0) + 4;
}

static size_t spell(char *out, const char *text)
{
    size_t size = 0;
    for (; text[size]; size++) {
        out[size] = text[size];
    }
    return size;
}

/* The digit of base 10,000 at a place, counted from the most significant one. */
static int digit_at(const struct hc_pg_field *field, int count, int place)
{
    return place >= 0 && place < count ? read_i16(field->data + NUMERIC_HEADER + 2 * place) : 0;
}

static char *put_whole(const struct hc_pg_field *field, int count, int weight, char *at)
{
    char *start = at;
    for (int place = 0; place <= weight; place++) {
        char group[4];
        put_digits(group, digit_at(field, count, place), 4);
        for (int i = 0; i < 4; i++) {
            if (at > start || group[i] != '0') {
                *at++ = group[i];
            }
        }
    }
    if (at == start) {
        *at++ = '0';
    }
    return at;
}

size_t hc_pg_numeric_text(const struct hc_pg_field *field, char *out, bool *ret_finite)
{
    HC_ASSERT(field != NULL && out != NULL && ret_finite != NULL);
    if (field->size < NUMERIC_HEADER) {
        return 0;
    }
    int count = read_i16(field->data);
    int weight = read_i16(field->data + 2);
    int sign = (uint16_t)read_i16(field->data + 4);
    int scale = read_i16(field->data + 6);
    *ret_finite = sign == 0 || sign == NUMERIC_NEGATIVE;
    if (!*ret_finite) {
        return spell(out, sign == NUMERIC_NAN        ? "NaN"
                          : sign == NUMERIC_INFINITE ? "Infinity"
                                                     : "-Infinity");
    }
    if (count < 0 || field->size != NUMERIC_HEADER + 2 * count || scale < 0 ||
        scale > NUMERIC_SCALE_MAX) {
        return 0;
    }
    for (int i = 0; i < count; i++) {
        int digit = digit_at(field, count, i);
        if (digit < 0 || digit > 9999) {
            return 0;
        }
    }
    char *at = out;
    if (sign == NUMERIC_NEGATIVE) {
        *at++ = '-';
    }
    at = put_whole(field, count, weight, at);
    if (scale > 0) {
        *at++ = '.';
        char *end = at + scale;
        for (int place = weight + 1; at < end; place++) {
            at = put_digits(at, digit_at(field, count, place), 4);
        }
        at = end;
    }
    return (size_t)(at - out);
}

/* ---- cells ---- */

static size_t scratch_bytes(const struct hc_pg_column *column, const struct hc_pg_field *field)
{
    switch (column->kind) {
    case HC_PG_NUMERIC:
        return hc_pg_numeric_bytes(field);
    case HC_PG_INTEGER:
    case HC_PG_TIMESTAMPTZ:
    case HC_PG_TIMESTAMP:
    case HC_PG_DATE:
        return HC_PG_MOMENT_BYTES;
    default:
        return 0;
    }
}

static size_t put_integer(int64_t value, char *out)
{
    char digits[24];
    size_t count = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    size_t size = 0;
    if (value < 0) {
        out[size++] = '-';
    }
    while (count > 0) {
        out[size++] = digits[--count];
    }
    return size;
}

static const char *not_finite(const struct hc_pg *pg, struct hc_cell *cell)
{
    cell->kind = HC_CELL_NULL;
    cell->text = HC_SLICE_NULL;
    return pg->base.spec->nonfinite_as_null
               ? NULL
               : "is not finite (NaN or infinity), which JSON cannot hold; --nonfinite null writes "
                 "null";
}

static const char *time_cell(const struct hc_pg *pg, const struct hc_pg_table *table,
                             const struct hc_pg_column *column, const struct hc_pg_field *field,
                             struct hc_cell *cell, char *out)
{
    int64_t stamp = 0;
    if (field->size != column->size) {
        return "has an unexpected size";
    }
    if (!hc_pg_field_stamp(column, field, &stamp)) {
        return not_finite(pg, cell);
    }
    size_t size = 0;
    if (column->kind == HC_PG_DATE) {
        size = hc_pg_date_text(stamp, out);
    } else if (column->kind == HC_PG_TIMESTAMP) {
        size = hc_pg_moment_text(hc_pg_local_us(pg, stamp), out);
    } else {
        size = hc_pg_moment_text(stamp, out);
    }
    cell->kind = column == &table->columns[table->time] ? HC_CELL_TIME : HC_CELL_STRING;
    cell->text = hc_slice_of(out, size);
    return NULL;
}

static const char *number_cell(const struct hc_pg *pg, struct hc_slice text, struct hc_cell *cell)
{
    cell->kind = HC_CELL_NUMBER;
    cell->text = text;
    return hc_number_classify(text) == HC_NUMBER_JSON ? NULL : not_finite(pg, cell);
}

static const char *cell_read(const struct hc_pg *pg, const struct hc_pg_table *table,
                             const struct hc_pg_column *column, const struct hc_pg_field *field,
                             struct hc_cell *cell, char *out, size_t *ret_used)
{
    struct hc_slice text = hc_slice_of(field->data, (size_t)field->size);
    bool finite = true;
    int64_t value = 0;
    *ret_used = 0;
    switch (column->kind) {
    case HC_PG_INTEGER:
        if (!hc_pg_field_integer(column, field, &value)) {
            return "has an unexpected size";
        }
        *ret_used = put_integer(value, out);
        *cell =
            (struct hc_cell){column == &table->columns[table->time] ? HC_CELL_TIME : HC_CELL_NUMBER,
                             hc_slice_of(out, *ret_used), 0};
        return NULL;
    case HC_PG_NUMERIC:
        *ret_used = hc_pg_numeric_text(field, out, &finite);
        if (*ret_used == 0) {
            return "is no numeric";
        }
        *cell = (struct hc_cell){HC_CELL_NUMBER, hc_slice_of(out, *ret_used), 0};
        return finite ? NULL : not_finite(pg, cell);
    case HC_PG_BOOL:
        *cell = (struct hc_cell){
            HC_CELL_BOOL, field->size == 1 && field->data[0] ? HC_SLICE("true") : HC_SLICE("false"),
            0};
        return NULL;
    case HC_PG_TIMESTAMPTZ:
    case HC_PG_TIMESTAMP:
    case HC_PG_DATE:
        *ret_used = HC_PG_MOMENT_BYTES;
        return time_cell(pg, table, column, field, cell, out);
    case HC_PG_FLOAT:
        return number_cell(pg, text, cell);
    case HC_PG_JSON:
        *cell = (struct hc_cell){HC_CELL_JSON, text, 0};
        return NULL;
    case HC_PG_TEXT:
    case HC_PG_OTHER:
        *cell = (struct hc_cell){HC_CELL_STRING, text, 0};
        return NULL;
    }
    HC_UNREACHABLE();
}

const char *hc_pg_row_cells(const struct hc_pg *pg, const struct hc_pg_table *table,
                            const struct hc_pg_field *fields, struct hc_buffer *scratch,
                            struct hc_cell *cells, size_t *ret_column)
{
    size_t need = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        need += scratch_bytes(&table->columns[i], &fields[i]);
    }
    hc_buffer_clear(scratch);
    char *out = hc_buffer_reserve(scratch, need + 1);
    for (size_t i = 0; i < table->column_count; i++) {
        *ret_column = i;
        cells[i] = (struct hc_cell){.kind = HC_CELL_NULL};
        if (fields[i].size < 0) {
            continue;
        }
        if (fields[i].size > HC_PG_FIELD_BYTES_MAX) {
            return "is longer than 1 MiB";
        }
        size_t used = 0;
        const char *why =
            cell_read(pg, table, &table->columns[i], &fields[i], &cells[i], out, &used);
        if (why != NULL) {
            return why;
        }
        out += used;
    }
    HC_ASSERT(out <= scratch->data + scratch->size + need);
    return NULL;
}
