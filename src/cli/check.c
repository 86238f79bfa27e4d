#include "cli/check.h"

#include "base/timetext.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "ingest/check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

/* What all sources together hold. */
struct total {
    int64_t records;
    int64_t first_visible_ms, last_visible_ms; /* HC_NEVER, HC_TIME_MIN: no records */
};

int64_t hc_check_wall_ms(int64_t from_ms, int64_t to_ms, struct hc_speed speed)
{
    HC_ASSERT(!speed.max && speed.num > 0 && to_ms >= from_ms);
    __extension__ typedef __int128 wide;
    wide wall = ((wide)to_ms - from_ms) * speed.den;
    wall = (wall + speed.num - 1) / speed.num;
    return wall < INT64_MAX ? (int64_t)wall : HC_NEVER;
}

char *hc_check_spoken(int64_t ms, char out[HC_SPOKEN_BYTES])
{
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{86400000, "d"}, {3600000, "h"}, {60000, "min"}, {1000, "s"}};
    HC_ASSERT(ms >= 0);
    for (size_t i = 0; i + 1 < HC_COUNT(units); i++) {
        if (ms >= units[i].ms) {
            int64_t rest = ms % units[i].ms / units[i + 1].ms;
            int wrote =
                snprintf(out, HC_SPOKEN_BYTES, "%" PRId64 " %s", ms / units[i].ms, units[i].name);
            if (rest > 0) {
                snprintf(out + wrote, HC_SPOKEN_BYTES - (size_t)wrote, " %" PRId64 " %s", rest,
                         units[i + 1].name);
            }
            return out;
        }
    }
    snprintf(out, HC_SPOKEN_BYTES, ms % 1000 ? "%" PRId64 ".%03d s" : "%" PRId64 " s", ms / 1000,
             (int)(ms % 1000));
    return out;
}

/* Where the clock of main starts and ends; false where there is nothing to replay. */
static bool window(const struct hc_session_config *session, const struct total *total,
                   int64_t *ret_from, int64_t *ret_to)
{
    if (total->records == 0) {
        return false;
    }
    *ret_from = session->from_ms != HC_TIME_MIN ? session->from_ms : total->first_visible_ms;
    *ret_to = session->end == HC_END_TO ? session->to_ms : total->last_visible_ms;
    *ret_to = HC_MAX(*ret_to, *ret_from);
    return true;
}

static void tell_replay(const struct hc_session_config *session, const struct total *total,
                        struct hc_buffer *out)
{
    char from_text[HC_ISO_BYTES], to_text[HC_ISO_BYTES], speed[HC_SPEED_BYTES],
        spoken[HC_SPOKEN_BYTES];
    int64_t from, to;
    if (!window(session, total, &from, &to)) {
        hc_buffer_append_str(out, "replay\n  nothing to replay\n");
        return;
    }
    hc_buffer_printf(out, "replay\n  clock    %s to %s\n", hc_iso_ms(from, from_text),
                     hc_iso_ms(to, to_text));
    if (session->speed.max) {
        hc_buffer_append_str(out, "  takes    as long as consumers do (--speed max)\n");
        return;
    }
    hc_buffer_printf(out, "  takes    %s at --speed %s%s\n",
                     hc_check_spoken(hc_check_wall_ms(from, to, session->speed), spoken),
                     hc_speed_text(&session->speed, speed),
                     session->idle_max_ns ? ", less where --max-idle skips silence" : "");
}

static void put_time(struct hc_buffer *out, const char *name, int64_t ms)
{
    char text[HC_ISO_BYTES];
    hc_buffer_printf(out, ",\"%s\":\"%s\"", name, hc_iso_ms(ms, text));
}

static void put_replay(const struct hc_session_config *session, const struct total *total,
                       struct hc_buffer *out)
{
    char speed[HC_SPEED_BYTES];
    int64_t from, to;
    hc_buffer_printf(out, "\"replay\":{\"speed\":\"%s\"", hc_speed_text(&session->speed, speed));
    if (window(session, total, &from, &to)) {
        put_time(out, "from", from);
        put_time(out, "to", to);
        if (!session->speed.max) {
            hc_buffer_printf(out, ",\"duration_ms\":%" PRId64,
                             hc_check_wall_ms(from, to, session->speed));
        }
    }
    hc_buffer_append_char(out, '}');
}

/* Rows that must be sorted and do not fit into memory go where loading would put them. */
static const char *temp_directory(const struct hc_plan *plan)
{
    const char *said = getenv("TMPDIR");
    return access(plan->cache_dir, W_OK) == 0 ? plan->cache_dir : said ? said : "/var/tmp";
}

static void add(struct total *total, const struct hc_check *check)
{
    HC_ASSERT(check->records >= 0);
    HC_ASSERT(check->records == 0 || check->first_visible_ms <= check->last_visible_ms);
    total->records += check->records;
    if (check->records > 0) {
        total->first_visible_ms = HC_MIN(total->first_visible_ms, check->first_visible_ms);
        total->last_visible_ms = HC_MAX(total->last_visible_ms, check->last_visible_ms);
    }
}

