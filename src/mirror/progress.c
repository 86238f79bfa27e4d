#include "mirror/progress.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/timetext.h"

#include <stdio.h>

void hc_progress_id(char out[HC_PROGRESS_ID_BYTES])
{
    snprintf(out, HC_PROGRESS_ID_BYTES, "%016llx%016llx", (unsigned long long)hc_entropy(),
             (unsigned long long)hc_entropy());
}

void hc_progress_write(const struct hc_progress *progress, struct hc_buffer *out)
{
    hc_buffer_printf(
        out, "hindcast-mirror 1\nname " HC_SLICE_FMT "\nincarnation %s\nrun %s\ntransaction %lld\n",
        HC_SLICE_ARG(progress->name), progress->incarnation, progress->run,
        (long long)progress->transaction);
    if (progress->market_ms == HC_TIME_MIN) {
        hc_buffer_append_str(out, "market -\n");
    } else {
        hc_buffer_printf(out, "market %lld\n", (long long)progress->market_ms);
    }
    for (size_t i = 0; i < progress->topic_count; i++) {
        const struct hc_progress_topic *topic = &progress->topics[i];
        hc_buffer_printf(out, "topic " HC_SLICE_FMT " %d " HC_SLICE_FMT "\n",
                         HC_SLICE_ARG(topic->target), (int)topic->partition_count,
                         HC_SLICE_ARG(topic->identity));
        for (int32_t p = 0; p < topic->partition_count; p++) {
            const struct hc_progress_partition *part = &topic->partitions[p];
            hc_buffer_printf(out, "partition %lld %lld %lld\n", (long long)part->start,
                             (long long)part->next, (long long)part->anchor);
        }
    }
}

/* The lines of a record, taken one by one. */
struct lines {
    struct hc_slice rest;
    int number;
    struct hc_error *error;
};

static enum hc_status malformed(const struct lines *lines, const char *what)
{
    return hc_error_set(lines->error, HC_INVALID, "line %d of the progress record: %s",
                        lines->number, what);
}

/* The rest of the next line behind `word` and a space. */
static enum hc_status take(struct lines *lines, const char *word, struct hc_slice *ret)
{
    lines->number++;
    struct hc_slice line = hc_slice_cut(&lines->rest, '\n');
    if (!hc_slice_equal_str(hc_slice_cut(&line, ' '), word) || hc_slice_is_null(line)) {
        return malformed(lines, word);
    }
    *ret = line;
    return HC_OK;
}

static enum hc_status take_id(struct lines *lines, const char *word, char out[HC_PROGRESS_ID_BYTES])
{
    struct hc_slice text = HC_SLICE_NULL;
    enum hc_status status = take(lines, word, &text);
    if (status == HC_OK && text.size != HC_PROGRESS_ID_BYTES - 1) {
        status = malformed(lines, word);
    }
    if (status == HC_OK) {
        hc_slice_to_str(text, out, HC_PROGRESS_ID_BYTES);
    }
    return status;
}

static bool number(struct hc_slice *line, int64_t *ret)
{
    struct hc_slice word = hc_slice_cut(line, ' ');
    return !hc_slice_is_null(word) && hc_parse_i64(word, ret);
}

static enum hc_status take_partition(struct lines *lines, struct hc_progress_partition *ret)
{
    struct hc_slice line = HC_SLICE_NULL;
    enum hc_status status = take(lines, "partition", &line);
    if (status != HC_OK) {
        return status;
    }
    struct hc_progress_partition part;
    if (!number(&line, &part.start) || !number(&line, &part.next) || !number(&line, &part.anchor) ||
        !hc_slice_is_null(line) || part.start < 0 || part.next < part.start || part.anchor < 0) {
        return malformed(lines, "partition START NEXT ANCHOR");
    }
    *ret = part;
    return HC_OK;
}

