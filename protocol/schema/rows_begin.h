/* clang-format off */
/* The rows of a table are read as columns, so clang-format is off.
 *
 * The macros that turn the rows of a schema file into struct members and, where HP_DEFINE_TABLES is
 * defined (once, in messages.c), into tables. schema.h explains the rows. No include guard:
 * messages.h brackets the schemas with this file and rows_end.h. */

/* ---- a row as a struct member ---- */

#define HP_MEMBER(T, kind, ...)             HP_MEMBER_##kind(__VA_ARGS__)
#define HP_MEMBER_BOOL(name, ...)           bool name;
#define HP_MEMBER_INT8(name, ...)           int8_t name;
#define HP_MEMBER_INT16(name, ...)          int16_t name;
#define HP_MEMBER_INT32(name, ...)          int32_t name;
#define HP_MEMBER_INT64(name, ...)          int64_t name;
#define HP_MEMBER_FLOAT64(name, ...)        double name;
#define HP_MEMBER_UUID(name, ...)           struct hp_uuid name;
#define HP_MEMBER_STRING(name, ...)         struct hc_slice name;
#define HP_MEMBER_BYTES(name, ...)          struct hc_slice name;
#define HP_MEMBER_RECORDS(name, ...)        struct hp_records name;
#define HP_MEMBER_INT32_ARRAY(name, ...)    int32_t *name; int32_t name##_count;
#define HP_MEMBER_INT64_ARRAY(name, ...)    int64_t *name; int32_t name##_count;
#define HP_MEMBER_STRING_ARRAY(name, ...)   struct hc_slice *name; int32_t name##_count;
#define HP_MEMBER_ARRAY(name, type, ...)    struct hp_##type *name; int32_t name##_count;
#define HP_MEMBER_STRUCT(name, type, ...)   struct hp_##type name;
#define HP_MEMBER_OPTIONAL(name, type, ...) struct hp_##type *name;

/* ---- a row as a table row ---- */

#define HP_ROW(T, kind, ...)             HP_ROW_##kind(T, __VA_ARGS__)
#define HP_ROW_BOOL(T, name, ...)         HP_ROW_PLAIN(T, BOOL, name, __VA_ARGS__)
#define HP_ROW_INT8(T, name, ...)         HP_ROW_PLAIN(T, INT8, name, __VA_ARGS__)
#define HP_ROW_INT16(T, name, ...)        HP_ROW_PLAIN(T, INT16, name, __VA_ARGS__)
#define HP_ROW_INT32(T, name, ...)        HP_ROW_PLAIN(T, INT32, name, __VA_ARGS__)
#define HP_ROW_INT64(T, name, ...)        HP_ROW_PLAIN(T, INT64, name, __VA_ARGS__)
#define HP_ROW_FLOAT64(T, name, ...)      HP_ROW_PLAIN(T, FLOAT64, name, __VA_ARGS__)
#define HP_ROW_UUID(T, name, ...)         HP_ROW_PLAIN(T, UUID, name, __VA_ARGS__)
#define HP_ROW_STRING(T, name, ...)       HP_ROW_PLAIN(T, STRING, name, __VA_ARGS__)
#define HP_ROW_BYTES(T, name, ...)        HP_ROW_PLAIN(T, BYTES, name, __VA_ARGS__)
#define HP_ROW_RECORDS(T, name, ...)      HP_ROW_PLAIN(T, RECORDS, name, __VA_ARGS__)
#define HP_ROW_INT32_ARRAY(T, name, ...)  HP_ROW_PLAIN(T, INT32_ARRAY, name, __VA_ARGS__)
#define HP_ROW_INT64_ARRAY(T, name, ...)  HP_ROW_PLAIN(T, INT64_ARRAY, name, __VA_ARGS__)
#define HP_ROW_STRING_ARRAY(T, name, ...) HP_ROW_PLAIN(T, STRING_ARRAY, name, __VA_ARGS__)
#define HP_ROW_ARRAY(T, name, type, ...)                                                           \
    HP_ROW_PLAIN(T, ARRAY, name, .layout = &hp_##type##_layout, __VA_ARGS__)
#define HP_ROW_STRUCT(T, name, type, ...)                                                          \
    HP_ROW_PLAIN(T, STRUCT, name, .layout = &hp_##type##_layout, __VA_ARGS__)
#define HP_ROW_OPTIONAL(T, name, type, ...)                                                        \
    HP_ROW_PLAIN(T, OPTIONAL, name, .layout = &hp_##type##_layout, __VA_ARGS__)
#define HP_ROW_PLAIN(T, row_kind, row_name, ...)                                                   \
    {.name = #row_name,                                                                            \
     .offset = offsetof(struct T, row_name),                                                       \
     .kind = HP_KIND_##row_kind,                                                                   \
     __VA_ARGS__},

/* ---- versions and attributes ---- */

#define ALL                  .since = 0, .until = HP_LAST
#define SINCE(first)         .since = (first), .until = HP_LAST
#define BETWEEN(first, last) .since = (first), .until = (last)
#define NULLABLE(first)      .nullable_since_plus_1 = (first) + 1
#define TAG(number)          .tag_plus_1 = (number) + 1
#define DEFAULT(value)       .fallback = (value)
#define STRICT               .strict = 1

/* ---- structs and messages ---- */

#define HP_LAYOUT(tag)                                                                             \
    {.name = #tag, .fields = hp_##tag##_rows, .field_count = HC_COUNT(hp_##tag##_rows),            \
     .size = sizeof(struct hp_##tag)}

#ifdef HP_DEFINE_TABLES
#define HP_ROWS(tag)                                                                               \
    static const struct hp_field hp_##tag##_rows[] = {hp_##tag##_fields(HP_ROW, hp_##tag)};
#define HP_STRUCT_TABLE(tag)                                                                       \
    HP_ROWS(tag)                                                                                   \
    const struct hp_layout hp_##tag##_layout = HP_LAYOUT(tag);
#define HP_MESSAGE_TABLE(tag, min, max, flexible)                                                  \
    HP_ROWS(tag)                                                                                   \
    const struct hp_schema hp_##tag##_schema = {HP_LAYOUT(tag), min, max, flexible};
#else
#define HP_STRUCT_TABLE(tag)
#define HP_MESSAGE_TABLE(tag, min, max, flexible)
#endif

#define HP_STRUCT(tag)                                                                             \
    struct hp_##tag {                                                                              \
        hp_##tag##_fields(HP_MEMBER, hp_##tag)                                                     \
    };                                                                                             \
    extern const struct hp_layout hp_##tag##_layout;                                               \
    HP_STRUCT_TABLE(tag)                                                                           \
    struct hp_##tag

#define HP_MESSAGE(tag, min, max, flexible)                                                        \
    struct hp_##tag {                                                                              \
        hp_##tag##_fields(HP_MEMBER, hp_##tag)                                                     \
    };                                                                                             \
    enum {                                                                                         \
        hp_##tag##_known_min = (min),                                                              \
        hp_##tag##_known_max = (max),                                                              \
        hp_##tag##_flexible_since = (flexible)                                                     \
    };                                                                                             \
    extern const struct hp_schema hp_##tag##_schema;                                               \
    HP_MESSAGE_TABLE(tag, min, max, flexible)                                                      \
    struct hp_##tag
