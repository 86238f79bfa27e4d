#include "protocol/error.h"

#include "base/assert.h"

struct error_row {
    const char *name;
    const char *text;
    bool retriable;
};

static const struct error_row rows[] = {
#define ERROR_ROW(name, number, retriable, text) [(number)-HP_ERROR_MIN] = {#name, text, retriable},
    HP_ERROR_LIST(ERROR_ROW)
#undef ERROR_ROW
};

_Static_assert(HC_COUNT(rows) == HP_ERROR_MAX - HP_ERROR_MIN + 1, "HP_ERROR_MAX is the last row");

static const struct error_row *error_row(int16_t error)
{
    static const struct error_row unknown = {"UNKNOWN", "An error that has no name.", false};
    if (error < HP_ERROR_MIN || error > HP_ERROR_MAX)
        return &unknown;
    const struct error_row *row = &rows[error - HP_ERROR_MIN];
    HC_ASSERT(row->name != NULL);
    return row;
}

const char *hp_error_name(int16_t error)
{
    return error_row(error)->name;
}

const char *hp_error_text(int16_t error)
{
    return error_row(error)->text;
}

bool hp_error_is_retriable(int16_t error)
{
    return error_row(error)->retriable;
}
