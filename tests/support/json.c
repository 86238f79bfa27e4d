#include "support/json.h"

#include <stdlib.h>

enum { DEPTH_MAX = 64 };

struct parser {
    const char *at;
    const char *end;
    struct hc_arena *arena;
    int depth;
};

static struct hc_json *parse_value(struct parser *parser);

static void skip_space(struct parser *parser)
{
    while (parser->at < parser->end && strchr(" \t\r\n", *parser->at))
        parser->at++;
}

static bool take(struct parser *parser, const char *literal)
{
    size_t size = strlen(literal);
    if ((size_t)(parser->end - parser->at) < size || memcmp(parser->at, literal, size) != 0)
        return false;
    parser->at += size;
    return true;
}

static bool take_char(struct parser *parser, char c)
{
    skip_space(parser);
    if (parser->at == parser->end || *parser->at != c)
        return false;
    parser->at++;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool take_hex4(struct parser *parser, uint32_t *ret)
{
    if (parser->end - parser->at < 4)
        return false;
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(*parser->at++);
        if (digit < 0)
            return false;
        value = value << 4 | (uint32_t)digit;
    }
    *ret = value;
    return true;
}

static char *put_utf8(char *out, uint32_t code)
{
    if (code < 0x80) {
        *out++ = (char)code;
        return out;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    *out++ = (char)(lead[more] | code >> 6 * more);
    while (more-- > 0)
        *out++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return out;
}

static bool take_escape(struct parser *parser, char **out)
{
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    if (parser->at == parser->end)
        return false;
    char c = *parser->at++;
    const char *plain = c == '\0' ? NULL : strchr(from, c);
    if (plain) {
        *(*out)++ = to[plain - from];
        return true;
    }
    uint32_t code, low;
    if (c != 'u' || !take_hex4(parser, &code))
        return false;
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take(parser, "\\u") || !take_hex4(parser, &low) || low < 0xdc00 || low > 0xdfff)
            return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    *out = put_utf8(*out, code);
    return true;
}

static bool take_string(struct parser *parser, struct hc_slice *ret)
{
    if (!take_char(parser, '"'))
        return false;
    const char *close = parser->at;
    while (close < parser->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= parser->end)
        return false;
    char *text = hc_arena_bytes(parser->arena, (size_t)(close - parser->at) + 4);
    char *out = text;
    while (parser->at < close) {
        if ((unsigned char)*parser->at < 0x20)
            return false;
        if (*parser->at != '\\')
            *out++ = *parser->at++;
        else if (parser->at++, !take_escape(parser, &out))
            return false;
    }
    parser->at = close + 1;
    *ret = hc_slice_of(text, (size_t)(out - text));
    return true;
}

static bool take_member(struct parser *parser, bool named, struct hc_json ***tail)
{
    struct hc_slice name = HC_SLICE_NULL;
    if (named && !(take_string(parser, &name) && take_char(parser, ':')))
        return false;
    struct hc_json *child = parse_value(parser);
    if (!child)
        return false;
    child->name = name;
    **tail = child;
    *tail = &child->next;
    return true;
}

static bool take_children(struct parser *parser, struct hc_json *parent, char close)
{
    struct hc_json **tail = &parent->first;
    if (take_char(parser, close))
        return true;
    do {
        if (!take_member(parser, parent->kind == HC_JSON_OBJECT, &tail))
            return false;
        parent->count++;
    } while (take_char(parser, ','));
    return take_char(parser, close);
}

static bool take_number(struct parser *parser, struct hc_slice *ret)
{
    const char *from = parser->at;
    while (parser->at < parser->end && *parser->at && strchr("+-.0123456789eE", *parser->at))
        parser->at++;
    *ret = hc_slice_of(from, (size_t)(parser->at - from));
    return ret->size > 0;
}

static bool parse_into(struct parser *parser, struct hc_json *value)
{
    static const struct {
        const char *text;
        enum hc_json_kind kind;
    } words[] = {{"null", HC_JSON_NULL}, {"true", HC_JSON_TRUE}, {"false", HC_JSON_FALSE}};
    for (size_t i = 0; i < HC_COUNT(words); i++) {
        value->kind = words[i].kind;
        if (take(parser, words[i].text))
            return true;
    }
    value->kind = HC_JSON_OBJECT;
    if (take_char(parser, '{'))
        return take_children(parser, value, '}');
    value->kind = HC_JSON_ARRAY;
    if (take_char(parser, '['))
        return take_children(parser, value, ']');
    value->kind = HC_JSON_STRING;
    if (*parser->at == '"')
        return take_string(parser, &value->text);
    value->kind = HC_JSON_NUMBER;
    return take_number(parser, &value->text);
}