static enum hc_status take_topic(struct lines *lines, struct hc_arena *arena,
                                 struct hc_progress_topic *ret)
{
    struct hc_slice line = HC_SLICE_NULL;
    int64_t partitions;
    enum hc_status status = take(lines, "topic", &line);
    if (status != HC_OK) {
        return status;
    }
    struct hc_slice target = hc_slice_cut(&line, ' ');
    if (!target.size || !number(&line, &partitions) || partitions < 1 ||
        partitions > HC_PROGRESS_PARTITIONS_MAX || !line.size) {
        return malformed(lines, "topic TARGET PARTITIONS IDENTITY");
    }
    ret->target = hc_arena_copy(arena, target);
    ret->identity = hc_arena_copy(arena, line);
    ret->partition_count = (int32_t)partitions;
    ret->partitions =
        HC_ARENA_ARRAY(arena, struct hc_progress_partition, (size_t)ret->partition_count);
    for (int32_t p = 0; p < ret->partition_count && status == HC_OK; p++) {
        status = take_partition(lines, &ret->partitions[p]);
    }
    return status;
}

static enum hc_status take_head(struct lines *lines, struct hc_arena *arena,
                                struct hc_progress *ret)
{
    struct hc_slice line = HC_SLICE_NULL;
    enum hc_status status = take(lines, "hindcast-mirror", &line);
    if (status == HC_OK && !hc_slice_equal_str(line, "1")) {
        return hc_error_set(lines->error, HC_UNSUPPORTED,
                            "the progress record has format " HC_SLICE_FMT
                            ", this version knows 1: a newer hindcast has written it",
                            HC_SLICE_ARG(line));
    }
    if (status == HC_OK) {
        status = take(lines, "name", &line);
    }
    if (status == HC_OK) {
        ret->name = hc_arena_copy(arena, line);
        status = take_id(lines, "incarnation", ret->incarnation);
    }
    if (status == HC_OK) {
        status = take_id(lines, "run", ret->run);
    }
    if (status == HC_OK) {
        status = take(lines, "transaction", &line);
    }
    if (status == HC_OK && (!hc_parse_i64(line, &ret->transaction) || ret->transaction < 0)) {
        status = malformed(lines, "transaction");
    }
    if (status == HC_OK) {
        status = take(lines, "market", &line);
    }
    ret->market_ms = HC_TIME_MIN;
    if (status == HC_OK && !hc_slice_equal_str(line, "-") && !hc_parse_i64(line, &ret->market_ms)) {
        status = malformed(lines, "market");
    }
    return status;
}

static size_t count_topics(struct hc_slice text)
{
    size_t count = 0;
    while (!hc_slice_is_null(text)) {
        struct hc_slice line = hc_slice_cut(&text, '\n');
        count += line.size > 6 && memcmp(line.data, "topic ", 6) == 0;
    }
    return count;
}

enum hc_status hc_progress_read(struct hc_slice text, struct hc_arena *arena,
                                struct hc_progress *ret, struct hc_error *error)
{
    struct lines lines = {.rest = text, .error = error};
    struct hc_progress progress = {0};
    if (text.size == 0 || text.size > HC_PROGRESS_BYTES_MAX) {
        return hc_error_set(error, HC_INVALID, "the progress record has %zu bytes", text.size);
    }
    enum hc_status status = take_head(&lines, arena, &progress);
    size_t topics = count_topics(text);
    if (status == HC_OK && topics == 0) {
        status = malformed(&lines, "no topic");
    }
    progress.topics = HC_ARENA_ARRAY(arena, struct hc_progress_topic, topics);
    while (status == HC_OK && progress.topic_count < topics) {
        status = take_topic(&lines, arena, &progress.topics[progress.topic_count]);
        progress.topic_count++;
    }
    if (status == HC_OK && lines.rest.size > 0) {
        lines.number++;
        status = malformed(&lines, "something follows");
    }
    if (status == HC_OK) {
        *ret = progress;
    }
    return status;
}

const struct hc_progress_topic *hc_progress_topic(const struct hc_progress *progress,
                                                  struct hc_slice target)
{
    for (size_t i = 0; i < progress->topic_count; i++) {
        if (hc_slice_equal(progress->topics[i].target, target)) {
            return &progress->topics[i];
        }
    }
    return NULL;
}
