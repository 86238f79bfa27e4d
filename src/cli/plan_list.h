/* Lists of a setting, with @FILE for one name on each line. */
#ifndef HC_CLI_PLAN_LIST_H
#define HC_CLI_PLAN_LIST_H

#include "config/config.h"
#include "source/spec.h"

enum { HC_LIST_FILE_BYTES_MAX = 4 << 20 };

/* Into the arena, files read. HC_USAGE: a file that cannot be read or is too large. */
HC_MUST_USE enum hc_status hc_plan_list(const struct hc_scope *scope, enum hc_key_id id,
                                        struct hc_arena *arena, struct hc_slice_list *ret,
                                        struct hc_error *error);

/* Into the arena, as it stands. */
void hc_plan_copy_list(const struct hc_scope *scope, enum hc_key_id id, struct hc_arena *arena,
                       struct hc_slice_list *ret);

#endif
