#include "offsets/book.h"

#include "base/endian.h"
#include "base/memory.h"

#include <stdlib.h>

enum { ROW_KEY_BYTES = 8, PARTITION_KEY_BYTES = 4 };

void hc_book_init(struct hc_book *book, uint64_t seed)
{
    *book = (struct hc_book){.seed = seed};
    hc_map_init(&book->topics, seed);
    hc_map_init(&book->present, seed);
    hc_map_init(&book->groups, seed);
}

static struct hc_slice own_copy(struct hc_slice slice)
{
    return hc_slice_is_null(slice) ? slice : hc_slice_of(hc_slice_dup(slice), slice.size);
}

static void free_row(struct hc_book_row *row)
{
    free((void *)row->position.metadata.data);
    free(row);
}

static void free_group(struct hc_book *book, struct hc_book_group *group)
{
    for (size_t i = 0; i < hc_map_count(&group->rows); i++) {
        free_row(hc_map_at(&group->rows, i)->value);
        book->row_count--;
    }
    hc_map_done(&group->rows);
    free((void *)group->name.data);
    free(group);
}

static void free_topic(struct hc_book_topic *topic)
{
    for (size_t i = 0; i < hc_map_count(&topic->epochs); i++) {
        free(hc_map_at(&topic->epochs, i)->value);
    }
    hc_map_done(&topic->epochs);
    free((void *)topic->name.data);
    free((void *)topic->identity.data);
    free((void *)topic->settings.data);
    free(topic);
}

void hc_book_done(struct hc_book *book)
{
    for (size_t i = 0; i < hc_map_count(&book->groups); i++) {
        free_group(book, hc_map_at(&book->groups, i)->value);
    }
    HC_ASSERT(book->row_count == 0);
    for (size_t i = 0; i < hc_map_count(&book->topics); i++) {
        free_topic(hc_map_at(&book->topics, i)->value);
    }
    hc_map_done(&book->groups);
    hc_map_done(&book->present);
    hc_map_done(&book->topics);
}

/* ---- topics ---- */

struct hc_book_topic *hc_book_topic(struct hc_book *book, struct hc_slice name,
                                    struct hc_slice identity)
{
    char *key = hc_alloc(name.size + 1 + identity.size);
    memcpy(key, name.data, name.size);
    if (identity.size > 0) {
        memcpy(key + name.size + 1, identity.data, identity.size);
    }
    struct hc_slice whole = hc_slice_of(key, name.size + 1 + identity.size);
    struct hc_book_topic *topic = hc_map_get(&book->topics, whole);
    if (!topic) {
        topic = hc_alloc(sizeof *topic);
        topic->name = own_copy(name);
        topic->identity = own_copy(identity.data ? identity : HC_SLICE_EMPTY);
        topic->number = (uint32_t)hc_map_count(&book->topics);
        hc_map_init(&topic->epochs, book->seed);
        HC_ASSERT(hc_map_put(&book->topics, whole, topic) == NULL);
    }
    free(key);
    return topic;
}

struct hc_book_topic *hc_book_present(const struct hc_book *book, struct hc_slice name)
{
    return hc_map_get(&book->present, name);
}

void hc_book_set_present(struct hc_book *book, struct hc_book_topic *topic,
                         struct hc_slice settings)
{
    struct hc_book_topic *before = hc_map_put(&book->present, topic->name, topic);
    if (before) {
        before->is_present = false;
    }
    topic->is_present = true;
    struct hc_slice copy = own_copy(settings);
    free((void *)topic->settings.data);
    topic->settings = copy;
}

struct hc_book_epochs *hc_book_epochs(const struct hc_book_topic *topic, int32_t partition)
{
    char key[PARTITION_KEY_BYTES];
    hc_put_be32(key, (uint32_t)partition);
    return hc_map_get(&topic->epochs, hc_slice_of(key, sizeof key));
}

static void set_epochs(struct hc_book_topic *topic, int32_t partition,
                       const struct hc_offsets_epoch *list, size_t count)
{
    char key[PARTITION_KEY_BYTES];
    hc_put_be32(key, (uint32_t)partition);
    struct hc_book_epochs *epochs = hc_alloc(sizeof *epochs + count * sizeof *list);
    epochs->count = count;
    if (count > 0) {
        memcpy(epochs->list, list, count * sizeof *list);
    }
    free(hc_map_put(&topic->epochs, hc_slice_of(key, sizeof key), epochs));
}

void hc_book_add_epoch(struct hc_book_topic *topic, int32_t partition,
                       struct hc_offsets_epoch epoch)
{
    const struct hc_book_epochs *before = hc_book_epochs(topic, partition);
    size_t count = before ? before->count : 0;
    struct hc_offsets_epoch *list = hc_alloc_array(count + 1, sizeof *list);
    if (before) {
        memcpy(list, before->list, count * sizeof *list);
    }
    list[count] = epoch;
    set_epochs(topic, partition, list, count + 1);
    free(list);
}

