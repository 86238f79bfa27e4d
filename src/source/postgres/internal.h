/* The PostgreSQL source from the inside; nobody else includes this. */
#ifndef HC_SOURCE_POSTGRES_INTERNAL_H
#define HC_SOURCE_POSTGRES_INTERNAL_H

#include "source/filters.h"
#include "source/postgres/link.h"
#include "source/postgres/table.h"
#include "source/steps.h"

struct hc_pg_reader;

struct hc_pg {
    struct hc_source base;
    struct hc_pg_link link;
    struct hc_zone *zone;
    struct hc_filters filters;
    struct hc_pg_table *tables; /* arena */
    size_t table_count;
    int64_t from_ns, to_ns; /* of open times; INT64_MIN, INT64_MAX where open */
    bool ordered;
    bool surveyed;
    struct hc_slice_list notes, warnings;
    struct hc_slice kept; /* the fingerprint that the survey found */
    struct hc_pg_reader *reader;
};

/* Identifiers and literals, quoted; in the arena. */
const char *hc_pg_quote_name(struct hc_arena *arena, struct hc_slice name);
const char *hc_pg_quote_text(struct hc_arena *arena, struct hc_slice text);

/* Finds what the spec names, or every candle table, and decides about its columns (catalog.c,
 * detect.c). Leaves pg->tables. HC_NOT_FOUND, HC_DENIED, HC_USAGE, HC_AGAIN (link.once). */
HC_MUST_USE enum hc_status hc_pg_discover(struct hc_pg *pg, struct hc_error *error);

/* Which of the table's columns is what. `keys` says so in columns[].in_key already. */
HC_MUST_USE enum hc_status hc_pg_detect(struct hc_pg *pg, struct hc_pg_table *table,
                                        struct hc_error *error);
bool hc_pg_has_prices(const struct hc_pg_table *table);
bool hc_pg_is_time(const struct hc_pg_column *column); /* by its type */

/* Indexes, size and relatives of a table (inspect.c). */
HC_MUST_USE enum hc_status hc_pg_inspect(struct hc_pg *pg, struct hc_pg_table *table,
                                         struct hc_error *error);

/* The kind of a type and its SELECT expression (types.c). `quoted` is the column's name. */
void hc_pg_type(struct hc_pg_column *column, uint32_t oid, char category, const char *quoted,
                struct hc_arena *arena);

/* A stamp of the table as a literal for SQL, and as an instant (stamp.c). */
const char *hc_pg_stamp_literal(const struct hc_pg_table *table, int64_t stamp,
                                struct hc_arena *arena);
/* The expression that gives a stamp as an integer in SQL. */
const char *hc_pg_stamp_expression(const struct hc_pg_table *table, const char *value,
                                   struct hc_arena *arena);
/* False: outside of the years that rows may have, or a local time that no clock ever showed. */
bool hc_pg_stamp_instant(const struct hc_pg *pg, const struct hc_pg_table *table, int64_t stamp,
                         int64_t *ret_ns);
/* Microseconds of a clock on the wall, as an instant: the earlier one of an hour that comes twice;
 * of one that never came, as if the clocks had not been moved yet. */
int64_t hc_pg_local_us(const struct hc_pg *pg, int64_t local_us);
/* The first stamp at or after a nominal time: ns since 1970, of the wall where the column is. */
int64_t hc_pg_stamp_at(const struct hc_pg_table *table, int64_t nominal_ns);
int64_t hc_pg_stamp_nominal(const struct hc_pg_table *table, int64_t stamp);
/* The stamps that lie in the range of open times [*ret_from, *ret_to), as if they were open times
 * of UTC; exactly those that are wanted where hc_pg_stamps_are_opens. */
bool hc_pg_stamps_are_opens(const struct hc_pg_table *table);
void hc_pg_stamp_range(const struct hc_pg *pg, const struct hc_pg_table *table, int64_t *ret_from,
                       int64_t *ret_to);
/* " WHERE time >= ... AND time < ..." of those bounds (of the table's conditions, if any). */
const char *hc_pg_where(const struct hc_pg_table *table, int64_t from, int64_t to,
                        struct hc_arena *arena);

/* A row's open time and visible instant. */
void hc_pg_times(const struct hc_pg *pg, const struct hc_pg_table *table,
                 const struct hc_interval *interval, int64_t stamp_ns, int64_t *ret_open,
                 int64_t *ret_visible);
bool hc_pg_in_range(const struct hc_pg *pg, const struct hc_pg_table *table, int64_t open_ns,
                    int64_t visible_ns);
/* The stamps of one interval's rows that are in the range, exactly: [*ret_from, *ret_to). */
void hc_pg_stamp_range_of(const struct hc_pg *pg, const struct hc_pg_table *table,
                          const struct hc_interval *interval, int64_t *ret_from, int64_t *ret_to);

/* Streams of a table: counted by the server (streams.c), their intervals (intervals.c). */
HC_MUST_USE enum hc_status hc_pg_count_streams(struct hc_pg *pg, struct hc_pg_table *table,
                                               struct hc_source_facts *facts,
                                               struct hc_error *error);
/* Counts once more where only the intervals tell which stamps are in the range. */
HC_MUST_USE enum hc_status hc_pg_recount_streams(struct hc_pg *pg, struct hc_pg_table *table,
                                                 struct hc_error *error);
HC_MUST_USE enum hc_status hc_pg_find_unit(struct hc_pg *pg, struct hc_pg_table *table,
                                           struct hc_error *error);
HC_MUST_USE enum hc_status hc_pg_find_intervals(struct hc_pg *pg, struct hc_pg_table *table,
                                                struct hc_error *error);
/* Appends a value to the bytes by which rows find their stream (streams.c). */
void hc_pg_stream_key(struct hc_buffer *key, struct hc_slice value);
/* "1m", "1-min", "5 minutes", "01:00:00", "1 day", "1M": what people write into such columns. */
bool hc_pg_interval_parse(struct hc_slice text, struct hc_interval *ret);

/* Decides how the tables are read, and says so (order.c). */
HC_MUST_USE enum hc_status hc_pg_decide_order(struct hc_pg *pg, struct hc_error *error);

enum hc_status hc_pg_survey(struct hc_source *source, struct hc_load_control *control,
                            struct hc_source_facts *ret, struct hc_error *error);

/* ---- fingerprint.c ---- */

/* What tells that content may have changed, by asking the server. `counted`: rows and ends of the
 * tables are as the tables say, and need not be asked for again. */
HC_MUST_USE enum hc_status hc_pg_fingerprint_ask(struct hc_pg *pg, bool counted,
                                                 struct hc_buffer *out, struct hc_error *error);

/* After a load: what the survey found, if that still holds; something else, if not. */
HC_MUST_USE enum hc_status hc_pg_fingerprint_verify(struct hc_pg *pg, struct hc_buffer *out,
                                                    struct hc_error *error);

/* ---- reader ---- */
enum hc_status hc_pg_read_begin(struct hc_source *source, struct hc_load_control *control,
                                struct hc_error *error);
enum hc_status hc_pg_read_next(struct hc_source *source, struct hc_row *ret,
                               struct hc_error *error);
void hc_pg_reader_free(struct hc_pg_reader *reader); /* NULL allowed */

#endif