static struct hc_json *parse_value(struct parser *parser)
{
    skip_space(parser);
    if (parser->at == parser->end || parser->depth == DEPTH_MAX)
        return NULL;
    struct hc_json *value = HC_ARENA_NEW(parser->arena, struct hc_json);
    parser->depth++;
    bool good = parse_into(parser, value);
    parser->depth--;
    return good ? value : NULL;
}

struct hc_json *hc_json_parse(struct hc_slice text, struct hc_arena *arena)
{
    struct parser parser = {text.data, text.data + text.size, arena, 0};
    struct hc_json *value = parse_value(&parser);
    skip_space(&parser);
    return parser.at == parser.end ? value : NULL;
}

const struct hc_json *hc_json_get(const struct hc_json *object, const char *name)
{
    if (!object || object->kind != HC_JSON_OBJECT)
        return NULL;
    for (const struct hc_json *member = object->first; member; member = member->next) {
        if (hc_slice_equal_str(member->name, name))
            return member;
    }
    return NULL;
}

int64_t hc_json_int(const struct hc_json *object, const char *name)
{
    const struct hc_json *member = hc_json_get(object, name);
    HC_ASSERT(member != NULL && member->kind == HC_JSON_NUMBER);
    char text[32];
    char *end;
    int64_t value = strtoll(hc_slice_to_str(member->text, text, sizeof text), &end, 10);
    HC_ASSERT(*end == '\0');
    return value;
}

struct hc_slice hc_json_text(const struct hc_json *object, const char *name)
{
    const struct hc_json *member = hc_json_get(object, name);
    HC_ASSERT(member != NULL && member->kind == HC_JSON_STRING);
    return member->text;
}

/* Integers beyond 2^53 differ by their text; 1.5 and 1.50 are equal as doubles. */
static bool numbers_equal(struct hc_slice a, struct hc_slice b)
{
    char a_text[64], b_text[64];
    if (hc_slice_equal(a, b))
        return true;
    if (!memchr(a.data, '.', a.size) && !memchr(a.data, 'e', a.size) &&
        !memchr(b.data, '.', b.size) && !memchr(b.data, 'e', b.size) &&
        !memchr(b.data, 'E', b.size))
        return false;
    double x = strtod(hc_slice_to_str(a, a_text, sizeof a_text), NULL);
    double y = strtod(hc_slice_to_str(b, b_text, sizeof b_text), NULL);
    return !(x < y) && !(x > y);
}

static bool elements_equal(const struct hc_json *whole, const struct hc_json *part,
                           struct hc_slice *ret_where)
{
    if (whole->count != part->count)
        return false;
    const struct hc_json *other = whole->first;
    for (const struct hc_json *e = part->first; e; e = e->next, other = other->next) {
        if (!hc_json_contains(other, e, ret_where))
            return false;
    }
    return true;
}

static bool members_contained(const struct hc_json *whole, const struct hc_json *part,
                              struct hc_slice *ret_where)
{
    char name[128];
    for (const struct hc_json *e = part->first; e; e = e->next) {
        const struct hc_json *other =
            hc_json_get(whole, hc_slice_to_str(e->name, name, sizeof name));
        *ret_where = e->name;
        if (!other || !hc_json_contains(other, e, ret_where))
            return false;
    }
    return true;
}

bool hc_json_contains(const struct hc_json *whole, const struct hc_json *part,
                      struct hc_slice *ret_where)
{
    if (whole->kind != part->kind)
        return false;
    switch (part->kind) {
    case HC_JSON_NUMBER:
        return numbers_equal(whole->text, part->text);
    case HC_JSON_STRING:
        return hc_slice_equal(whole->text, part->text);
    case HC_JSON_ARRAY:
        return elements_equal(whole, part, ret_where);
    case HC_JSON_OBJECT:
        return members_contained(whole, part, ret_where);
    default:
        return true;
    }
}
