#include "cli/app.h"

#include "base/timetext.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Told for the first record only, and only with an explicit `from`: it is what the user asked for.
 */
static void append_first_record(const struct hc_session *session, struct hc_buffer *out)
{
    int64_t visible_ms, in_ns;
    char iso[HC_ISO_BYTES], wait[HC_DURATION_BYTES];
    if (hc_session_first_record(session, &visible_ms, &in_ns)) {
        int64_t whole_ms = in_ns / HC_NS_PER_MS * HC_NS_PER_MS;
        hc_buffer_printf(out, ",\"next_visible\":\"%s\",\"next_in\":\"%s\"",
                         hc_iso_ms(visible_ms, iso), hc_duration_text(whole_ms, wait));
    } else {
        hc_buffer_append_str(out, ",\"next_visible\":null,\"next_in\":null");
    }
}

/* A mirror needs no listener of its own. */
static void append_kafka(const struct hc_app_session *session, struct hc_buffer *out)
{
    char address[HC_ADDRESS_BYTES];
    if (session->listener) {
        hc_buffer_printf(out, "\"kafka\":\"%s\"", hc_address_text(&session->bound, address));
    } else {
        hc_buffer_append_str(out, "\"kafka\":null");
    }
}

static void append_sessions(const struct hc_app *app, struct hc_buffer *out)
{
    for (size_t i = 0; i < app->session_count; i++) {
        const struct hc_app_session *session = app->sessions[i];
        hc_buffer_append_str(out, i > 0 ? "," : "");
        hc_buffer_append_json(out, session->plan->config.name);
        hc_buffer_append_str(out, ":{");
        append_kafka(session, out);
        append_first_record(session->cluster.session, out);
        hc_buffer_append_char(out, '}');
    }
}

/* Written under a temporary name and renamed, so that whoever waits for the file finds it whole. */
static enum hc_status write_file(const char *path, struct hc_slice line, struct hc_error *error)
{
    char temporary[4096];
    int size = snprintf(temporary, sizeof temporary, "%s.%d.tmp", path, (int)getpid());
    if (size < 0 || (size_t)size >= sizeof temporary) {
        return hc_error_set(error, HC_USAGE, "the path of the ready file is too long");
    }
    FILE *file = fopen(temporary, "we");
    if (!file) {
        return hc_error_errno(error, errno, "cannot write the ready file %s", path);
    }
    bool written = fwrite(line.data, 1, line.size, file) == line.size;
    if (fclose(file) != 0 || !written || rename(temporary, path) != 0) {
        return hc_error_errno(error, errno, "cannot write the ready file %s", path);
    }
    return HC_OK;
}

void hc_app_tell_ready(struct hc_app *app)
{
    if (app->told_ready || app->stopping) {
        return;
    }
    app->told_ready = true;
    char http[HC_ADDRESS_BYTES];
    struct hc_buffer line = {0};
    hc_buffer_printf(&line, "{\"ready\":true,\"version\":\"%s\",\"pid\":%d,", HINDCAST_VERSION,
                     (int)getpid());
    append_kafka(app->sessions[0], &line);
    hc_buffer_append_char(&line, ',');
    if (app->http) {
        hc_buffer_printf(&line, "\"http\":\"%s\",", hc_address_text(&app->http_bound, http));
    } else {
        hc_buffer_append_str(&line, "\"http\":null,");
    }
    hc_buffer_append_str(&line, "\"sessions\":{");
    append_sessions(app, &line);
    hc_buffer_append_str(&line, "}}\n");
    struct hc_error error = {0};
    if (app->plan->ready_file &&
        write_file(app->plan->ready_file, hc_buffer_slice(&line), &error) != HC_OK) {
        hc_app_fail(app, HC_AT_CONFIG, &error);
    }
    if (!app->mode->ready) {
        fwrite(line.data, 1, line.size, stdout);
        fflush(stdout);
    }
    hc_buffer_done(&line);
    if (app->mode->ready && !app->stopping) {
        app->mode->ready(app);
    }
}
