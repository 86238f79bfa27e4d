#include "http/body.h"

#include "base/memory.h"
#include "base/timetext.h"

#include <inttypes.h>
#include <stdlib.h>

bool hc_http_body_parse(struct hc_slice text, struct hc_http_body *ret,
                        struct hc_http_answer *answer)
{
    json_error_t error = {.line = 0};
    *ret = (struct hc_http_body){.answer = answer};
    ret->object = text.size > 0 ? json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &error)
                                : json_object();
    if (!ret->object) {
        hc_http_problem(answer, 400, "the body is not JSON: line %d, column %d: %s", error.line,
                        error.column, error.text);
    } else if (!json_is_object(ret->object)) {
        hc_http_problem(answer, 400, "the body must be a JSON object");
        hc_http_body_done(ret);
    }
    return ret->object != NULL;
}

void hc_http_body_done(struct hc_http_body *body)
{
    json_decref(body->object);
    body->object = NULL;
}

bool hc_http_body_end(struct hc_http_body *body, const char *known)
{
    const char *name;
    json_t *value;
    bool clean = true;
    json_object_foreach(body->object, name, value)
    {
        hc_http_problem(body->answer, 422, "\"%.100s\" is no field of this route; there %s", name,
                        known);
        clean = false;
        break;
    }
    hc_http_body_done(body);
    return clean;
}

/* Takes the field out; NULL: not there. A reference that the caller releases. */
static json_t *take(struct hc_http_body *body, const char *name)
{
    json_t *value = json_incref(json_object_get(body->object, name));
    json_object_del(body->object, name);
    return value;
}

/* Ends the reading of a field. */
static bool leave(struct hc_http_body *body, json_t *value, const char *name, bool good,
                  const char *takes)
{
    if (value && !good) {
        hc_http_problem(body->answer, 422, "%s: it takes %s", name, takes);
    }
    json_decref(value);
    return good || !value;
}

static struct hc_slice text_of(const json_t *value)
{
    return json_is_string(value) ? hc_slice_of(json_string_value(value), json_string_length(value))
                                 : HC_SLICE_NULL;
}

bool hc_http_body_time(struct hc_http_body *body, const char *name, bool *ret_given,
                       int64_t *ret_ms)
{
    json_t *value = take(body, name);
    bool good = json_is_string(value) && hc_parse_time_ms(text_of(value), ret_ms);
    if (json_is_integer(value)) {
        *ret_ms = json_integer_value(value);
        good = true;
    }
    *ret_given = value != NULL;
    return leave(body, value, name, good,
                 "a time: \"2023-01-01T00:00:00Z\", a date, or ms since the epoch");
}

bool hc_http_body_bool(struct hc_http_body *body, const char *name, bool *ret)
{
    json_t *value = take(body, name);
    bool good = json_is_boolean(value);
    *ret = json_is_true(value);
    return leave(body, value, name, good, "true or false");
}

/* A number as a decimal text without exponent; what has more than nine decimals does not read back.
 */
static void decimal(const json_t *value, char *out, size_t capacity)
{
    double number = json_number_value(value);
    if (json_is_integer(value)) {
        (void)snprintf(out, capacity, "%" PRId64, (int64_t)json_integer_value(value));
        return;
    }
    int size = snprintf(out, capacity, "%.9f", number);
    if (size < 0 || (size_t)size >= capacity || strtod(out, NULL) != number) {
        out[0] = '\0';
        return;
    }
    while (size > 1 && out[size - 1] == '0') {
        out[--size] = '\0';
    }
    if (out[size - 1] == '.') {
        out[size - 1] = '\0';
    }
}

bool hc_http_body_speed(struct hc_http_body *body, const char *name, bool *ret_given,
                        struct hc_speed *ret)
{
    json_t *value = take(body, name);
    char text[64] = "";
    if (json_is_number(value)) {
        decimal(value, text, sizeof text);
    } else if (json_is_string(value)) {
        hc_slice_to_str(text_of(value), text, sizeof text);
    }
    *ret_given = value != NULL;
    return leave(body, value, name, hc_speed_parse(hc_slice_str(text), ret),
                 "a decimal number above 0 with at most nine decimals, such as 60 or 0.5, or "
                 "\"max\"");
}

