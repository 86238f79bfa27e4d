#include "source/postgres/internal.h"

/* src/include/catalog/pg_type.dat; they never change. */
static const struct {
    uint32_t oid;
    enum hc_pg_kind kind;
    int size;
} types[] = {
    {16, HC_PG_BOOL, 1},    {20, HC_PG_INTEGER, 8},     {21, HC_PG_INTEGER, 2},
    {23, HC_PG_INTEGER, 4}, {19, HC_PG_TEXT, 0},        {25, HC_PG_TEXT, 0},
    {1042, HC_PG_TEXT, 0},  {1043, HC_PG_TEXT, 0},      {700, HC_PG_FLOAT, 0},
    {701, HC_PG_FLOAT, 0},  {26, HC_PG_FLOAT, 0},       {1700, HC_PG_NUMERIC, 0},
    {1082, HC_PG_DATE, 4},  {1114, HC_PG_TIMESTAMP, 8}, {1184, HC_PG_TIMESTAMPTZ, 8},
    {114, HC_PG_JSON, 0},   {3802, HC_PG_JSON, 0},
};

void hc_pg_type(struct hc_pg_column *column, uint32_t oid, char category, const char *quoted,
                struct hc_arena *arena)
{
    HC_ASSERT(column != NULL && quoted != NULL);
    column->kind = category == 'A' ? HC_PG_JSON : HC_PG_OTHER;
    column->size = 0;
    for (size_t i = 0; i < HC_COUNT(types); i++) {
        if (types[i].oid == oid) {
            column->kind = types[i].kind;
            column->size = types[i].size;
        }
    }
    bool symbolic = column->role == HC_ROLE_SYMBOL || column->role == HC_ROLE_EXCHANGE;
    if (column->kind == HC_PG_JSON && category == 'A') {
        column->expression = hc_arena_format(arena, "pg_catalog.to_json(%s)::text", quoted);
    } else if (column->kind >= HC_PG_FLOAT || (symbolic && oid == 1042)) {
        column->expression = hc_arena_format(arena, "%s::text", quoted);
    } else {
        column->expression = quoted;
    }
}

bool hc_pg_is_time(const struct hc_pg_column *column)
{
    return column->kind == HC_PG_TIMESTAMPTZ || column->kind == HC_PG_TIMESTAMP ||
           column->kind == HC_PG_DATE || (column->kind == HC_PG_INTEGER && column->size >= 4);
}

static const char *quote(struct hc_arena *arena, struct hc_slice text, char mark, const char *open)
{
    size_t prefix = strlen(open);
    char *out = hc_arena_bytes(arena, prefix + 2 * text.size + 3);
    char *at = out;
    memcpy(at, open, prefix);
    at += prefix;
    *at++ = mark;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == mark || (mark == '\'' && text.data[i] == '\\')) {
            *at++ = text.data[i];
        }
        *at++ = text.data[i];
    }
    *at++ = mark;
    *at = '\0';
    return out;
}

const char *hc_pg_quote_name(struct hc_arena *arena, struct hc_slice name)
{
    HC_ASSERT(name.size > 0);
    return quote(arena, name, '"', "");
}

/* The E form means the same whatever standard_conforming_strings says. */
const char *hc_pg_quote_text(struct hc_arena *arena, struct hc_slice text)
{
    bool plain = text.size == 0 || memchr(text.data, '\\', text.size) == NULL;
    return quote(arena, text, '\'', plain ? "" : "E");
}
