/* `hindcast check`: what is in the sources of a plan, and how long its replay takes. */
#ifndef HC_CLI_CHECK_H
#define HC_CLI_CHECK_H

#include "cli/exit.h"
#include "cli/plan.h"

/* Reads every source of the plan; appends what there is to say of it, for people or as one JSON
 * object, and the sentences of sources that failed to `complaints`, a line each. Returns the exit
 * status of the first that did. */
enum hc_exit hc_check_plan(const struct hc_plan *plan, bool json, struct hc_buffer *out,
                           struct hc_buffer *complaints);

/* Market time between two instants at a speed, in wall ms (rounded up); HC_NEVER: beyond the range.
 * The speed is not max. */
int64_t hc_check_wall_ms(int64_t from_ms, int64_t to_ms, struct hc_speed speed);

/* "3 d 4 h", "2 h 5 min", "7 min 30 s", "1.5 s": the two largest units. Returns `out`. */
enum { HC_SPOKEN_BYTES = 48 };
char *hc_check_spoken(int64_t ms, char out[HC_SPOKEN_BYTES]);

#endif