/* ---- positions ---- */

static struct hc_slice row_key(const struct hc_book_topic *topic, int32_t partition,
                               char out[ROW_KEY_BYTES])
{
    HC_ASSERT(topic != NULL);
    hc_put_be32(out, topic->number);
    hc_put_be32(out + 4, (uint32_t)partition);
    return hc_slice_of(out, ROW_KEY_BYTES);
}

struct hc_book_group *hc_book_group(const struct hc_book *book, struct hc_slice name)
{
    return hc_map_get(&book->groups, name);
}

struct hc_book_row *hc_book_row(const struct hc_book *book, struct hc_slice group_name,
                                struct hc_slice topic_name, int32_t partition)
{
    struct hc_book_group *group = hc_book_group(book, group_name);
    struct hc_book_topic *topic = hc_book_present(book, topic_name);
    if (!group || !topic) {
        return NULL;
    }
    char key[ROW_KEY_BYTES];
    return hc_map_get(&group->rows, row_key(topic, partition, key));
}

static struct hc_book_group *need_group(struct hc_book *book, struct hc_slice name)
{
    struct hc_book_group *group = hc_book_group(book, name);
    if (!group) {
        group = hc_alloc(sizeof *group);
        group->name = own_copy(name);
        hc_map_init(&group->rows, book->seed);
        HC_ASSERT(hc_map_put(&book->groups, name, group) == NULL);
    }
    return group;
}

static void drop_group(struct hc_book *book, struct hc_book_group *group)
{
    HC_ASSERT(hc_map_remove(&book->groups, group->name) == group);
    free_group(book, group);
}

static void commit(struct hc_book *book, struct hc_book_topic *topic,
                   const struct hc_offsets_change *change)
{
    struct hc_book_group *group = need_group(book, change->group);
    char key[ROW_KEY_BYTES];
    struct hc_slice at = row_key(topic, change->partition, key);
    struct hc_book_row *row = hc_map_get(&group->rows, at);
    if (!row) {
        row = hc_alloc(sizeof *row);
        row->topic = topic;
        row->partition = change->partition;
        HC_ASSERT(hc_map_put(&group->rows, at, row) == NULL);
        book->row_count++;
    }
    struct hc_slice metadata = change->position.metadata;
    metadata = own_copy(metadata.data ? metadata : HC_SLICE_EMPTY);
    free((void *)row->position.metadata.data);
    row->position = change->position;
    row->position.metadata = metadata;
}

static void delete_row(struct hc_book *book, struct hc_book_topic *topic,
                       const struct hc_offsets_change *change)
{
    struct hc_book_group *group = hc_book_group(book, change->group);
    char key[ROW_KEY_BYTES];
    struct hc_book_row *row =
        group ? hc_map_remove(&group->rows, row_key(topic, change->partition, key)) : NULL;
    if (!row) {
        return;
    }
    free_row(row);
    book->row_count--;
    if (hc_map_count(&group->rows) == 0) {
        drop_group(book, group);
    }
}

static void clamp(struct hc_book *book, struct hc_book_topic *topic,
                  const struct hc_offsets_change *change)
{
    char key[ROW_KEY_BYTES];
    struct hc_slice at = row_key(topic, change->partition, key);
    for (size_t i = 0; i < hc_map_count(&book->groups); i++) {
        struct hc_book_group *group = hc_map_at(&book->groups, i)->value;
        struct hc_book_row *row = hc_map_get(&group->rows, at);
        if (row && row->position.offset > change->position.offset) {
            row->position.offset = change->position.offset;
        }
    }
}

static void forget_all(struct hc_book *book)
{
    size_t count;
    while ((count = hc_map_count(&book->groups)) > 0) {
        drop_group(book, hc_map_at(&book->groups, count - 1)->value);
    }
}

void hc_book_apply(struct hc_book *book, const struct hc_offsets_step *step)
{
    const struct hc_offsets_change *change = &step->change;
    struct hc_book_topic *topic =
        hc_slice_is_null(change->topic) ? NULL : hc_book_topic(book, change->topic, step->identity);
    if (step->set_topic) {
        return; /* took effect when it was said: only its keeping had to wait */
    }
    switch (change->kind) {
    case HC_CHANGE_COMMIT:
        commit(book, topic, change);
        break;
    case HC_CHANGE_DELETE:
        delete_row(book, topic, change);
        break;
    case HC_CHANGE_CLAMP:
        clamp(book, topic, change);
        break;
    case HC_CHANGE_EPOCHS:
        set_epochs(topic, change->partition, change->epochs, change->epoch_count);
        break;
    case HC_CHANGE_DELETE_GROUP: {
        struct hc_book_group *group = hc_book_group(book, change->group);
        if (group) {
            drop_group(book, group);
        }
        break;
    }
    case HC_CHANGE_FORGET:
        forget_all(book);
        break;
    case HC_CHANGE_SESSION:
        book->session = *change->session;
        book->has_session = true;
        break;
    }
}
