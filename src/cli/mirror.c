#include "cli/mirror_internal.h"

#include "base/memory.h"
#include "base/timetext.h"
#include "ingest/identity.h"

#include <stdlib.h>

#define LEAD_NS                                                                                    \
    (2 * HC_NS_PER_S) /* of wall time: how far the clock may be ahead of the cluster               \
                       */
#define PUBLISH_NS  (2 * HC_NS_PER_MS)
#define PROGRESS_NS (10 * HC_NS_PER_S)

/* ---- beginning ---- */

static const struct hc_topic_log *log_of(const struct hc_app *app,
                                         const struct hc_session_topic *topic)
{
    for (size_t i = 0; i < app->topic_count; i++) {
        if (hc_slice_equal(app->topics[i]->name, topic->name)) {
            return app->topics[i];
        }
    }
    HC_UNREACHABLE();
}

static enum hc_status check_targets(const struct hc_app_mirror *mirror,
                                    const struct hc_mirror_topic *topics, struct hc_error *error)
{
    for (size_t i = 0; i < mirror->topic_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (hc_slice_equal(topics[i].target, topics[k].target)) {
                return hc_error_set(error, HC_USAGE,
                                    "--map: " HC_SLICE_FMT " and " HC_SLICE_FMT
                                    " would both go to " HC_SLICE_FMT,
                                    HC_SLICE_ARG(topics[k].source), HC_SLICE_ARG(topics[i].source),
                                    HC_SLICE_ARG(topics[i].target));
            }
        }
    }
    return HC_OK;
}

static void describe_topic(struct hc_app_mirror *mirror, struct hc_session_topic *topic,
                           struct hc_mirror_topic *ret)
{
    const struct hc_topic_log *log = log_of(mirror->app, topic);
    char identity[HC_IDENTITY_HEX_BYTES];
    int64_t *starts = HC_ARENA_ARRAY(&mirror->arena, int64_t, (size_t)topic->partition_count);
    for (int32_t p = 0; p < topic->partition_count; p++) {
        starts[p] = hc_session_log_start(mirror->session, topic, p);
    }
    hc_identity_hex(log->identity, identity);
    *ret = (struct hc_mirror_topic){
        .source = topic->name,
        .target = hc_plan_mirror_target(mirror->plan, topic->name, &mirror->arena),
        .identity = hc_arena_copy(&mirror->arena, hc_slice_str(identity)),
        .settings = log->settings,
        .partitions = topic->partition_count,
        .starts = starts,
        .first_ms = log->first_visible_ms,
        .last_ms = log->last_visible_ms,
    };
}

static void on_positioned(void *context, int64_t market_ms)
{
    struct hc_app_mirror *mirror = context;
    mirror->positioned = true;
    mirror->seek_ms = market_ms;
    hc_loop_touch(mirror->app->loop);
}

static void on_advanced(void *context)
{
    struct hc_app_mirror *mirror = context;
    mirror->dirty = true;
    hc_loop_touch(mirror->app->loop);
}

static void on_ended(void *context, enum hc_mirror_end end, const struct hc_error *error)
{
    static const int exits[] = {[HC_MIRROR_DONE] = HC_EXIT_DONE,
                                [HC_MIRROR_REFUSED] = HC_EXIT_MIRROR,
                                [HC_MIRROR_LOST] = HC_EXIT_MIRROR,
                                [HC_MIRROR_FENCED] = HC_EXIT_FENCED};
    struct hc_app_mirror *mirror = context;
    struct hc_app *app = mirror->app;
    mirror->ended = true;
    if (end != HC_MIRROR_DONE && app->failure.status == HC_OK) {
        app->failure = *error;
        app->exit_status = exits[end]; /* also where the stop was under way */
    }
    hc_app_stop(app, exits[end]);
    hc_loop_touch(app->loop);
}

static int64_t mono_ns(void)
{
    return hc_now_read().mono_ns;
}

static int64_t wall_ms(void)
{
    return hc_now_read().wall_ms;
}

