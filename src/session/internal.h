/* The inside of a session, shared by the files of this room only. */
#ifndef HC_SESSION_INTERNAL_H
#define HC_SESSION_INTERNAL_H

#include "replay/timeline.h"
#include "session/command.h"

#define HC_SESSION_MAGIC UINT32_C(0x53455353)

/* How long consumers must be quiet before a start condition fires, and commits before it is
 * drained. */
#define HC_SESSION_QUIET_NS HC_NS_PER_S

enum hc_intent { HC_INTENT_WAIT, HC_INTENT_RUN, HC_INTENT_PAUSE };

/* The start condition: who has come so far. */
struct hc_start {
    const struct hc_session_topic *topic; /* the first one fetched; NULL: none */
    int64_t last_new_ns;                  /* when a partition of it was first fetched last */
    struct hc_map groups;                 /* name -> struct hc_start_group, own */
    int64_t members;                      /* that count */
    int64_t members_since_ns;             /* enough of them since; HC_NEVER: not enough */
    int64_t deadline_ns;                  /* start-timeout; HC_NEVER */
};

/* One connection that fetches: the offset it last asked for, per topic and partition, -1: never. */
struct hc_reader {
    uint64_t connection_id;
    int64_t **asked; /* by topic index; NULL: none of that topic */
    size_t topic_count, topic_capacity;
};

struct hc_readers {
    struct hc_map by_connection; /* the id's bytes -> struct hc_reader, own */
    struct hc_reader *recent;
    int64_t fetched; /* partitions that somebody ever fetched */
    int64_t behind;  /* while ended: partitions and (reader, partition) pairs not at their end */
    int64_t caught_up_ns; /* while ended: behind is 0 since */
    int64_t commit_ns;    /* last commit */
    int64_t ended_ns;
    bool told;      /* events.drained was called for this end */
    int64_t untold; /* while rewinding: (reader, partition) pairs with a position beyond the end */
};

struct hc_session_source {
    char *name;
    enum hc_source_state state;
};

struct hc_session {
    uint32_t magic;
    struct hc_session_config config; /* its slices point to the copies below */
    char *name;
    char *start_group;
    char cluster_id[32];

    struct hc_session_topic **topics;
    size_t topic_count, topic_capacity;
    struct hc_map topics_by_name, topics_by_id;
    bool topics_complete;

    struct hc_timeline timeline;
    struct hc_now now; /* of the last advance */
    enum hc_intent intent;
    bool placed; /* the clock stands where it is to start */
    bool loaded; /* the log reaches that far */
    bool empty;  /* loaded, and there is no first visible instant to start at */
    bool ended, stopped;
    bool frozen; /* a command is being stored */
    bool restored, restored_ended;
    int64_t place_ms;        /* restored market time; HC_TIME_MIN: none */
    int64_t skip_ms;         /* of a forward seek with skip; HC_TIME_MIN: none */
    int64_t rewind_until_ns; /* a rewind settles until then at most; HC_NEVER: none does */
    int64_t generation;
    uint64_t version;
    char gate_who[HC_GATE_WHO_BYTES]; /* "": nobody in particular */
    char gate_why[HC_GATE_WHY_BYTES];
    enum hc_session_state reported;

    struct hc_heap waiters; /* by market time */
    struct hc_list due;     /* due regardless of it */

    struct hc_start start;
    struct hc_readers readers;
    struct hc_session_events events;
    void (*touched)(void *context); /* hc_session_watch */
    void *touched_context;
    struct hc_session_load load;
    struct hc_session_source *sources;
    size_t source_count, source_capacity;
};

/* ---- window.c: the session's part of the log ---- */

int64_t hc_window_first_ms(const struct hc_session *session, const struct hc_session_topic *topic);
int64_t hc_window_last_ms(const struct hc_session *session, const struct hc_session_topic *topic);
/* The smallest edge of the topics, each complete where its window is. */
int64_t hc_window_edge(const struct hc_session *session);
/* The topic whose edge that is, or NULL. */
const struct hc_session_topic *hc_window_slowest(const struct hc_session *session);
/* HC_NEVER: not known yet. HC_TIME_MIN: no record at all. */
int64_t hc_window_end(const struct hc_session *session);
/* The first visible instant; HC_NEVER: not known yet, or (then edge is HC_NEVER) none. */
int64_t hc_window_first_visible(const struct hc_session *session);
struct hc_timeline_log hc_window_log(const struct hc_session *session);
void hc_window_update_log_starts(struct hc_session *session, struct hc_session_topic *topic);

