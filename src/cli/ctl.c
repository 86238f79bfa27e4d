/* `hindcast ctl`: commands to a session of a running hindcast, over HTTP. */
#include "base/memory.h"
#include "base/timetext.h"
#include "cli/command.h"
#include "net/call.h"
#include "net/stream.h"

#include <inttypes.h>
#include <stdlib.h>

#define ANSWER_NS (30 * HC_NS_PER_S)

struct ctl {
    const char *http, *session, *timeout, *until, *records;
    bool json, skip;
    const char *words[4]; /* the verb and what follows it */
    int word_count;
    /* What is sent. */
    const char *method;
    struct hc_buffer target, body;
    int64_t wait_ns; /* the server may take so long */
};

static int usage(const char *text)
{
    return hc_cli_complain(HC_EXIT_USAGE, "ctl", text);
}

/* Cuts the arguments into flags and words; false: complained. */
static bool cut(struct ctl *ctl, int argc, char **argv)
{
    const struct {
        const char *flag;
        const char **value;
    } flags[] = {{"--http", &ctl->http},
                 {"--session", &ctl->session},
                 {"--timeout", &ctl->timeout},
                 {"--until", &ctl->until},
                 {"--records", &ctl->records}};
    for (int i = 0; i < argc; i++) {
        size_t f = 0;
        while (f < HC_COUNT(flags) && strcmp(argv[i], flags[f].flag) != 0) {
            f++;
        }
        char text[200];
        if (f < HC_COUNT(flags)) {
            if (i + 1 == argc) {
                snprintf(text, sizeof text, "%s needs a value", argv[i]);
                usage(text);
                return false;
            }
            *flags[f].value = argv[++i];
        } else if (argv[i][0] == '-' && argv[i][1] == '-') {
            snprintf(text, sizeof text, "\"%.100s\" is no flag of `hindcast ctl`", argv[i]);
            usage(text);
            return false;
        } else if (ctl->word_count == (int)HC_COUNT(ctl->words)) {
            usage("too many words");
            return false;
        } else {
            ctl->words[ctl->word_count++] = argv[i];
        }
    }
    return true;
}

/* Percent-encodes everything but what is unreserved (RFC 3986). */
static void append_encoded(struct hc_buffer *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     strchr("-._~", c);
        if (plain) {
            hc_buffer_append_char(out, (char)c);
        } else {
            hc_buffer_printf(out, "%%%02X", c);
        }
    }
}

static void put_member(struct hc_buffer *out, const char *name, const char *text)
{
    hc_buffer_printf(out, "{\"%s\":", name);
    hc_buffer_append_json(out, hc_slice_str(text));
}

/* ---- the verbs: each fills the body, or returns what is wrong ---- */

static const char *make_seek(struct ctl *ctl)
{
    if (ctl->word_count != 2) {
        return "seek takes a time: hindcast ctl seek 2023-01-01T09:00:00Z";
    }
    put_member(&ctl->body, "time", ctl->words[1]);
    hc_buffer_append_str(&ctl->body, ctl->skip ? ",\"skip\":true}" : "}");
    return NULL;
}

static const char *make_speed(struct ctl *ctl)
{
    if (ctl->word_count != 2) {
        return "speed takes a number above 0, or max: hindcast ctl speed 60";
    }
    put_member(&ctl->body, "speed", ctl->words[1]);
    hc_buffer_append_char(&ctl->body, '}');
    return NULL;
}

static const char *make_step(struct ctl *ctl)
{
    static const char wrong[] =
        "step takes N [instants], a DURATION such as 5m, or --records N; nothing: one instant";
    const char *amount = ctl->records ? ctl->records : ctl->word_count > 1 ? ctl->words[1] : "1";
    int64_t number;
    bool counted = hc_parse_i64(hc_slice_str(amount), &number);
    bool named = ctl->word_count == 3 && strcmp(ctl->words[2], "instants") == 0;
    if (ctl->word_count > 3 || (ctl->word_count == 3 && !named) ||
        (ctl->records && (ctl->word_count > 1 || !counted)) || (named && !counted)) {
        return wrong;
    }
    if (counted) {
        hc_buffer_printf(&ctl->body, "{\"%s\":%" PRId64 "}", ctl->records ? "records" : "instants",
                         number);
    } else {
        put_member(&ctl->body, "duration", amount);
        hc_buffer_append_char(&ctl->body, '}');
    }
    return NULL;
}

static const char *make_wait(struct ctl *ctl)
{
    ctl->method = "GET";
    if (ctl->word_count != 1) {
        return "wait takes --until ended|TIME and --timeout DURATION";
    }
    if (ctl->timeout && !hc_parse_duration_ns(hc_slice_str(ctl->timeout), &ctl->wait_ns, NULL)) {
        return "--timeout takes a duration, such as 30s";
    }
    hc_buffer_append_str(&ctl->target, "?until=");
    append_encoded(&ctl->target, ctl->until ? ctl->until : "ended");
    if (ctl->timeout) {
        hc_buffer_append_str(&ctl->target, "&timeout=");
        append_encoded(&ctl->target, ctl->timeout);
    }
    return NULL;
}

static const char *make_plain(struct ctl *ctl)
{
    return ctl->word_count == 1 ? NULL : "this command takes nothing";
}

