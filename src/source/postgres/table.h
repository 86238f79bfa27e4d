/* A relation whose rows are served: what is known of its columns, and how they are read.
 *
 * Everything lives in the source's arena. Stamps are integers in the time column's own unit: of a
 * timestamp microseconds since 1970 (without zone: of the clock on the wall), of a date days, of an
 * integer column what it counts.
 */
#ifndef HC_SOURCE_POSTGRES_TABLE_H
#define HC_SOURCE_POSTGRES_TABLE_H

#include "base/map.h"
#include "source/columns.h"
#include "source/source.h"

enum { HC_PG_COLUMNS_MAX = 1600, HC_PG_KEY_COLUMNS_MAX = 8 };

/* How a column comes in a binary COPY, and what becomes of it. */
enum hc_pg_kind {
    HC_PG_INTEGER, /* int2, int4, int8 */
    HC_PG_NUMERIC, /* digits of base 10,000 */
    HC_PG_BOOL,
    HC_PG_TIMESTAMPTZ, /* microseconds since 2000-01-01 UTC */
    HC_PG_TIMESTAMP,   /* the same without zone */
    HC_PG_DATE,        /* days since 2000-01-01 */
    HC_PG_TEXT,        /* bytes as they are */
    /* The server writes these as text, since nobody else spells them like it: */
    HC_PG_FLOAT, /* float4, float8: a number */
    HC_PG_JSON,  /* json, jsonb, arrays */
    HC_PG_OTHER, /* enums, uuid, and whatever else: a string */
};

struct hc_pg_column {
    struct hc_slice name;
    struct hc_slice type;   /* its name, for people */
    const char *expression; /* for SELECT */
    enum hc_pg_kind kind;
    enum hc_role role;
    int size; /* HC_PG_INTEGER: bytes */
    bool not_null;
    bool in_key; /* part of a unique key */
    bool leads;  /* an index begins with it */
};

enum hc_pg_tie { HC_PG_TIE_NONE, HC_PG_TIE_INTEGER, HC_PG_TIE_TEXT };

struct hc_pg_stream {
    struct hc_slice symbol, exchange;
    struct hc_interval interval;
    bool interval_set;
    bool included;
    struct hc_slice interval_text; /* as its column says; null: no such column */
    int32_t index;                 /* in facts.streams, -1: none */
    int64_t rows, first, last;     /* stamps */
};

/* What a fingerprint says of a table's rows in the range, and the stamp from which it hashes them.
 */
struct hc_pg_mark {
    int64_t rows, first, last, last_from;
};

struct hc_pg_table {
    struct hc_slice shown; /* "public.ohlcv", "the query" */
    struct hc_slice name;  /* for {table} */
    const char *from;      /* for FROM, quoted */
    uint32_t oid;          /* 0: a query */
    char kind;             /* pg_class.relkind; 'q' a query */
    bool readable;         /* may be selected from */
    bool hypertable;
    int64_t estimate; /* rows, -1 unknown */
    int64_t blocks;   /* of its largest part; 0: it has none of its own */
    int32_t parts;    /* leaves with blocks */
    struct hc_pg_column *columns;
    size_t column_count;

    int32_t time; /* column */
    bool stamp_close;
    int64_t unit_ns;
    int32_t keys[HC_PG_KEY_COLUMNS_MAX]; /* symbol-like columns, in their order */
    size_t key_count;
    int32_t exchange, interval; /* columns, or -1; the exchange is among the keys */
    enum hc_pg_tie tie;
    int32_t tie_column;
    bool sliceable; /* a slice of time is cheap to read */

    struct hc_pg_stream *streams;
    size_t stream_count;
    struct hc_map stream_of; /* bytes of the key and interval columns -> stream */
    int64_t slack_ns;        /* what stamps of ends lack to the grid */
    int64_t rows;            /* in range, of all streams */
    int64_t first, last;     /* stamps of them; undefined when there are none */
    int64_t rows_wanted;     /* of the included streams */
    int64_t rows_read;       /* of them, refused ones included */
    bool mixed;              /* its topic holds streams of several intervals */
    struct hc_pg_mark mark;
    const char *select;    /* "SELECT ..., ... FROM ..." */
    const char *condition; /* further than the time: " AND ...", may be "" */
};

#endif
