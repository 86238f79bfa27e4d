/* One event loop: libuv, a timer in nanoseconds, a mailbox, the real clock. The only room that
 * touches sockets.
 *
 * Everything here belongs to the loop's thread except hc_loop_mailbox(...)->post, which any thread
 * may call.
 */
#ifndef HC_NET_LOOP_H
#define HC_NET_LOOP_H

#include "base/clock.h"
#include "base/executor.h"

struct hc_loop;

/* The operating system's clocks: CLOCK_MONOTONIC and CLOCK_REALTIME. */
struct hc_now hc_now_read(void);

HC_MUST_USE enum hc_status hc_loop_new(struct hc_loop **ret, struct hc_error *error);
/* Every stream and listener has been closed (hc_streams_close_all, hc_listener_close). */
void hc_loop_free(struct hc_loop *loop);

/* Runs until hc_loop_stop. */
void hc_loop_run(struct hc_loop *loop);
void hc_loop_stop(struct hc_loop *loop);

/* Between run and free: lets closed streams end and runs the jobs posted so far; no driver is
 * called. */
void hc_loop_settle(struct hc_loop *loop);

/* Whoever is driven by time: `advance` runs what is due and is called when `next_wake_ns` has come,
 * and after anything else that happened on the loop when it was marked with hc_loop_touch. At most
 * HC_LOOP_DRIVERS. */
enum { HC_LOOP_DRIVERS = 8 };
struct hc_loop_driver {
    void *context;
    void (*advance)(void *context, struct hc_now now);
    int64_t (*next_wake_ns)(void *context);
};
void hc_loop_drive(struct hc_loop *loop, struct hc_loop_driver driver);

/* A driver's next wake may have changed: the timer is set anew before the loop sleeps. Cheap, any
 * number of times. */
void hc_loop_touch(struct hc_loop *loop);

/* Jobs posted here run on the loop's thread. Borrowed from the loop. */
struct hc_mailbox *hc_loop_mailbox(struct hc_loop *loop);

/* Calls `handler` on the loop's thread for each signal; at most HC_LOOP_SIGNALS of them. */
enum { HC_LOOP_SIGNALS = 8 };
void hc_loop_on_signal(struct hc_loop *loop, int signal, void (*handler)(void *context, int signal),
                       void *context);

/* Histogram source: how late the timer fired against its deadline, in ns, the last time; for
 * diagnostics. */
int64_t hc_loop_last_timer_lateness_ns(const struct hc_loop *loop);

#endif
