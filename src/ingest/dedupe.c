#include "ingest/dedupe.h"

#include "base/memory.h"
#include "base/timetext.h"
#include "ingest/packed.h"

#include <stdlib.h>

/* A row of the group, by its place in the buffer. */
struct member {
    size_t offset;
    uint32_t index; /* in order of arrival */
    bool dropped;
};

struct hc_dedupe {
    const struct hc_topic_spec *spec;
    const struct hc_source_facts *facts;
    struct hc_tally *tally;
    hc_row_sink *sink;
    void *context;
    struct hc_buffer rows; /* packed */
    struct member *members;
    struct member **order; /* members by (stream, open time, arrival) */
    size_t count;
    size_t capacity;
    size_t order_capacity;
};

struct hc_dedupe *hc_dedupe_new(const struct hc_topic_spec *spec,
                                const struct hc_source_facts *facts, struct hc_tally *tally,
                                hc_row_sink *sink, void *context)
{
    HC_ASSERT(sink != NULL && tally->facts == facts && tally->spec == spec);
    struct hc_dedupe *dedupe = hc_alloc(sizeof *dedupe);
    *dedupe = (struct hc_dedupe){
        .spec = spec, .facts = facts, .tally = tally, .sink = sink, .context = context};
    return dedupe;
}

void hc_dedupe_free(struct hc_dedupe *dedupe)
{
    if (dedupe) {
        hc_buffer_done(&dedupe->rows);
        free(dedupe->members);
        free(dedupe->order);
        free(dedupe);
    }
}

static struct hc_load_row row_of(const struct hc_dedupe *dedupe, const struct member *member)
{
    return hc_packed_get(
        (const struct hc_packed_row *)(const void *)(dedupe->rows.data + member->offset));
}

static bool is_event(const struct hc_dedupe *dedupe, uint32_t stream)
{
    HC_ASSERT(stream < dedupe->facts->stream_count);
    const struct hc_interval *interval = &dedupe->facts->streams[stream].interval;
    return interval->ns == 0 && interval->days == 0 && interval->months == 0;
}

static bool keeps_all(const struct hc_dedupe *dedupe, const struct hc_load_row *row)
{
    return dedupe->spec->duplicates == HC_DUPLICATES_KEEP ||
           (dedupe->spec->duplicates == HC_DUPLICATES_DEFAULT && is_event(dedupe, row->stream));
}

/* ---- deciding ---- */

/* Both places, or where rows have none, what they share. */
static void describe(const struct hc_dedupe *dedupe, const struct member *first,
                     const struct member *again, bool same, struct hc_error *ret)
{
    struct hc_load_row first_row = row_of(dedupe, first), again_row = row_of(dedupe, again);
    char here[300], there[300], opens[HC_ISO_BYTES];
    const char *values = same ? "the same" : "other";
    hc_place_text(dedupe->facts, again_row.file, again_row.line, here, sizeof here);
    hc_place_text(dedupe->facts, first_row.file, first_row.line, there, sizeof there);
    if (dedupe->facts->shapes != NULL) {
        hc_error_set(ret, HC_INVALID,
                     "%s: two rows of key \"" HC_SLICE_FMT "\" open at %s, with %s values", here,
                     HC_SLICE_ARG(again_row.key), hc_iso_ms(hc_ms_of_ns(again_row.open_ns), opens),
                     values);
    } else {
        hc_error_set(ret, HC_INVALID, "%s: same key and open time as %s, with %s values", here,
                     there, values);
    }
}

static enum hc_status refuse(struct hc_dedupe *dedupe, struct member *first, struct member *again,
                             bool same, struct hc_error *error)
{
    struct hc_error what = {0}, reason = {0};
    describe(dedupe, first, again, same, &what);
    hc_error_set(&reason, HC_INVALID, "%.800s (--duplicates says what to do with such rows)",
                 what.text);
    again->dropped = true;
    atomic_fetch_add(&dedupe->tally->conflicts, 1);
    enum hc_status status = hc_tally_refuse(dedupe->tally, &reason);
    if (status != HC_OK && error) {
        *error = reason;
    }
    return status;
}

/* Bars that contradict each other are worth a look even where a policy decides between them. */
static void note_difference(struct hc_dedupe *dedupe, const struct member *first,
                            const struct member *again)
{
    struct hc_load_row row = row_of(dedupe, again);
    if (!is_event(dedupe, row.stream)) {
        struct hc_error what = {0};
        describe(dedupe, first, again, false, &what);
        hc_tally_differ(dedupe->tally, what.text);
    }
}

static void drop(struct hc_dedupe *dedupe, struct member *member)
{
    member->dropped = true;
    atomic_fetch_add(&dedupe->tally->duplicates, 1);
}

static bool is_same(const struct hc_dedupe *dedupe, const struct member *a, const struct member *b)
{
    struct hc_load_row left = row_of(dedupe, a), right = row_of(dedupe, b);
    return left.timestamp_ms == right.timestamp_ms && hc_slice_equal(left.value, right.value);
}

/* `count` members that repeat each other: in source order, or with drop-identical by value first,
 * so that identical ones are neighbours however many different ones there are. */
