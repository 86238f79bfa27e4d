/* How offsets are looked at: everything from memory. */
#include "base/memory.h"
#include "offsets/offsets_state.h"

#include <stdlib.h>

bool hc_offsets_get(const struct hc_offsets *offsets, struct hc_slice group, struct hc_slice topic,
                    int32_t partition, struct hc_offset_position *ret)
{
    const struct hc_book_row *row = hc_book_row(&offsets->book, group, topic, partition);
    if (!row) {
        return false;
    }
    *ret = row->position;
    return true;
}

static bool has_present_row(const struct hc_book_group *group)
{
    for (size_t i = 0; i < hc_map_count(&group->rows); i++) {
        const struct hc_book_row *row = hc_map_at(&group->rows, i)->value;
        if (row->topic->is_present) {
            return true;
        }
    }
    return false;
}

bool hc_offsets_has_group(const struct hc_offsets *offsets, struct hc_slice name)
{
    const struct hc_book_group *group = hc_book_group(&offsets->book, name);
    return group != NULL && has_present_row(group);
}

void hc_offsets_each_group(const struct hc_offsets *offsets, hc_offsets_visit_group *each,
                           void *context)
{
    for (size_t i = 0; i < hc_map_count(&offsets->book.groups); i++) {
        const struct hc_book_group *group = hc_map_at(&offsets->book.groups, i)->value;
        if (has_present_row(group)) {
            each(context, group->name);
        }
    }
}

static int compare_rows(const void *a, const void *b)
{
    const struct hc_book_row *left = *(const struct hc_book_row *const *)a;
    const struct hc_book_row *right = *(const struct hc_book_row *const *)b;
    int order = hc_slice_compare(left->topic->name, right->topic->name);
    return order != 0 ? order
                      : (left->partition > right->partition) - (left->partition < right->partition);
}

void hc_offsets_each(const struct hc_offsets *offsets, struct hc_slice name, hc_offsets_visit *each,
                     void *context)
{
    const struct hc_book_group *group = hc_book_group(&offsets->book, name);
    if (!group) {
        return;
    }
    size_t count = 0;
    const struct hc_book_row **rows = hc_alloc_array(hc_map_count(&group->rows), sizeof(void *));
    for (size_t i = 0; i < hc_map_count(&group->rows); i++) {
        const struct hc_book_row *row = hc_map_at(&group->rows, i)->value;
        if (row->topic->is_present) {
            rows[count++] = row;
        }
    }
    qsort(rows, count, sizeof *rows, compare_rows);
    for (size_t i = 0; i < count; i++) {
        each(context, rows[i]->topic->name, rows[i]->partition, &rows[i]->position);
    }
    free(rows);
}

void hc_offsets_incarnation(const struct hc_offsets *offsets, uint8_t ret[16])
{
    memcpy(ret, offsets->incarnation, sizeof offsets->incarnation);
}

bool hc_offsets_session_state(const struct hc_offsets *offsets,
                              struct hc_offsets_session_state *ret)
{
    if (offsets->book.has_session) {
        *ret = offsets->book.session;
    }
    return offsets->book.has_session;
}

size_t hc_offsets_epochs(const struct hc_offsets *offsets, struct hc_slice name, int32_t partition,
                         const struct hc_offsets_epoch **ret)
{
    const struct hc_book_topic *topic = hc_book_present(&offsets->book, name);
    const struct hc_book_epochs *epochs = topic ? hc_book_epochs(topic, partition) : NULL;
    *ret = epochs ? epochs->list : NULL;
    return epochs ? epochs->count : 0;
}
