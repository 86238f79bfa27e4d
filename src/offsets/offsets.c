#include "offsets/offsets_state.h"

#include "base/buffer.h"
#include "base/memory.h"
#include "base/random.h"
#include "offsets/db_state.h"

#include <stdlib.h>

enum hc_status hc_offsets_new(struct hc_offsets_db *db, struct hc_slice session,
                              struct hc_offsets **ret, struct hc_error *error)
{
    struct hc_offsets *offsets = hc_alloc(sizeof *offsets);
    offsets->magic = HC_OFFSETS_MAGIC;
    offsets->db = db;
    offsets->session = hc_slice_of(hc_slice_dup(session), session.size);
    hc_book_init(&offsets->book, hc_entropy());
    enum hc_status status = HC_OK;
    if (db) {
        status = hc_offsets_db_load(db, session, &offsets->book, offsets->incarnation, error);
    } else {
        hc_offsets_new_incarnation(offsets->incarnation);
    }
    if (status != HC_OK) {
        hc_offsets_free(offsets);
        return status;
    }
    *ret = offsets;
    return HC_OK;
}

void hc_offsets_free(struct hc_offsets *offsets)
{
    if (!offsets) {
        return;
    }
    HC_CHECK_MAGIC(offsets, HC_OFFSETS_MAGIC);
    if (offsets->db) {
        hc_offsets_db_forget(offsets->db, offsets);
    }
    hc_book_done(&offsets->book);
    free((void *)offsets->session.data);
    offsets->magic = 0;
    free(offsets);
}

void hc_offsets_new_incarnation(uint8_t out[16])
{
    struct hc_random random;
    hc_random_seed(&random, hc_entropy());
    hc_random_uuid(&random, out);
}

/* ---- topics ---- */

static void keep_topic(struct hc_offsets *offsets, const struct hc_book_topic *topic)
{
    if (!offsets->db) {
        return;
    }
    struct hc_offsets_step step = {
        .change.topic = topic->name,
        .identity = topic->identity,
        .settings = topic->settings,
        .set_topic = true,
    };
    struct hc_offsets_op *op = hc_offsets_op_new(offsets->session, &step, 1);
    op->offsets = offsets;
    enum hc_status status = hc_offsets_db_submit(offsets->db, op);
    if (status != HC_OK) { /* storage has failed: the process is about to end */
        hc_offsets_op_free(op);
    }
}

bool hc_offsets_add_topic(struct hc_offsets *offsets, struct hc_slice name,
                          struct hc_slice identity, struct hc_slice settings, char **ret_before)
{
    HC_CHECK_MAGIC(offsets, HC_OFFSETS_MAGIC);
    struct hc_book_topic *before = hc_book_present(&offsets->book, name);
    struct hc_book_topic *topic = hc_book_topic(&offsets->book, name, identity);
    HC_ASSERT(topic != NULL);
    bool changed = before != NULL && before != topic;
    if (before == topic && hc_slice_equal(topic->settings, settings)) {
        return false;
    }
    if (changed && ret_before) {
        *ret_before = hc_slice_dup(before->settings.data ? before->settings : HC_SLICE_EMPTY);
    }
    hc_book_set_present(&offsets->book, topic, settings);
    keep_topic(offsets, topic);
    return changed;
}

/* The value of `key` in lines of key=value; null when it has none. */
static struct hc_slice setting(struct hc_slice settings, struct hc_slice key)
{
    while (settings.size > 0) {
        struct hc_slice line = hc_slice_cut(&settings, '\n');
        struct hc_slice value = line;
        if (hc_slice_equal(hc_slice_cut(&value, '='), key)) {
            return value.data ? value : HC_SLICE_EMPTY;
        }
    }
    return HC_SLICE_NULL;
}

/* Appends the keys of `a` whose value in `b` is another (or, with `only_missing`, that b has not at
 * all). */
static void differing_keys(struct hc_slice a, struct hc_slice b, bool only_missing,
                           struct hc_buffer *out)
{
    while (a.size > 0) {
        struct hc_slice value = hc_slice_cut(&a, '\n');
        struct hc_slice key = hc_slice_cut(&value, '=');
        struct hc_slice other = setting(b, key);
        bool differs = hc_slice_is_null(other) || (!only_missing && !hc_slice_equal(value, other));
        if (key.size > 0 && differs) {
            hc_buffer_append_str(out, out->size > 0 ? ", " : "");
            hc_buffer_append_slice(out, key);
        }
    }
}

char *hc_offsets_changed_settings(struct hc_slice before, struct hc_slice after)
{
    struct hc_buffer out = {0};
    differing_keys(before, after, false, &out);
    differing_keys(after, before, true, &out);
    char *text = hc_strdup(hc_buffer_str(&out));
    hc_buffer_done(&out);
    return text;
}

/* ---- changes ---- */

static bool is_new_row(const struct hc_offsets *offsets, const struct hc_offsets_change *change)
{
    return !hc_book_row(&offsets->book, change->group, change->topic, change->partition);
}