static const struct {
    const char *name;
    const char *(*make)(struct ctl *ctl);
} verbs[] = {
    {"status", make_plain}, {"pause", make_plain}, {"resume", make_plain}, {"seek", make_seek},
    {"speed", make_speed},  {"step", make_step},   {"reset", make_plain},  {"wait", make_wait},
};

static const char *make_request(struct ctl *ctl)
{
    static char unknown[160];
    for (size_t i = 0; i < HC_COUNT(verbs) && ctl->word_count > 0; i++) {
        if (strcmp(verbs[i].name, ctl->words[0]) != 0) {
            continue;
        }
        hc_buffer_append_str(&ctl->target, "/v1/sessions/");
        append_encoded(&ctl->target, ctl->session);
        ctl->method = i == 0 ? "GET" : "POST";
        if (i > 0) {
            hc_buffer_printf(&ctl->target, "/%s", verbs[i].name);
        }
        return verbs[i].make(ctl);
    }
    snprintf(
        unknown, sizeof unknown,
        "\"%.60s\" is no command; there are status, pause, resume, seek, speed, step, reset and "
        "wait",
        ctl->word_count > 0 ? ctl->words[0] : "");
    return unknown;
}

/* ---- the answer ---- */

/* The member's text, without quotes. Inside of JSON strings a quote is escaped, so "name": is found
 * where it is a member; the first one is the outermost. Null: it is not there. */
static struct hc_slice member(const struct hc_buffer *body, const char *name)
{
    char pattern[40];
    snprintf(pattern, sizeof pattern, "\"%s\":", name);
    const char *at = body->size > 0 ? strstr(body->data, pattern) : NULL;
    if (!at) {
        return HC_SLICE_NULL;
    }
    at += strlen(pattern);
    bool quoted = *at == '"';
    at += quoted;
    size_t size = 0;
    while (at[size] && !(quoted ? at[size] == '"' : strchr(",}]", at[size]) != NULL)) {
        size += at[size] == '\\' && at[size + 1] ? 2 : 1;
    }
    return hc_slice_of(at, size);
}

static void print_status(const struct hc_buffer *body)
{
    static const char *const names[] = {"name",  "state", "market_time",
                                        "speed", "mode",  "generation"};
    for (size_t i = 0; i < HC_COUNT(names); i++) {
        printf("%-12s %.*s\n", names[i], HC_SLICE_ARG(member(body, names[i])));
    }
    struct hc_slice held = member(body, "what");
    if (held.size > 0) {
        printf("%-12s %.*s: %.*s\n", "held_by", HC_SLICE_ARG(held),
               HC_SLICE_ARG(member(body, "why")));
    }
    if (!hc_slice_is_null(member(body, "stepped"))) {
        printf("%-12s %.*s records, %.*s instants\n", "stepped",
               HC_SLICE_ARG(member(body, "records")), HC_SLICE_ARG(member(body, "instants")));
    }
}

static int answer(const struct ctl *ctl, int status, struct hc_buffer *body)
{
    (void)hc_buffer_str(body);
    if (ctl->json) {
        fwrite(body->data, 1, body->size, stdout);
    } else if (status == 200) {
        print_status(body);
    }
    fflush(stdout);
    if (status == 200) {
        return HC_EXIT_DONE;
    }
    char text[512];
    struct hc_slice detail = member(body, "detail");
    snprintf(text, sizeof text, "%.*s", (int)HC_MIN(detail.size, sizeof text - 1), detail.data);
    fprintf(stderr, "hindcast: %s\n", detail.size > 0 ? text : "the server failed");
    return status == 408 ? HC_EXIT_TIMED_OUT : status < 500 ? HC_EXIT_USAGE : HC_EXIT_INTERNAL;
}

static int run(struct ctl *ctl)
{
    const char *wrong = make_request(ctl);
    if (wrong) {
        return usage(wrong);
    }
    struct hc_error error = {0};
    struct hc_call call = {.method = ctl->method,
                           .target = hc_buffer_str(&ctl->target),
                           .body = hc_buffer_slice(&ctl->body),
                           .timeout_ns = ANSWER_NS + ctl->wait_ns};
    if (hc_address_parse(hc_slice_str(ctl->http), &call.address, &error) != HC_OK) {
        return usage(error.text);
    }
    int status;
    struct hc_buffer body = {0};
    int result;
    if (hc_call(&call, &status, &body, &error) == HC_OK) {
        result = answer(ctl, status, &body);
    } else {
        result = hc_cli_complain(HC_EXIT_ADDRESS, "ctl", error.text);
    }
    hc_buffer_done(&body);
    return result;
}

int hc_command_ctl(const struct hc_command *command, int argc, char **argv)
{
    (void)command;
    const char *http = getenv("HINDCAST_HTTP"), *session = getenv("HINDCAST_SESSION");
    struct ctl ctl = {.http = http && *http ? http : "127.0.0.1:9644",
                      .session = session && *session ? session : "main",
                      .wait_ns = ANSWER_NS};
    ctl.json = hc_cli_take(&argc, argv, "--json");
    ctl.skip = hc_cli_take(&argc, argv, "--skip");
    int result = cut(&ctl, argc, argv) ? run(&ctl) : HC_EXIT_USAGE;
    hc_buffer_done(&ctl.target);
    hc_buffer_done(&ctl.body);
    return result;
}
