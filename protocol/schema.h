/* Descriptor tables, and how protocol/schema/NN_name.h says what a message looks like.
 *
 * A schema file lists the fields of each struct once, innermost struct first:
 *
 *     #define hp_fetch_request_partition_fields(F, T)               \
 *         F(T, INT32,  partition,             ALL)                  \
 *         F(T, INT32,  current_leader_epoch,  SINCE(9), DEFAULT(-1))
 *     HP_STRUCT(fetch_request_partition);
 *
 * A row is F(T, KIND, name, [struct of an ARRAY, STRUCT or OPTIONAL,] versions, attributes...), and
 * gives both the member of `struct hp_fetch_request_partition` and the row of its table, so the two
 * cannot differ. Names are Kafka's own field names in snake_case. The outermost struct ends with
 * HP_MESSAGE(tag, known_min, known_max, flexible_since), which also gives the constants
 * hp_<tag>_known_min, _known_max and _flexible_since.
 *
 *   KIND         BOOL INT8 INT16 INT32 INT64 FLOAT64 UUID STRING BYTES RECORDS
 *                ARRAY (of structs) INT32_ARRAY INT64_ARRAY STRING_ARRAY
 *                STRUCT (embedded), OPTIONAL (a pointer; null on the wire is NULL)
 *   versions     ALL, SINCE(n) or BETWEEN(first, last)
 *   NULLABLE(n)  null is allowed from version n on
 *   TAG(n)       a tagged field (KIP-482): it stands behind the struct, and only when it differs
 *                from its default
 *   DEFAULT(x)   instead of zero; HP_NULL for an array
 *   STRICT       setting it in a version that lacks it is a programmer error, where dropping it
 *                would change the meaning
 *
 * Defaults: zero; an empty array; a null string or bytes where the field is nullable from its first
 * version on, else an empty one. Tables are constant.
 */
#ifndef HP_SCHEMA_H
#define HP_SCHEMA_H

#include "protocol/codec.h"

enum hp_kind {
    HP_KIND_BOOL,
    HP_KIND_INT8,
    HP_KIND_INT16,
    HP_KIND_INT32,
    HP_KIND_INT64,
    HP_KIND_FLOAT64,
    HP_KIND_UUID,
    HP_KIND_STRING,
    HP_KIND_BYTES,
    HP_KIND_RECORDS,
    HP_KIND_INT32_ARRAY,
    HP_KIND_INT64_ARRAY,
    HP_KIND_STRING_ARRAY,
    HP_KIND_ARRAY,
    HP_KIND_STRUCT,
    HP_KIND_OPTIONAL,
    HP_KIND_COUNT
};

enum {
    HP_LAST = 127,    /* `until` of a field that never ended */
    HP_NEVER = 32767, /* `flexible_since` of a message that has no flexible version */
    HP_NULL = -1,     /* DEFAULT of an array that is null unless set */
};

struct hp_layout;

/* One row. 32 bytes: two a cache line. */
struct hp_field {
    const char *name;
    const struct hp_layout *layout; /* of ARRAY, STRUCT and OPTIONAL; else NULL */
    int64_t fallback;               /* the default of a number; HP_NULL for an array */
    uint16_t offset;                /* in the struct; an array's count stands behind its pointer */
    uint8_t kind;                   /* enum hp_kind */
    int8_t since, until;            /* versions that have the field */
    uint8_t nullable_since_plus_1;  /* 0: never */
    uint8_t tag_plus_1;             /* 0: not tagged */
    uint8_t strict;
};

/* A struct: its rows in wire order. */
struct hp_layout {
    const char *name; /* "fetch_request_partition" */
    const struct hp_field *fields;
    uint16_t field_count;
    uint16_t size; /* sizeof the C struct */
};

/* A message: its outermost struct and its versions. */
struct hp_schema {
    struct hp_layout layout;
    int16_t known_min, known_max;
    int16_t flexible_since;
};

static inline bool hp_schema_is_flexible(const struct hp_schema *schema, int16_t version)
{
    return version >= schema->flexible_since;
}

static inline bool hp_field_is_present(const struct hp_field *field, int16_t version)
{
    return version >= field->since && version <= field->until;
}

static inline bool hp_field_is_nullable(const struct hp_field *field, int16_t version)
{
    return field->nullable_since_plus_1 != 0 && version >= field->nullable_since_plus_1 - 1;
}

static inline bool hp_field_is_tagged(const struct hp_field *field)
{
    return field->tag_plus_1 != 0;
}

/* Where an ARRAY, INT32_ARRAY, ... keeps its count. */
static inline int32_t *hp_array_count(void *pointer_to_array)
{
    return (int32_t *)(void *)((char *)pointer_to_array + sizeof(void *));
}

static inline int32_t hp_array_count_of(const void *pointer_to_array)
{
    return *(const int32_t *)(const void *)((const char *)pointer_to_array + sizeof(void *));
}

/* The size in memory of an element of an array field. */
size_t hp_element_size(const struct hp_field *field);

/* Sets one field of a struct (`at`: its address) to its default. */
void hp_field_init(const struct hp_field *field, void *at);

/* Whether a field holds its default; a tagged field that does is not written. */
bool hp_field_is_default(const struct hp_field *field, const void *at);

#endif