static enum hc_status begin(struct hc_app_mirror *mirror, struct hc_error *error)
{
    struct hc_app *app = mirror->app;
    mirror->topic_count = hc_session_topic_count(mirror->session);
    mirror->topics = HC_ARENA_ARRAY(&mirror->arena, struct hc_session_topic *, mirror->topic_count);
    struct hc_mirror_topic *topics =
        HC_ARENA_ARRAY(&mirror->arena, struct hc_mirror_topic, mirror->topic_count);
    for (size_t i = 0; i < mirror->topic_count; i++) {
        mirror->topics[i] = hc_session_topic_at(mirror->session, i);
        describe_topic(mirror, mirror->topics[i], &topics[i]);
        mirror->partition_count += (size_t)topics[i].partitions;
    }
    enum hc_status status = check_targets(mirror, topics, error);
    if (status != HC_OK) {
        return status;
    }
    mirror->visible =
        HC_ARENA_ARRAY(&mirror->arena, struct hc_mirror_visible, mirror->partition_count);
    mirror->config = mirror->plan->config;
    mirror->config.topics = topics;
    mirror->config.topic_count = mirror->topic_count;
    mirror->config.difference = hc_identity_difference;
    mirror->config.mailbox = hc_loop_mailbox(app->loop);
    mirror->config.listener = (struct hc_mirror_listener){
        .context = mirror, .positioned = on_positioned, .advanced = on_advanced, .ended = on_ended};
    mirror->config.mono_ns = mono_ns;
    mirror->config.wall_ms = wall_ms;
    mirror->mirror = hc_mirror_start(&mirror->config);
    mirror->dirty = true;
    return HC_OK;
}

/* ---- running ---- */

static void publish(struct hc_app_mirror *mirror)
{
    size_t at = 0;
    bool news = mirror->published_ns == 0;
    for (size_t i = 0; i < mirror->topic_count; i++) {
        for (int32_t p = 0; p < mirror->topics[i]->partition_count; p++, at++) {
            int64_t end = hc_app_mirror_end_of(mirror, mirror->topics[i], p);
            struct hc_log *log = mirror->topics[i]->partitions[p].log;
            news |= end != mirror->visible[at].end;
            mirror->visible[at] = (struct hc_mirror_visible){log, end};
        }
    }
    if (news) {
        hc_mirror_publish(mirror->mirror, mirror->visible, hc_session_market_ms(mirror->session));
    }
}

/* The instant of the first record of the partition that the cluster does not have; HC_NEVER: there
 * is none, as far as is loaded. */
static int64_t owed_ms(const struct hc_app_mirror *mirror, const struct hc_session_topic *topic,
                       int32_t partition, int64_t committed)
{
    const struct hc_session_partition *part = &topic->partitions[partition];
    (void)mirror;
    return committed < hc_log_end(part->log) ? hc_log_visible_ms(part->log, committed) : HC_NEVER;
}

/* With `policy: wait` the clock goes no further than LEAD_NS beyond the first record that the
 * cluster does not have yet. */
static int64_t ceiling_of(const struct hc_app_mirror *mirror)
{
    struct hc_speed speed = hc_session_speed(mirror->session);
    int64_t first = HC_NEVER;
    size_t at = 0;
    if (!mirror->placed) {
        return HC_TIME_MIN;
    }
    if (!mirror->plan->waits || speed.max) {
        return HC_NEVER;
    }
    for (size_t i = 0; i < mirror->topic_count; i++) {
        for (int32_t p = 0; p < mirror->topics[i]->partition_count; p++, at++) {
            first = HC_MIN(first, owed_ms(mirror, mirror->topics[i], p,
                                          hc_mirror_committed(mirror->mirror, at)));
        }
    }
    double lead = (double)LEAD_NS / HC_NS_PER_MS * (double)speed.num / (double)speed.den;
    return first < HC_NEVER - (int64_t)HC_MIN(lead, 1e15) ? first + (int64_t)HC_MIN(lead, 1e15)
                                                          : HC_NEVER;
}

static bool all_committed(const struct hc_app_mirror *mirror)
{
    size_t at = 0;
    for (size_t i = 0; i < mirror->topic_count; i++) {
        for (int32_t p = 0; p < mirror->topics[i]->partition_count; p++, at++) {
            if (hc_mirror_committed(mirror->mirror, at) <
                hc_app_mirror_end_of(mirror, mirror->topics[i], p)) {
                return false;
            }
        }
    }
    return true;
}

/* Puts the clock where the cluster proves we are, as soon as the session can go there. */
static void place(struct hc_app_mirror *mirror, struct hc_now now)
{
    struct hc_seek seek;
    struct hc_error error = {0};
    int64_t market = hc_session_market_ms(mirror->session);
    if (mirror->seek_ms != HC_TIME_MIN && (market == HC_TIME_MIN || mirror->seek_ms > market)) {
        enum hc_status status =
            hc_session_plan_seek(mirror->session, mirror->seek_ms, false, &seek, &error);
        if (status == HC_INVALID) {
            return;
        }
        if (status == HC_OK) {
            hc_session_apply_seek(mirror->session, &seek, now);
        }
    }
    mirror->placed = true;
}

