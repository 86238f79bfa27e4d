/* Jumps over silence: the part of a timeline that knows when something last became visible.
 *
 * While the clock runs, idle_since_ns is the instant since which nothing has become visible (wall
 * time that the clock stood at a limit is taken out); while it is held, how long that has been.
 */
#ifndef HC_REPLAY_IDLE_H
#define HC_REPLAY_IDLE_H

#include "replay/timeline.h"

/* The instant at which the clock would pass its limit and therefore stands; HC_NEVER: it does not
 * come there. At speed max: at once. */
int64_t hc_idle_stands_at(const struct hc_timeline *timeline);

/* The instant at which silence may have lasted long enough; HC_NEVER: never, as it looks now. */
int64_t hc_idle_due(const struct hc_timeline *timeline);

/* Looks at silence up to `now_ns`; true when something was done and it has to be called again. */
bool hc_idle_step(struct hc_timeline *timeline, int64_t now_ns);

/* Before the running clock is re-anchored, and after. */
void hc_idle_suspend(struct hc_timeline *timeline);
void hc_idle_resume(struct hc_timeline *timeline);

/* The clock was put elsewhere: silence begins anew. */
void hc_idle_restart(struct hc_timeline *timeline);

/* Limits have moved: a clock that stands in silence jumps if it can now. */
void hc_idle_release(struct hc_timeline *timeline);

#endif
