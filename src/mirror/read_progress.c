/* The newest progress record. The end of the topic is asked for without regard to transactions, the
 * records are read committed: so nobody's open transaction can hide that there is more. */
#include "mirror/internal.h"

enum { TAIL_RECORDS = 1000 };

struct finding {
    struct hc_mirror *mirror;
    struct hc_arena *arena;
    struct hc_mirror_found *found;
};

static void take_settings(struct finding *finding, struct hc_slice key, struct hc_slice value)
{
    hc_slice_cut(&key, ' ');
    for (size_t t = 0; t < finding->mirror->config->topic_count; t++) {
        if (hc_slice_equal(key, finding->mirror->config->topics[t].target)) {
            finding->found->settings[t] = hc_arena_copy(finding->arena, value);
        }
    }
}

static enum hc_mirror_step take(void *context, struct hc_mirror_range *range,
                                const rd_kafka_message_t *message, struct hc_error *error)
{
    struct finding *finding = context;
    struct hc_slice key = hc_slice_of(message->key, message->key_len);
    struct hc_slice value = hc_slice_of(message->payload, message->len);
    (void)range;
    if (!hc_slice_equal_str(key, "progress")) {
        take_settings(finding, key, value);
        return HC_STEP_OK;
    }
    struct hc_progress progress;
    if (hc_progress_read(value, finding->arena, &progress, error) != HC_OK) {
        hc_error_prefix(error, "%s, offset %lld", finding->mirror->progress_topic,
                        (long long)message->offset);
        return HC_STEP_REFUSED;
    }
    struct hc_mirror_found *found = finding->found;
    bool same = found->any && strcmp(progress.incarnation, found->progress.incarnation) == 0;
    if (same && progress.transaction <= found->progress.transaction) {
        hc_error_set(error, HC_CHANGED,
                     "progress-regressed: %s goes back from transaction %lld to %lld at offset "
                     "%lld, so somebody else has written there: compare with `hindcast verify`, "
                     "then use another --name, or --restart into empty topics",
                     finding->mirror->progress_topic, (long long)found->progress.transaction,
                     (long long)progress.transaction, (long long)message->offset);
        return HC_STEP_REFUSED;
    }
    found->any = true;
    found->progress = progress;
    return HC_STEP_OK;
}

static enum hc_mirror_step read_from(struct finding *finding, int64_t from, int64_t to,
                                     struct hc_error *error)
{
    struct hc_mirror *mirror = finding->mirror;
    struct hc_mirror_range range = {.from = from, .to = to};
    if (mirror->progress_was_read) {
        /* The library keeps a topic's handle, and with it what its messages led to. */
        hc_mirror_close_reader(mirror);
        if (hc_mirror_open_reader(mirror, error) != HC_STEP_OK) {
            return HC_STEP_REFUSED;
        }
    }
    mirror->progress_was_read = true;
    *finding->found = (struct hc_mirror_found){
        .settings = HC_ARENA_ARRAY(finding->arena, struct hc_slice, mirror->config->topic_count)};
    rd_kafka_topic_t *topic =
        hc_mirror_reader_topic(mirror, hc_slice_str(mirror->progress_topic), &range, 1);
    enum hc_mirror_step step = hc_mirror_consume(mirror, &range, 1, take, finding, error);
    mirror->kafka->topic_destroy(topic);
    return step;
}

enum hc_mirror_step hc_mirror_read_progress(struct hc_mirror *mirror, bool whole,
                                            struct hc_arena *arena, struct hc_mirror_found *ret,
                                            struct hc_error *error)
{
    int64_t low, high;
    struct finding finding = {mirror, arena, ret};
    enum hc_mirror_step step =
        hc_mirror_watermarks(mirror, mirror->progress_topic, 0, &low, &high, error);
    if (step != HC_STEP_OK) {
        return step;
    }
    int64_t from = whole ? low : HC_MAX(low, high - TAIL_RECORDS);
    step = read_from(&finding, from, high, error);
    if (step == HC_STEP_OK && !ret->any && from > low) {
        step = read_from(&finding, low, high, error);
    }
    return step;
}