/* `mirror` ends when the market has and the cluster has everything. */
static void end_when_done(struct hc_app_mirror *mirror)
{
    if (mirror->plan->exits && mirror->placed && !mirror->app->stopping &&
        hc_session_state(mirror->session) == HC_SESSION_ENDED &&
        hc_app_mirror_spans_known(mirror->app, true) && all_committed(mirror)) {
        hc_app_stop(mirror->app, HC_EXIT_DONE);
    }
}

static void run(struct hc_app_mirror *mirror, struct hc_now now)
{
    if (mirror->positioned && !mirror->placed) {
        place(mirror, now);
    }
    hc_session_set_ceiling(mirror->session, ceiling_of(mirror), now);
    hc_session_advance(mirror->session, now);
    if (mirror->dirty || now.mono_ns - mirror->published_ns >= PUBLISH_NS) {
        publish(mirror);
        mirror->published_ns = now.mono_ns;
        mirror->dirty = false;
        hc_app_mirror_count(mirror);
        end_when_done(mirror);
    }
    if (now.mono_ns - mirror->told_ns >= PROGRESS_NS) {
        hc_app_mirror_tell(mirror, now);
    }
}

static void advance(void *context, struct hc_now now)
{
    struct hc_app_mirror *mirror = context;
    struct hc_error error = {0};
    if (mirror->ended || mirror->app->stopping) {
        return;
    }
    if (!mirror->mirror && hc_app_mirror_spans_known(mirror->app, mirror->plan->config.verify)) {
        mirror->told_ns = now.mono_ns;
        if (begin(mirror, &error) != HC_OK) {
            hc_app_fail(mirror->app, HC_AT_CONFIG, &error);
            return;
        }
    }
    if (mirror->mirror) {
        run(mirror, now);
    }
}

/* The next record that becomes visible; what happens otherwise touches the loop. */
static int64_t next_wake_ns(void *context)
{
    const struct hc_app_mirror *mirror = context;
    int64_t next = HC_NEVER;
    size_t at = 0;
    if (mirror->ended || mirror->app->stopping) {
        return HC_NEVER;
    }
    if (!mirror->mirror) {
        return hc_app_mirror_spans_known(mirror->app, mirror->plan->config.verify) ? 0 : HC_NEVER;
    }
    if (mirror->dirty || (mirror->positioned && !mirror->placed)) {
        next = 0;
    }
    for (size_t i = 0; i < mirror->topic_count && mirror->placed; i++) {
        for (int32_t p = 0; p < mirror->topics[i]->partition_count; p++, at++) {
            int64_t owed = owed_ms(mirror, mirror->topics[i], p, mirror->visible[at].end);
            if (owed != HC_NEVER) {
                next = HC_MIN(next, hc_session_instant_ns(mirror->session, owed));
            }
        }
    }
    next = HC_MAX(next, mirror->published_ns + PUBLISH_NS);
    return HC_MIN(next, mirror->told_ns + PROGRESS_NS);
}

/* ---- life ---- */

struct hc_app_mirror *hc_app_mirror_new(struct hc_app *app)
{
    if (!app->plan->mirror) {
        return NULL;
    }
    struct hc_app_mirror *mirror = hc_alloc(sizeof *mirror);
    mirror->app = app;
    mirror->plan = app->plan->mirror;
    mirror->session = app->sessions[0]->cluster.session;
    mirror->seek_ms = HC_TIME_MIN;
    mirror->counted.market_ms = HC_TIME_MIN;
    hc_arena_init(&mirror->arena, 0);
    hc_app_mirror_make_metrics(mirror);
    hc_session_set_ceiling(mirror->session, HC_TIME_MIN, hc_now_read());
    hc_loop_drive(app->loop, (struct hc_loop_driver){.context = mirror,
                                                     .advance = advance,
                                                     .next_wake_ns = next_wake_ns});
    return mirror;
}

void hc_app_mirror_stop(struct hc_app_mirror *mirror)
{
    if (mirror && mirror->mirror && !mirror->ended) {
        hc_mirror_stop(mirror->mirror);
    }
}

bool hc_app_mirror_ended(const struct hc_app_mirror *mirror)
{
    return !mirror || !mirror->mirror || mirror->ended;
}

void hc_app_mirror_free(struct hc_app_mirror *mirror)
{
    if (!mirror) {
        return;
    }
    if (mirror->mirror) {
        hc_mirror_stop(mirror->mirror);
        hc_mirror_join(mirror->mirror);
        hc_loop_settle(mirror->app->loop);
        hc_mirror_free(mirror->mirror);
    }
    hc_arena_done(&mirror->arena);
    free(mirror);
}
