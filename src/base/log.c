#include "base/log.h"

#include "base/buffer.h"
#include "base/timetext.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Level and format may change while workers log. */
static struct {
    _Atomic(enum hc_log_level) level;
    _Atomic(enum hc_log_format) format;
    hc_log_sink *sink;
    void *context;
} settings = {.level = HC_LOG_INFO};

/* Lines are written whole, one at a time: interleaving would make them unreadable. */
static pthread_mutex_t write_lock = PTHREAD_MUTEX_INITIALIZER;

void hc_log_configure(enum hc_log_level level, enum hc_log_format format)
{
    settings.level = level;
    settings.format = format;
}

void hc_log_set_sink(hc_log_sink *sink, void *context)
{
    settings.sink = sink;
    settings.context = context;
}

bool hc_log_enabled(enum hc_log_level level)
{
    return level <= settings.level;
}

static const char *level_name(enum hc_log_level level)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    return names[level];
}

/* The fields arrive as `key=value key="quoted value"`; as JSON they become members with string
 * values. */
static void append_json_fields(struct hc_buffer *out, struct hc_slice fields)
{
    while (fields.size) {
        fields = hc_slice_trim(fields);
        struct hc_slice key = hc_slice_cut(&fields, '=');
        if (!key.size || hc_slice_is_null(fields)) {
            return;
        }
        hc_buffer_append_char(out, ',');
        hc_buffer_append_json(out, key);
        hc_buffer_append_char(out, ':');
        if (fields.size && fields.data[0] == '"') {
            size_t end = 1;
            while (end < fields.size && fields.data[end] != '"') {
                end += fields.data[end] == '\\' ? 2 : 1;
            }
            end = HC_MIN(end + 1, fields.size);
            hc_buffer_append(out, fields.data, end); /* hc_log_quote writes JSON strings */
            fields = hc_slice_of(fields.data + end, fields.size - end);
        } else {
            hc_buffer_append_json(out, hc_slice_cut(&fields, ' '));
        }
    }
}

static void format_line(struct hc_buffer *line, enum hc_log_level level, const char *event,
                        struct hc_slice fields)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char stamp[HC_ISO_BYTES];
    hc_iso_ms((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000, stamp);
    if (settings.format == HC_LOG_JSON) {
        hc_buffer_printf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"", stamp,
                         level_name(level), event);
        append_json_fields(line, fields);
        hc_buffer_append_str(line, "}\n");
    } else {
        hc_buffer_printf(line, "%s %-5s %s", stamp, level_name(level), event);
        if (fields.size) {
            hc_buffer_append_char(line, ' ');
            hc_buffer_append_slice(line, fields);
        }
        hc_buffer_append_char(line, '\n');
    }
}

static void write_line(struct hc_slice line)
{
    pthread_mutex_lock(&write_lock);
    while (line.size) {
        ssize_t written = write(STDERR_FILENO, line.data, line.size);
        if (written <= 0) {
            break; /* nobody is left to be told */
        }
        line = hc_slice_of(line.data + written, line.size - (size_t)written);
    }
    pthread_mutex_unlock(&write_lock);
}

void hc_log(enum hc_log_level level, const char *event, const char *format, ...)
{
    if (!hc_log_enabled(level)) {
        return;
    }
    struct hc_buffer fields = {0}, line = {0};
    if (format) {
        va_list arguments;
        va_start(arguments, format);
        hc_buffer_vprintf(&fields, format, arguments);
        va_end(arguments);
    }
    format_line(&line, level, event, hc_buffer_slice(&fields));
    if (settings.sink) {
        settings.sink(settings.context, level, hc_buffer_slice(&line));
    } else {
        write_line(hc_buffer_slice(&line));
    }
    hc_buffer_done(&fields);
    hc_buffer_done(&line);
}

static bool needs_quotes(struct hc_slice value)
{
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') {
            return true;
        }
    }
    return value.size == 0;
}

char *hc_log_quote(struct hc_slice value, char *out, size_t capacity)
{
    if (!needs_quotes(value)) {
        return hc_slice_to_str(value, out, capacity);
    }
    struct hc_buffer quoted = {0};
    hc_buffer_append_json(&quoted, value);
    if (quoted.size >= capacity) {
        /* Cut on the raw side and try again: a cut JSON string would not be one. */
        hc_buffer_clear(&quoted);
        hc_buffer_append_json(&quoted,
                              hc_slice_of(value.data, HC_MIN(value.size, capacity / 6 - 1)));
    }
    hc_slice_to_str(hc_buffer_slice(&quoted), out, capacity);
    hc_buffer_done(&quoted);
    return out;
}
