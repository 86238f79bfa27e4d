/* The hash of what a session replays, and `hindcast hash`. */
#include "cli/hash.h"

#include "base/memory.h"
#include "cli/command.h"
#include "store/hash.h"

#include <stdlib.h>

struct hc_hashing {
    struct hc_app_session *session;
    void (*done)(struct hc_app *app, const struct hc_hash_result *result);
    struct hc_hash_result result;
    struct hc_log_hash *hash; /* of the topic under way */
    size_t topic;
    int32_t partition;
    int64_t offset;
    bool begun; /* the partition */
    struct hc_job job;
};

static void go_on(struct hc_hashing *hashing);

static void bytes_ready(struct hc_job *job)
{
    go_on(HC_CONTAINER(job, struct hc_hashing, job));
}

static void end(struct hc_hashing *hashing, bool failed)
{
    hashing->result.failed = failed;
    hashing->done(hashing->session->app, &hashing->result);
    hc_log_hash_free(hashing->hash);
    for (size_t i = 0; i < hashing->result.count; i++) {
        free((void *)(uintptr_t)hashing->result.topics[i].topic.data);
    }
    free(hashing->result.topics);
    free(hashing);
}

static void end_topic(struct hc_hashing *hashing, const struct hc_session_topic *topic)
{
    uint8_t digest[HC_LOG_HASH_BYTES];
    struct hc_topic_hash *out = &hashing->result.topics[hashing->result.count++];
    hc_log_hash_end(hashing->hash, digest);
    out->topic = hc_slice_of(hc_slice_dup(topic->name), topic->name.size);
    for (size_t i = 0; i < sizeof digest; i++) {
        (void)snprintf(out->hex + 2 * i, 3, "%02x", digest[i]);
    }
    hc_log_hash_free(hashing->hash);
    hashing->hash = NULL;
    hashing->topic++;
    hashing->partition = 0;
}

/* One partition as far as it can be read: true when it is done or failed (*ret_failed). */
static bool add_partition(struct hc_hashing *hashing, const struct hc_session_topic *topic,
                          bool *ret_failed)
{
    struct hc_app *app = hashing->session->app;
    const struct hc_session *session = hashing->session->cluster.session;
    struct hc_log *log = topic->partitions[hashing->partition].log;
    int64_t end_offset = hc_session_high_watermark(session, topic, hashing->partition);
    if (!hashing->begun) {
        hashing->begun = true;
        hashing->offset = hc_session_log_start(session, topic, hashing->partition);
        hc_log_hash_partition(hashing->hash, hashing->partition);
    }
    enum hc_read_result result =
        hc_log_hash_add(hashing->hash, app->reader, log, &hashing->offset, end_offset);
    if (result == HC_READ_NOT_READY) {
        hashing->job.run = bytes_ready;
        hc_log_prepare(log, hashing->offset, end_offset, app->workers, hc_loop_mailbox(app->loop),
                       &hashing->job);
        return false;
    }
    hashing->begun = false;
    hashing->partition++;
    *ret_failed = result == HC_READ_CORRUPT;
    return true;
}

static void go_on(struct hc_hashing *hashing)
{
    const struct hc_session *session = hashing->session->cluster.session;
    bool failed = false;
    while (!failed && hashing->topic < hc_session_topic_count(session)) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, hashing->topic);
        if (!hashing->hash) {
            hashing->hash = hc_log_hash_new();
        }
        if (hashing->partition == topic->partition_count) {
            end_topic(hashing, topic);
        } else if (!add_partition(hashing, topic, &failed)) {
            return;
        }
    }
    end(hashing, failed);
}

void hc_app_hash(struct hc_app_session *session,
                 void (*done)(struct hc_app *app, const struct hc_hash_result *result))
{
    struct hc_hashing *hashing = hc_alloc(sizeof *hashing);
    size_t count = hc_session_topic_count(session->cluster.session);
    hashing->session = session;
    hashing->done = done;
    hashing->result.topics =
        hc_alloc_array(HC_MAX(count, (size_t)1), sizeof *hashing->result.topics);
    go_on(hashing);
}

/* ---- the command ---- */

static void print_hashes(struct hc_app *app, const struct hc_hash_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        printf("%s  %.*s\n", result->topics[i].hex, HC_SLICE_ARG(result->topics[i].topic));
    }
    fflush(stdout);
    if (result->failed) {
        struct hc_error error = {0};
        hc_error_set(&error, HC_CORRUPT, "a segment in the cache is corrupt; the log names it");
        hc_app_fail(app, HC_AT_DIRECTORY, &error);
        return;
    }
    hc_app_stop(app, HC_EXIT_DONE);
}

/* Speed max has brought the clock to its end with the last of the log. */
static void loaded(struct hc_app *app)
{
    hc_session_advance(app->sessions[0]->cluster.session, hc_now_read());
    hc_app_hash(app->sessions[0], print_hashes);
}

static void ready(struct hc_app *app)
{
    (void)app;
}

int hc_command_hash(const struct hc_command *command, int argc, char **argv)
{
    static const struct hc_app_mode mode = {.ready = ready, .loaded = loaded};
    struct hc_config *config = NULL;
    enum hc_exit status = hc_cli_load(command->name, argc, argv, &config);
    if (status != HC_EXIT_DONE) {
        return (int)status;
    }
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    int result;
    if (hc_plan_make(config, &arena, &plan, &error) == HC_OK) {
        plan.session_count = 1;
        plan.data_dir = NULL;
        plan.http_on = false;
        plan.sessions[0].config.speed = hc_speed_max();
        plan.sessions[0].config.start = HC_START_NOW;
        plan.sessions[0].config.on_end = HC_ON_END_HOLD;
        plan.sessions[0].listener.listen = (struct hc_address){.host = "127.0.0.1"};
        plan.log_level = HC_MIN(plan.log_level, HC_LOG_WARN);
        result = hc_serve_as(&plan, &mode);
    } else {
        result = hc_cli_complain(HC_EXIT_USAGE, command->name, error.text);
    }
    hc_arena_done(&arena);
    hc_config_free(config);
    return result;
}
