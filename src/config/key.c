#include "config/key.h"

#include <ctype.h>
#include <stdio.h>

static const struct hc_key keys[] = {
#define HC_KEY_ROW(id, section, name, flag, kind, placeholder, text, min, max, words, traits,      \
                   help)                                                                           \
    {HC_KEY_##id,                                                                                  \
     HC_SECTION_##section,                                                                         \
     name,                                                                                         \
     flag,                                                                                         \
     HC_KIND_##kind,                                                                               \
     placeholder,                                                                                  \
     text,                                                                                         \
     min,                                                                                          \
     max,                                                                                          \
     words,                                                                                        \
     traits,                                                                                       \
     help},
    HC_KEYS(HC_KEY_ROW)
#undef HC_KEY_ROW
};
_Static_assert(HC_COUNT(keys) == HC_KEY_COUNT, "a row for every id");

const struct hc_key *hc_key(enum hc_key_id id)
{
    HC_ASSERT((size_t)id < HC_COUNT(keys));
    HC_ASSERT(keys[id].id == id);
    return &keys[id];
}

size_t hc_section_keys(enum hc_section section, const struct hc_key **ret_first)
{
    size_t first = 0, count = 0;
    while (first < HC_COUNT(keys) && keys[first].section != section) {
        first++;
    }
    HC_ASSERT(first < HC_COUNT(keys));
    while (first + count < HC_COUNT(keys) && keys[first + count].section == section) {
        count++;
    }
    *ret_first = &keys[first];
    return count;
}

const struct hc_key *hc_key_of_flag(struct hc_slice flag)
{
    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        if (keys[i].flag && hc_slice_equal_str(flag, keys[i].flag)) {
            return &keys[i];
        }
    }
    return NULL;
}

const struct hc_key *hc_key_named(enum hc_section section, struct hc_slice name)
{
    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        if (keys[i].section == section && hc_slice_equal_str(name, keys[i].name)) {
            return &keys[i];
        }
    }
    return NULL;
}

bool hc_key_variable(const struct hc_key *key, char out[HC_VARIABLE_BYTES])
{
    /* Keys of one session among several have neither flag nor variable. */
    if (key->traits & (HC_TRAIT_NO_ENVIRONMENT | HC_TRAIT_NOT_MAIN)) {
        return false;
    }
    int size =
        snprintf(out, HC_VARIABLE_BYTES, "HINDCAST_%s", key->flag ? key->flag + 2 : key->name);
    HC_ASSERT(size > 0 && size < HC_VARIABLE_BYTES);
    for (char *c = out; *c; c++) {
        *c = *c == '-' || *c == '.' ? '_' : (char)toupper((unsigned char)*c);
    }
    return true;
}

size_t hc_key_flags(struct hc_arena *arena, struct hc_slice **ret)
{
    size_t count = 0;
    *ret = HC_ARENA_ARRAY(arena, struct hc_slice, HC_COUNT(keys));
    for (size_t i = 0; i < HC_COUNT(keys); i++) {
        if (keys[i].flag) {
            (*ret)[count++] = hc_slice_str(keys[i].flag);
        }
    }
    return count;
}

int hc_word_index(const char *words, struct hc_slice text)
{
    struct hc_slice rest = hc_slice_str(words);
    for (int i = 0; !hc_slice_is_null(rest); i++) {
        if (hc_slice_equal(hc_slice_cut(&rest, '|'), text) && text.size) {
            return i;
        }
    }
    return -1;
}

const char *hc_kind_text(enum hc_key_kind kind)
{
    static const char *const texts[] = {
        [HC_KIND_TEXT] = "text",          [HC_KIND_PATH] = "path",
        [HC_KIND_BOOL] = "true or false", [HC_KIND_INTEGER] = "whole number",
        [HC_KIND_SIZE] = "size",          [HC_KIND_DURATION] = "duration",
        [HC_KIND_TIME] = "time",          [HC_KIND_SPEED] = "speed",
        [HC_KIND_ADDRESS] = "address",    [HC_KIND_CHOICE] = "choice",
        [HC_KIND_LIST] = "list",          [HC_KIND_PAIRS] = "names with values",
        [HC_KIND_FIELDS] = "fields",      [HC_KIND_INTERVAL] = "interval",
        [HC_KIND_RANGE] = "range",        [HC_KIND_START] = "start condition",
        [HC_KIND_DISCONNECT] = "rule",
    };
    HC_ASSERT((size_t)kind < HC_COUNT(texts) && texts[kind]);
    return texts[kind];
}