static void separate(struct hc_buffer *out, bool json)
{
    bool first = out->size == 0 || out->data[out->size - 1] == '[';
    hc_buffer_append_str(out, first ? "" : json ? "," : "\n");
}

static void put_failure(const struct hc_topic_spec *spec, const struct hc_error *error,
                        struct hc_buffer *out)
{
    separate(out, true);
    hc_buffer_append_str(out, "{\"topic\":");
    hc_buffer_append_json(out, spec->topic);
    hc_buffer_append_str(out, ",\"error\":");
    hc_buffer_append_json(out, hc_slice_str(error->text));
    hc_buffer_append_char(out, '}');
}

/* What `serve` would stop at is reported whole, and then fails just the same. */
static enum hc_status judge(const struct hc_topic_spec *spec, struct hc_check *check,
                            struct hc_error *error)
{
    if (check->refused <= spec->refused_max) {
        return HC_OK;
    }
    return hc_error_set(error, HC_INVALID,
                        "%.800s; %" PRId64 " refused, %" PRId64
                        " allowed (--max-refused N goes on without such rows)",
                        hc_buffer_str(&check->refusal), check->refused, spec->refused_max);
}

/* One source; what it says is appended as JSON (behind a comma) or for people. */
static enum hc_status check_one(const struct hc_plan *plan, size_t index, bool json,
                                struct total *total, struct hc_buffer *out, struct hc_error *error)
{
    const struct hc_topic_spec *spec = &plan->specs[index];
    struct hc_load_control control = {0};
    struct hc_check check = {0};
    struct hc_progress *progress = hc_progress_start(&control, spec->topic);
    enum hc_status status =
        hc_ingest_check(spec, NULL, temp_directory(plan), &control, &check, error);
    hc_progress_stop(progress);
    if (status != HC_OK) {
        return status;
    }
    add(total, &check);
    separate(out, json);
    hc_buffer_append_slice(out, hc_buffer_slice(json ? &check.json : &check.text));
    status = judge(spec, &check, error);
    hc_check_done(&check);
    return status;
}

enum hc_exit hc_check_plan(const struct hc_plan *plan, bool json, struct hc_buffer *out,
                           struct hc_buffer *complaints)
{
    const struct hc_session_config *session = &plan->sessions[0].config;
    struct total total = {.first_visible_ms = HC_NEVER, .last_visible_ms = HC_TIME_MIN};
    enum hc_exit exit_status = HC_EXIT_DONE;
    hc_buffer_append_str(out, json ? "{\"sources\":[" : "");
    for (size_t i = 0; i < plan->spec_count; i++) {
        struct hc_error error = {0};
        size_t before = out->size;
        enum hc_status status = check_one(plan, i, json, &total, out, &error);
        bool told = out->size > before;
        if (status != HC_OK) {
            if (json && !told) {
                put_failure(&plan->specs[i], &error, out);
            }
            hc_buffer_printf(complaints, "topic " HC_SLICE_FMT ": %s\n",
                             HC_SLICE_ARG(plan->specs[i].topic), error.text);
            exit_status =
                exit_status == HC_EXIT_DONE ? hc_exit_of(HC_AT_SOURCE, status) : exit_status;
        }
    }
    if (json) {
        hc_buffer_append_str(out, "],");
        put_replay(session, &total, out);
        hc_buffer_append_str(out, "}\n");
    } else if (out->size) {
        hc_buffer_append_char(out, '\n');
        tell_replay(session, &total, out);
    }
    return exit_status;
}

static int check_and_print(const struct hc_plan *plan, bool json, const char *command)
{
    struct hc_buffer out = {0}, complaints = {0};
    enum hc_exit status = hc_check_plan(plan, json, &out, &complaints);
    struct hc_slice printed = hc_buffer_slice(&out);
    fwrite(printed.data, 1, printed.size, stdout);
    fflush(stdout);
    struct hc_slice rest = hc_buffer_slice(&complaints);
    while (rest.size) {
        char text[HC_ERROR_TEXT_BYTES + 512];
        hc_slice_to_str(hc_slice_cut(&rest, '\n'), text, sizeof text);
        hc_cli_complain(rest.size ? HC_EXIT_SOURCE : status, command, text);
    }
    hc_buffer_done(&out);
    hc_buffer_done(&complaints);
    return (int)status;
}

int hc_command_check(const struct hc_command *command, int argc, char **argv)
{
    bool json = hc_cli_take(&argc, argv, "--json");
    struct hc_config *config = NULL;
    enum hc_exit status = hc_cli_load(command->name, argc, argv, &config);
    if (status != HC_EXIT_DONE) {
        return (int)status;
    }
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    int result = hc_plan_make(config, &arena, &plan, &error) == HC_OK
                     ? check_and_print(&plan, json, command->name)
                     : hc_cli_complain(HC_EXIT_USAGE, command->name, error.text);
    hc_arena_done(&arena);
    hc_config_free(config);
    return result;
}
