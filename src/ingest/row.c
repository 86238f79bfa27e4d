#include "ingest/row.h"

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

int hc_load_row_compare(const struct hc_load_row *a, const struct hc_load_row *b)
{
    if (a->visible_ns != b->visible_ns) {
        return COMPARE(a->visible_ns, b->visible_ns);
    }
    if (a->topic != b->topic) {
        return COMPARE(a->topic, b->topic);
    }
    int keys = hc_slice_compare(a->key, b->key);
    if (keys != 0) {
        return keys;
    }
    if (a->file != b->file) {
        return COMPARE(a->file, b->file);
    }
    if (a->line != b->line) {
        return COMPARE(a->line, b->line);
    }
    return hc_slice_compare(a->value, b->value); /* rows of a table have no numbers */
}
