/* A line on a terminal that tells how far a load is, drawn by a thread of its own. */
#ifndef HC_CLI_PROGRESS_H
#define HC_CLI_PROGRESS_H

#include "source/source.h"

struct hc_progress;

/* Starts to draw on standard error; NULL where that is no terminal. `control` is borrowed until the
 * stop. Own. */
struct hc_progress *hc_progress_start(const struct hc_load_control *control, struct hc_slice what);

/* Wipes the line. NULL allowed. */
void hc_progress_stop(struct hc_progress *progress);

#endif
