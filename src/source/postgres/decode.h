/* The fields of a binary COPY, as PostgreSQL's send functions write them, into text that JSON can
 * hold. Pure functions over the bytes of one row; every length is checked before it is used.
 */
#ifndef HC_SOURCE_POSTGRES_DECODE_H
#define HC_SOURCE_POSTGRES_DECODE_H

#include "source/postgres/internal.h"

enum { HC_PG_FIELD_BYTES_MAX = 1 << 20 };

/* One field: `size` -1 is NULL. */
struct hc_pg_field {
    const char *data;
    int32_t size;
};

/* Splits a row (behind its int16 count) into exactly `count` fields. False: malformed. Returns the
 * bytes it takes in *ret_size. */
bool hc_pg_row_split(const char *data, size_t size, struct hc_pg_field *fields, size_t count,
                     size_t *ret_size);

/* The time column's stamp. False: NULL, infinite, of another size. */
bool hc_pg_field_stamp(const struct hc_pg_column *column, const struct hc_pg_field *field,
                       int64_t *ret);
/* An integer column's value. False: NULL or of another size. */
bool hc_pg_field_integer(const struct hc_pg_column *column, const struct hc_pg_field *field,
                         int64_t *ret);

/* A numeric as numeric_out writes it. Returns how many bytes, at most hc_pg_numeric_bytes of them;
 * 0: malformed. *ret_finite false: NaN or an infinity, spelled so. */
size_t hc_pg_numeric_bytes(const struct hc_pg_field *field);
size_t hc_pg_numeric_text(const struct hc_pg_field *field, char *out, bool *ret_finite);

/* "2023-01-01T00:00:00.000Z" of microseconds since 1970, with 3 or 6 digits of the second; years
 * before 0 and after 9999 with a sign (ISO 8601, expanded). Returns how many bytes. */
enum { HC_PG_MOMENT_BYTES = 48 };
size_t hc_pg_moment_text(int64_t us, char out[HC_PG_MOMENT_BYTES]);
size_t hc_pg_date_text(int64_t days, char out[HC_PG_MOMENT_BYTES]);

/* Cells of a row's fields; texts lie in the row or in `scratch` (cleared first). NULL, or why the
 * row is refused (static), with the column. */
const char *hc_pg_row_cells(const struct hc_pg *pg, const struct hc_pg_table *table,
                            const struct hc_pg_field *fields, struct hc_buffer *scratch,
                            struct hc_cell *cells, size_t *ret_column);

#endif