static enum hc_status decide_repeats(struct hc_dedupe *dedupe, struct member **repeats,
                                     size_t count, struct hc_error *error)
{
    enum hc_status status = HC_OK;
    for (size_t i = 1; i < count && status == HC_OK; i++) {
        bool same = is_same(dedupe, repeats[0], repeats[i]);
        switch (dedupe->spec->duplicates) {
        case HC_DUPLICATES_KEEP:
            break;
        case HC_DUPLICATES_LAST:
            if (!is_same(dedupe, repeats[i - 1], repeats[i])) {
                note_difference(dedupe, repeats[i - 1], repeats[i]);
            }
            drop(dedupe, repeats[i - 1]);
            break;
        case HC_DUPLICATES_DROP_IDENTICAL:
            if (is_same(dedupe, repeats[i - 1], repeats[i])) {
                drop(dedupe, repeats[i]);
            } else {
                note_difference(dedupe, repeats[i - 1], repeats[i]);
            }
            break;
        case HC_DUPLICATES_DEFAULT:
            if (same) {
                drop(dedupe, repeats[i]);
                break;
            }
            status = refuse(dedupe, repeats[0], repeats[i], false, error);
            break;
        case HC_DUPLICATES_REFUSE:
            status = refuse(dedupe, repeats[0], repeats[i], same, error);
            break;
        }
    }
    return status;
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_repeats(const void *left, const void *right, void *context)
{
    const struct hc_dedupe *dedupe = context;
    const struct member *a = *(struct member *const *)left, *b = *(struct member *const *)right;
    struct hc_load_row x = row_of(dedupe, a), y = row_of(dedupe, b);
    int order = x.stream != y.stream ? ORDER(x.stream, y.stream) : ORDER(x.open_ns, y.open_ns);
    if (order == 0 && dedupe->spec->duplicates == HC_DUPLICATES_DROP_IDENTICAL) {
        order = ORDER(x.timestamp_ms, y.timestamp_ms);
        order = order != 0 ? order : hc_slice_compare(x.value, y.value);
    }
    return order != 0 ? order : ORDER(a->index, b->index);
}

static bool repeat(const struct hc_dedupe *dedupe, const struct member *a, const struct member *b)
{
    struct hc_load_row x = row_of(dedupe, a), y = row_of(dedupe, b);
    return x.stream == y.stream && x.open_ns == y.open_ns;
}

static enum hc_status decide_group(struct hc_dedupe *dedupe, struct hc_error *error)
{
    dedupe->order =
        hc_grow(dedupe->order, &dedupe->order_capacity, dedupe->count, sizeof(struct member *));
    for (size_t i = 0; i < dedupe->count; i++) {
        dedupe->order[i] = &dedupe->members[i];
    }
    qsort_r(dedupe->order, dedupe->count, sizeof(struct member *), compare_repeats, dedupe);
    enum hc_status status = HC_OK;
    for (size_t i = 0, next; i < dedupe->count && status == HC_OK; i = next) {
        next = i + 1;
        while (next < dedupe->count && repeat(dedupe, dedupe->order[i], dedupe->order[next])) {
            next++;
        }
        struct hc_load_row row = row_of(dedupe, dedupe->order[i]);
        if (next - i > 1 && !keeps_all(dedupe, &row)) {
            status = decide_repeats(dedupe, dedupe->order + i, next - i, error);
        }
    }
    return status;
}

/* ---- gathering ---- */

static void hold(struct hc_dedupe *dedupe, const struct hc_load_row *row, size_t size)
{
    dedupe->members =
        hc_grow(dedupe->members, &dedupe->capacity, dedupe->count + 1, sizeof(struct member));
    dedupe->members[dedupe->count] =
        (struct member){.offset = dedupe->rows.size, .index = (uint32_t)dedupe->count};
    dedupe->count++;
    hc_packed_put(row, size, hc_buffer_reserve(&dedupe->rows, size));
    dedupe->rows.size += size;
}

static bool belongs(const struct hc_dedupe *dedupe, const struct hc_load_row *row)
{
    HC_ASSERT(dedupe->count > 0);
    struct hc_load_row first = row_of(dedupe, &dedupe->members[0]);
    return first.visible_ns == row->visible_ns && first.topic == row->topic &&
           hc_slice_compare(first.key, row->key) == 0;
}

enum hc_status hc_dedupe_flush(struct hc_dedupe *dedupe, struct hc_error *error)
{
    enum hc_status status = dedupe->count > 1 ? decide_group(dedupe, error) : HC_OK;
    for (size_t i = 0; i < dedupe->count && status == HC_OK; i++) {
        if (!dedupe->members[i].dropped) {
            struct hc_load_row row = row_of(dedupe, &dedupe->members[i]);
            status = dedupe->sink(dedupe->context, &row, error);
        }
    }
    dedupe->count = 0;
    hc_buffer_clear(&dedupe->rows);
    return status;
}

enum hc_status hc_dedupe_push(struct hc_dedupe *dedupe, const struct hc_load_row *row,
                              struct hc_error *error)
{
    if (dedupe->count > 0 && !belongs(dedupe, row)) {
        enum hc_status status = hc_dedupe_flush(dedupe, error);
        if (status != HC_OK) {
            return status;
        }
    }
    if (dedupe->count == 0 && keeps_all(dedupe, row)) {
        return dedupe->sink(dedupe->context, row, error);
    }
    size_t size = hc_packed_size(row);
    if (size > HC_DEDUPE_GROUP_BYTES_MAX - dedupe->rows.size) {
        char place[300];
        return hc_error_set(
            error, HC_LIMIT,
            "%s: too many rows with this key at one instant to be compared; give "
            "them a key (--key) or use --duplicates keep",
            hc_place_text(dedupe->facts, row->file, row->line, place, sizeof place));
    }
    hold(dedupe, row, size);
    return HC_OK;
}