bool hc_http_body_count(struct hc_http_body *body, const char *name, int64_t max, bool *ret_given,
                        int64_t *ret)
{
    json_t *value = take(body, name);
    char takes[64];
    (void)snprintf(takes, sizeof takes, "a whole number from 1 to %" PRId64, max);
    *ret = json_integer_value(value);
    *ret_given = value != NULL;
    return leave(body, value, name, json_is_integer(value) && *ret >= 1 && *ret <= max, takes);
}

bool hc_http_body_duration(struct hc_http_body *body, const char *name, bool *ret_given,
                           int64_t *ret_ms)
{
    json_t *value = take(body, name);
    int64_t ns = 0;
    bool good = json_is_string(value) && hc_parse_duration_ns(text_of(value), &ns, NULL);
    *ret_ms = ns / HC_NS_PER_MS;
    *ret_given = value != NULL;
    return leave(body, value, name, good && *ret_ms >= 1,
                 "a duration of at least a millisecond, such as \"5m\"");
}

/* ---- settings ---- */

static bool to_text(const json_t *value, struct hc_slice *ret)
{
    char text[64];
    if (json_is_string(value)) {
        *ret = hc_slice_of(hc_slice_dup(text_of(value)), text_of(value).size);
        return true;
    }
    if (json_is_boolean(value)) {
        (void)snprintf(text, sizeof text, "%s", json_is_true(value) ? "true" : "false");
    } else if (json_is_number(value)) {
        decimal(value, text, sizeof text);
    } else {
        return false;
    }
    *ret = hc_slice_of(hc_strdup(text), strlen(text));
    return text[0] != '\0';
}

/* An array of strings becomes one text with commas, as in a flag. */
static bool list_text(const json_t *array, struct hc_slice *ret)
{
    struct hc_buffer text = {0};
    size_t index;
    json_t *item;
    bool good = true;
    json_array_foreach(array, index, item)
    {
        struct hc_slice part = text_of(item);
        good = good && part.size > 0 && !memchr(part.data, ',', part.size);
        if (!good) {
            break;
        }
        hc_buffer_append_str(&text, index > 0 ? "," : "");
        hc_buffer_append_slice(&text, part);
    }
    *ret = hc_slice_of(hc_slice_dup(hc_buffer_slice(&text)), text.size);
    hc_buffer_done(&text);
    return good;
}

void hc_http_settings_free(struct hc_http_setting *settings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free((void *)(uintptr_t)settings[i].name.data);
        free((void *)(uintptr_t)settings[i].value.data);
    }
    free(settings);
}

bool hc_http_body_settings(struct hc_http_body *body, struct hc_http_setting **ret,
                           size_t *ret_count)
{
    size_t room = json_object_size(body->object), count = 0;
    if (room > HC_HTTP_FIELDS_MAX) {
        hc_http_problem(body->answer, 422, "a session has fewer fields");
        hc_http_body_done(body);
        return false;
    }
    struct hc_http_setting *settings = hc_alloc_array(HC_MAX(room, (size_t)1), sizeof *settings);
    const char *name;
    json_t *value;
    bool good = true;
    json_object_foreach(body->object, name, value)
    {
        struct hc_http_setting *setting = &settings[count++];
        setting->name = hc_slice_of(hc_strdup(name), strlen(name));
        good = json_is_array(value) ? list_text(value, &setting->value)
                                    : to_text(value, &setting->value);
        if (!good) {
            hc_http_problem(body->answer, 422,
                            "%.100s: it takes a text, a number or a list of texts", name);
            break;
        }
    }
    hc_http_body_done(body);
    if (!good) {
        hc_http_settings_free(settings, count);
        return false;
    }
    *ret = settings;
    *ret_count = count;
    return true;
}