/* ---- lifecycle.c ---- */

/* After anything that may have changed what the clock may do. At the instant of session->now. */
void hc_session_settle(struct hc_session *session);
/* Advances to `now`, never back. */
void hc_session_catch_up(struct hc_session *session, struct hc_now now);
void hc_session_refresh_limits(struct hc_session *session);
void hc_session_end_here(struct hc_session *session);
/* What the session does or will do once it is loaded; never HC_SESSION_LOADING. */
enum hc_session_state hc_session_meant(const struct hc_session *session);

/* ---- seek.c, step.c, control.c: parts of a command ---- */

/* Applies a seek; the caller wakes and settles. */
void hc_session_move(struct hc_session *session, const struct hc_seek *seek);
/* After a move to the start: log start, start condition and consumers as at the beginning. */
void hc_session_begin_anew(struct hc_session *session);
HC_MUST_USE enum hc_status hc_step_find(const struct hc_session *session,
                                        const struct hc_session_command *command,
                                        struct hc_session_plan *plan, struct hc_error *error);
enum hc_status hc_session_refuse_rewind(const struct hc_session *session, struct hc_error *error);
enum hc_status hc_session_refuse_ended(const struct hc_session *session, const char *what,
                                       struct hc_error *error);

/* The next wake may be another. */
static inline void hc_session_touch(const struct hc_session *session)
{
    if (session->touched != NULL) {
        session->touched(session->touched_context);
    }
}

static inline bool hc_session_is_rewinding(const struct hc_session *session)
{
    return session->rewind_until_ns != HC_NEVER;
}

/* ---- start.c ---- */

void hc_start_init(struct hc_start *start);
void hc_start_done(struct hc_start *start);
/* A partition of `topic` has been fetched for the first time. */
void hc_start_note_new(struct hc_session *session, const struct hc_session_topic *topic);
/* The session has begun to wait. */
void hc_start_arm(struct hc_session *session);
bool hc_start_is_met(const struct hc_session *session);
/* Calls events.start_timed_out where that is due. */
void hc_start_expire(struct hc_session *session);
int64_t hc_start_wake(const struct hc_session *session);
/* Nobody has come yet. */
void hc_start_reset(struct hc_session *session);
int64_t hc_start_seen(const struct hc_session *session);

/* ---- readers.c ---- */

void hc_readers_init(struct hc_readers *readers);
void hc_readers_done(struct hc_readers *readers);
/* Where it last asked; -1: it never did. */
int64_t hc_reader_asked(const struct hc_reader *reader, size_t topic_index, int32_t partition);
/* 1 when `asked` belongs to somebody who has not asked at the end yet, else 0. */
int64_t hc_reader_is_behind(int64_t asked, int64_t end);
int64_t hc_readers_count_behind(const struct hc_session *session);
/* The log was truncated: counts who does not know yet. And: no longer waits for them. */
void hc_readers_begin_rewind(struct hc_session *session);
void hc_readers_end_rewind(struct hc_session *session);
/* Nobody has fetched anything. */
void hc_readers_forget(struct hc_session *session);

/* ---- drained.c ---- */

/* The session has ended: counts who is behind. */
void hc_drained_begin(struct hc_session *session);
/* Positions have changed. */
void hc_drained_look(struct hc_session *session);
/* Calls events.drained where that is due. */
void hc_drained_tell(struct hc_session *session);
int64_t hc_drained_wake(const struct hc_session *session);

/* ---- waiters.c ---- */

void hc_session_wake_all(struct hc_session *session);

/* ---- topics.c ---- */

void hc_session_topic_free(struct hc_session_topic *topic);
void hc_session_make_cluster_id(struct hc_session *session);

#endif
