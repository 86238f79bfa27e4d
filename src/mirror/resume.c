/* Whether what the cluster keeps of this mirror fits what it is to do now. */
#include "mirror/internal.h"

#include "base/memory.h"

static enum hc_mirror_step refuse(struct hc_error *error, const char *what)
{
    hc_error_set(error, HC_CHANGED,
                 "%s: start it as before, use another --name, or --restart to begin anew knowingly",
                 what);
    return HC_STEP_REFUSED;
}

#define REFUSE(mirror, error, ...) refuse(error, hc_arena_format(&(mirror)->arena, __VA_ARGS__))

/* Which setting it was, from the settings that the mirror began with. */
static enum hc_mirror_step other_source(struct hc_mirror *mirror, size_t index,
                                        struct hc_error *error)
{
    const struct hc_mirror_topic *topic = &mirror->config->topics[index];
    struct hc_mirror_found found;
    struct hc_buffer changed = {0};
    enum hc_mirror_step step = hc_mirror_read_progress(mirror, true, &mirror->arena, &found, error);
    if (step != HC_STEP_OK) {
        return step;
    }
    if (!hc_slice_is_null(found.settings[index]) && mirror->config->difference) {
        mirror->config->difference(found.settings[index], topic->settings, &changed);
    }
    step = REFUSE(mirror, error,
                  "source-changed: " HC_SLICE_FMT " is not what mirror " HC_SLICE_FMT
                  " began with (%s)",
                  HC_SLICE_ARG(topic->target), HC_SLICE_ARG(mirror->config->name),
                  changed.size ? hc_buffer_str(&changed)
                               : "the same settings read other rows: the source's content changed");
    hc_buffer_done(&changed);
    return step;
}

static enum hc_mirror_step resume_lane(struct hc_mirror *mirror, struct hc_mirror_lane *lane,
                                       const struct hc_progress_partition *part,
                                       struct hc_error *error)
{
    const struct hc_mirror_topic *topic = hc_mirror_topic_of(mirror, lane);
    int64_t wanted = topic->starts[lane->partition];
    if (wanted > part->next) {
        return REFUSE(mirror, error,
                      "start-moved: partition %d of " HC_SLICE_FMT
                      " was mirrored up to record %lld and is now to start at %lld (--from, "
                      "--warmup), which would leave out what is between",
                      (int)lane->partition, HC_SLICE_ARG(topic->target), (long long)part->next,
                      (long long)wanted);
    }
    lane->start = part->start;
    lane->next = part->next;
    lane->acked = part->next;
    lane->anchor = part->anchor;
    return HC_STEP_OK;
}

static enum hc_mirror_step resume_topic(struct hc_mirror *mirror, size_t index,
                                        const struct hc_progress *progress, struct hc_error *error)
{
    const struct hc_mirror_topic *topic = &mirror->config->topics[index];
    const struct hc_progress_topic *known = hc_progress_topic(progress, topic->target);
    if (!known) {
        return REFUSE(mirror, error,
                      "topics-changed: " HC_SLICE_FMT " is new to mirror " HC_SLICE_FMT,
                      HC_SLICE_ARG(topic->target), HC_SLICE_ARG(mirror->config->name));
    }
    if (!hc_slice_equal(known->identity, topic->identity)) {
        return other_source(mirror, index, error);
    }
    if (known->partition_count != topic->partitions) {
        return REFUSE(
            mirror, error,
            "partitions-changed: " HC_SLICE_FMT " was mirrored with %d partitions, now it "
            "has %d",
            HC_SLICE_ARG(topic->target), (int)known->partition_count, (int)topic->partitions);
    }
    enum hc_mirror_step step = HC_STEP_OK;
    for (int32_t p = 0; p < topic->partitions && step == HC_STEP_OK; p++) {
        step = resume_lane(mirror, hc_mirror_lane(mirror, index, p), &known->partitions[p], error);
    }
    return step;
}

static const struct hc_progress_topic *forgotten(const struct hc_mirror *mirror,
                                                 const struct hc_progress *progress)
{
    for (size_t i = 0; i < progress->topic_count; i++) {
        bool wanted = false;
        for (size_t t = 0; t < mirror->config->topic_count; t++) {
            wanted |= hc_slice_equal(mirror->config->topics[t].target, progress->topics[i].target);
        }
        if (!wanted) {
            return &progress->topics[i];
        }
    }
    return NULL;
}

enum hc_mirror_step hc_mirror_resume(struct hc_mirror *mirror, const struct hc_progress *progress,
                                     struct hc_error *error)
{
    const struct hc_progress_topic *left = forgotten(mirror, progress);
    if (left) {
        return REFUSE(mirror, error,
                      "topics-changed: mirror " HC_SLICE_FMT " also wrote " HC_SLICE_FMT
                      ", which it is not to write now",
                      HC_SLICE_ARG(mirror->config->name), HC_SLICE_ARG(left->target));
    }
    enum hc_mirror_step step = HC_STEP_OK;
    for (size_t t = 0; t < mirror->config->topic_count && step == HC_STEP_OK; t++) {
        step = resume_topic(mirror, t, progress, error);
    }
    return step;
}
