/* One command to a session, made of parts that become one re-anchoring.
 *
 * A command is carried out in steps, so that what must be durable is stored in between:
 *   hc_session_freeze   the clock stands; nothing moves while the command is stored
 *   hc_session_plan     what it comes to, or why it is refused; a pure read
 *   (plan.after, truncations and epochs are stored: broker/control.h)
 *   hc_session_apply    everything at once, and the clock goes on
 *   hc_session_thaw     instead, where it was refused or could not be stored
 *
 * Parts apply in the order time, speed, run: "seek and resume" of an ended session is fine where
 * "resume" alone is not. The loop's thread only.
 */
#ifndef HC_SESSION_COMMAND_H
#define HC_SESSION_COMMAND_H

#include "session/session.h"

enum hc_step_unit { HC_STEP_NONE, HC_STEP_INSTANTS, HC_STEP_RECORDS, HC_STEP_DURATION };
enum hc_run_change { HC_RUN_KEEP, HC_RUN_PAUSE, HC_RUN_RESUME };

/* The most that one step goes: bounded, since each instant is looked up. Durations have no bound
 * but the end. */
#define HC_STEP_INSTANTS_MAX INT64_C(100000)

/* Zero: nothing. At most one of seek, to_start, reset and step. */
struct hc_session_command {
    bool seek;
    bool skip;       /* with seek: raise the log start to the first record at the target */
    int64_t time_ms; /* with seek */
    bool to_start;   /* a seek to where the session starts; backward even if it is there (loop) */
    bool reset;      /* to_start, and commits, log start and start condition as at the beginning */
    enum hc_step_unit step;
    int64_t step_amount; /* >= 1; ms for HC_STEP_DURATION */
    bool set_speed;
    struct hc_speed speed;
    enum hc_run_change run;
};

struct hc_session_plan {
    struct hc_session_command command;
    bool moves; /* seek says where to */
    struct hc_seek seek;
    bool ends;                                 /* a step that came to the end */
    int64_t stepped_records, stepped_instants; /* of a step */
    struct hc_session_saved after;             /* what to store */
};

/* The clock stands where it is at `now` until apply or thaw. */
void hc_session_freeze(struct hc_session *session, struct hc_now now);
void hc_session_thaw(struct hc_session *session, struct hc_now now);

/* HC_INVALID: not in this state (a step while it runs, resuming what has ended). HC_USAGE: a time
 * outside the session. The session is frozen. */
HC_MUST_USE enum hc_status hc_session_plan(const struct hc_session *session,
                                           const struct hc_session_command *command,
                                           struct hc_session_plan *ret, struct hc_error *error);
/* Every waiter becomes due. */
void hc_session_apply(struct hc_session *session, const struct hc_session_plan *plan,
                      struct hc_now now);

/* ---- lockstep ---- */

/* The clock may go up to `gate_ms` (HC_NEVER: as far as there is), no further until the next call;
 * one in the past lets it stand. `who` (nullable) and `why` are shown where it stands; copied, cut.
 */
enum { HC_GATE_WHO_BYTES = 256, HC_GATE_WHY_BYTES = 320 };
void hc_session_set_gate(struct hc_session *session, int64_t gate_ms, struct hc_slice who,
                         const char *why, struct hc_now now);
/* True while the clock would run and stands at the gate. */
bool hc_session_at_gate(const struct hc_session *session);
/* The first visible instant after `market_ms`, HC_NEVER: none within what is loaded. */
int64_t hc_session_next_instant(const struct hc_session *session, int64_t market_ms);
/* What the loading reaches to. */
int64_t hc_session_edge_ms(const struct hc_session *session);
/* Where the connection last asked; -1: it did not, or has been told of a rewind. */
int64_t hc_session_asked(const struct hc_session *session, uint64_t connection_id,
                         const struct hc_session_topic *topic, int32_t partition);
/* Rises with every change of what is loaded and with every command. */
uint64_t hc_session_version(const struct hc_session *session);

/* Where the session starts: `from`, else the first visible instant; HC_NEVER: not known yet. */
int64_t hc_session_start_ms(const struct hc_session *session);

/* Counts backward seeks, loops, resets and fresh starts; the current leader epoch of every
 * partition. */
int64_t hc_session_generation(const struct hc_session *session);

/* The end of the partition at the last rewind, where its current leader epoch begins. */
int64_t hc_session_epoch_start(const struct hc_session *session,
                               const struct hc_session_topic *topic, int32_t partition);

/* The partition's high watermark right after a rewind to `seek`. */
int64_t hc_session_end_after(const struct hc_session *session, const struct hc_session_topic *topic,
                             int32_t partition, const struct hc_seek *seek);
/* The partition's epoch entries after a rewind to `seek`, in `out` (room for epoch_count + 1);
 * returns how many. */
size_t hc_session_epochs_after(const struct hc_session *session,
                               const struct hc_session_topic *topic, int32_t partition,
                               const struct hc_seek *seek, struct hc_epoch_entry *out);

#endif