/* Whether the book would outgrow its bounds. What is under way is counted as if all of it were new.
 */
static bool exceeds(const struct hc_offsets *offsets, const struct hc_offsets_batch *batch)
{
    size_t rows = offsets->book.row_count + offsets->commits_under_way + batch->count;
    bool rows_full = rows > HC_OFFSETS_ROWS_MAX;
    bool groups_full = hc_map_count(&offsets->book.groups) >= HC_OFFSETS_GROUPS_MAX;
    for (size_t i = 0; i < batch->count && (rows_full || groups_full); i++) {
        const struct hc_offsets_change *change = &batch->changes[i];
        if (change->kind != HC_CHANGE_COMMIT) {
            continue;
        }
        if ((rows_full && is_new_row(offsets, change)) ||
            (groups_full && !hc_book_group(&offsets->book, change->group))) {
            return true;
        }
    }
    return false;
}

static void check_change(const struct hc_offsets_change *change)
{
    switch (change->kind) {
    case HC_CHANGE_COMMIT:
        HC_ASSERT(change->position.metadata.size <= HC_OFFSETS_METADATA_MAX);
        HC_ASSERT(change->position.offset >= -1);
        /* fall through */
    case HC_CHANGE_DELETE:
        HC_ASSERT(!hc_slice_is_null(change->group));
        /* fall through */
    case HC_CHANGE_CLAMP:
    case HC_CHANGE_EPOCHS:
        HC_ASSERT(change->topic.size > 0 && change->partition >= 0);
        break;
    case HC_CHANGE_DELETE_GROUP:
        HC_ASSERT(!hc_slice_is_null(change->group));
        break;
    case HC_CHANGE_SESSION:
        HC_ASSERT(change->session != NULL);
        break;
    case HC_CHANGE_FORGET:
        break;
    }
}

static struct hc_slice identity_of(struct hc_offsets *offsets, struct hc_slice name)
{
    if (hc_slice_is_null(name)) {
        return HC_SLICE_NULL;
    }
    struct hc_book_topic *topic = hc_book_present(&offsets->book, name);
    if (!topic) {
        topic = hc_book_topic(&offsets->book, name, HC_SLICE_EMPTY);
        hc_book_set_present(&offsets->book, topic, HC_SLICE_EMPTY);
        keep_topic(offsets, topic);
    }
    return topic->identity;
}

static struct hc_offsets_op *make_op(struct hc_offsets *offsets,
                                     const struct hc_offsets_batch *batch)
{
    struct hc_offsets_step *steps = hc_alloc_array(batch->count, sizeof *steps);
    for (size_t i = 0; i < batch->count; i++) {
        check_change(&batch->changes[i]);
        steps[i].change = batch->changes[i];
        steps[i].identity = identity_of(offsets, batch->changes[i].topic);
    }
    struct hc_offsets_op *op = hc_offsets_op_new(offsets->session, steps, batch->count);
    free(steps);
    op->offsets = offsets;
    return op;
}

void hc_offsets_apply_op(struct hc_offsets *offsets, const struct hc_offsets_op *op)
{
    HC_CHECK_MAGIC(offsets, HC_OFFSETS_MAGIC);
    if (offsets->db && op->batch_count > 0) {
        HC_ASSERT(offsets->commits_under_way >= op->batch_count);
        offsets->commits_under_way -= op->batch_count;
    }
    for (size_t i = 0; i < op->count && op->status == HC_OK; i++) {
        hc_book_apply(&offsets->book, &op->steps[i]);
    }
}

enum hc_status hc_offsets_apply(struct hc_offsets *offsets, struct hc_offsets_batch *batch)
{
    HC_CHECK_MAGIC(offsets, HC_OFFSETS_MAGIC);
    batch->_op = NULL;
    if (exceeds(offsets, batch)) {
        return batch->status = HC_LIMIT;
    }
    struct hc_offsets_op *op = make_op(offsets, batch);
    if (!offsets->db) {
        op->status = HC_OK;
        hc_offsets_apply_op(offsets, op);
        hc_offsets_op_free(op);
        return batch->status = HC_OK;
    }
    batch->status = HC_AGAIN;
    batch->_op = op;
    op->batch = batch;
    op->batch_count = batch->count;
    op->submitting = true;
    offsets->commits_under_way += batch->count;
    enum hc_status status = hc_offsets_db_submit(offsets->db, op);
    if (status != HC_OK) {
        offsets->commits_under_way -= batch->count;
        batch->_op = NULL;
        hc_offsets_op_free(op);
        return batch->status = status;
    }
    if (batch->_op) {
        batch->_op->submitting = false; /* under way: its end will be told */
    }
    return batch->status;
}

void hc_offsets_abandon(struct hc_offsets_batch *batch)
{
    if (batch->_op) {
        HC_ASSERT(batch->_op->batch == batch);
        batch->_op->batch = NULL;
        batch->_op = NULL;
    }
}
