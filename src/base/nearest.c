#include "base/nearest.h"

#include <stdio.h>

enum { COMPARED_MAX = 64, TOLD_MAX = 3 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Optimal string alignment over three rows. */
size_t hc_edit_distance(struct hc_slice a, struct hc_slice b)
{
    size_t a_size = HC_MIN(a.size, (size_t)COMPARED_MAX);
    size_t b_size = HC_MIN(b.size, (size_t)COMPARED_MAX);
    size_t rows[3][COMPARED_MAX + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_size; j++) {
        before[j] = above[j] = row[j] = j;
    }
    for (size_t i = 1; i <= a_size; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            char x = lower(a.data[i - 1]), y = lower(b.data[j - 1]);
            size_t best = above[j - 1] + (x == y ? 0 : 1);
            best = HC_MIN(best, above[j] + 1);
            best = HC_MIN(best, row[j - 1] + 1);
            if (i > 1 && j > 1 && x == lower(b.data[j - 2]) && y == lower(a.data[i - 2])) {
                best = HC_MIN(best, before[j - 2] + 1);
            }
            row[j] = best;
        }
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[b_size];
}

size_t hc_nearest(struct hc_slice wanted, const struct hc_slice *names, size_t count)
{
    size_t best = count, best_distance = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t distance = hc_edit_distance(wanted, names[i]);
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}

/* Fills `ret` with the indexes of the nearest names, nearest first; returns how many. */
static size_t nearest_few(struct hc_slice wanted, const struct hc_slice *names, size_t count,
                          size_t ret[TOLD_MAX])
{
    size_t distances[TOLD_MAX], found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t distance = hc_edit_distance(wanted, names[i]);
        size_t at = found;
        while (at > 0 && distances[at - 1] > distance) {
            at--;
        }
        if (at == TOLD_MAX) {
            continue;
        }
        found = HC_MIN(found + 1, (size_t)TOLD_MAX);
        for (size_t j = found - 1; j > at; j--) {
            distances[j] = distances[j - 1];
            ret[j] = ret[j - 1];
        }
        distances[at] = distance;
        ret[at] = i;
    }
    return found;
}

char *hc_nearest_text(struct hc_slice wanted, const struct hc_slice *names, size_t count, char *out,
                      size_t capacity)
{
    HC_ASSERT(capacity > 0);
    size_t indexes[TOLD_MAX];
    size_t found = nearest_few(wanted, names, count, indexes);
    if (found == 0) {
        snprintf(out, capacity, "none");
        return out;
    }
    size_t used = 0;
    for (size_t i = 0; i < found && used < capacity; i++) {
        const char *joint = i == 0 ? "" : i + 1 == found ? " or " : ", ";
        int wrote = snprintf(out + used, capacity - used, "%s" HC_SLICE_FMT, joint,
                             HC_SLICE_ARG(names[indexes[i]]));
        used += wrote > 0 ? (size_t)wrote : 0;
    }
    return out;
}
