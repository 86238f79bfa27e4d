/* Forwards a session's log into a real Kafka or Redpanda cluster, exactly once.
 *
 * One thread of its own, the mirror's, makes every blocking call to the cluster. The loop tells it
 * how far each partition is visible (hc_mirror_publish); the records themselves it reads from the
 * shared immutable logs, so that nothing is queued between the two and a slow cluster costs no
 * memory. What happens is posted to the loop's mailbox.
 *
 * Exactly once means: every record of the source is in the target once, in order, whatever dies.
 * Transactions alone do not give that (a late commit of a dead request can commit the transaction
 * after it). Therefore: one transactional.id per mirror, which fences older writers; the position
 * in a compacted topic, written in the same transaction behind the records it speaks of; a sequence
 * number in a header of each record; at start-up a look at the end of each target partition, which
 * finds records that were committed without their position. Whatever is unclear ends the producer;
 * nothing is aborted and reused. docs/mirror.md tells the rest.
 *
 * Knows nothing of sockets, flags and exit statuses. Functions are for the loop's thread.
 */
#ifndef HC_MIRROR_MIRROR_H
#define HC_MIRROR_MIRROR_H

#include "base/executor.h"
#include "protocol/records.h"
#include "store/store.h"

enum hc_mirror_delivery { HC_MIRROR_EXACTLY_ONCE, HC_MIRROR_AT_LEAST_ONCE };

/* A property of librdkafka. Secrets have been read from their file or variable already. */
struct hc_mirror_property {
    struct hc_slice name, value;
};

/* A topic of the session. Slices and arrays are borrowed for the mirror's life. */
struct hc_mirror_topic {
    struct hc_slice source;
    struct hc_slice target;   /* its name in the cluster */
    struct hc_slice identity; /* hex; a mirror goes on only with the same one */
    struct hc_slice settings; /* behind the identity, "key=value\n" lines */
    int32_t partitions;
    const int64_t *starts; /* per partition: the first offset that is mirrored */
    int64_t first_ms;      /* the smallest and largest record timestamp; */
    int64_t last_ms;       /* HC_NEVER and HC_TIME_MIN: no records */
};

/* Appends what differs between two settings texts, for people. */
typedef void hc_mirror_difference(struct hc_slice old_settings, struct hc_slice new_settings,
                                  struct hc_buffer *out);

enum hc_mirror_end {
    HC_MIRROR_DONE,    /* asked to stop, or a dry run without findings */
    HC_MIRROR_REFUSED, /* by preflight or resume, or the cluster refuses for good */
    HC_MIRROR_LOST,    /* the cluster was away for too long, or failed too often */
    HC_MIRROR_FENCED,  /* a newer mirror of the same name has taken over */
};

/* Called on the mailbox's thread. */
struct hc_mirror_listener {
    void *context;
    /* Where the cluster proves we are: the clock belongs at `market_ms` (HC_TIME_MIN: at its
     * start). Once, before anything is sent. */
    void (*positioned)(void *context, int64_t market_ms);
    /* Something was committed (hc_mirror_status tells). */
    void (*advanced)(void *context);
    /* The thread has ended; `error` is empty for HC_MIRROR_DONE. Nothing is called afterwards. */
    void (*ended)(void *context, enum hc_mirror_end end, const struct hc_error *error);
};

enum { HC_MIRROR_NAME_BYTES_MAX = 100 };

/* Borrowed for the mirror's life. */
struct hc_mirror_config {
    struct hc_slice servers; /* HOST:PORT,... */
    struct hc_slice name;    /* letters, digits, '.', '_' and '-' */
    enum hc_mirror_delivery delivery;
    bool exact_offsets;  /* the target's offsets equal ours; implies at-least-once */
    bool timestamps_now; /* the wall time of sending instead of the record's own */
    bool create;         /* make target topics that do not exist */
    bool restart;        /* begin anew, whatever the cluster holds of this mirror */
    bool dry_run;        /* preflight only */
    bool verify;         /* compare instead of sending; every record is published at once */
    const struct hp_header *markers;
    size_t marker_count;
    const struct hc_mirror_property *properties;
    size_t property_count;
    const struct hc_mirror_topic *topics;
    size_t topic_count;
    hc_mirror_difference *difference;
    struct hc_mailbox *mailbox;
    struct hc_mirror_listener listener;
    int64_t (*mono_ns)(void);
    int64_t (*wall_ms)(void);
};

struct hc_mirror;

struct hc_mirror *hc_mirror_start(const struct hc_mirror_config *config); /* own */

/* How far a partition is visible, and the log that holds it (a reference is taken). */
struct hc_mirror_visible {
    struct hc_log *log;
    int64_t end; /* exclusive; never less than before */
};
/* The partitions of all topics in their order, one behind the other. */
void hc_mirror_publish(struct hc_mirror *mirror, const struct hc_mirror_visible *partitions,
                       int64_t market_ms);

/* Commits what is under way, then ends; what cannot be finished within 5 s is left to fencing. */
void hc_mirror_stop(struct hc_mirror *mirror);

/* Waits for the thread, after the stop. What it has posted may still be in the mailbox. */
void hc_mirror_join(struct hc_mirror *mirror);

/* After the join, once the mailbox is empty. NULL allowed. */
void hc_mirror_free(struct hc_mirror *mirror);

struct hc_mirror_status {
    int64_t records;      /* committed by this process */
    int64_t bytes;        /* of their keys and values */
    int64_t transactions; /* committed by this process */
    int64_t abandoned;    /* transactions whose outcome was unclear: found out at the next start */
    int64_t starts;       /* of a producer */
    int64_t market_ms;    /* every record visible until then is committed; HC_TIME_MIN: none */
    bool connected;
};
void hc_mirror_status(struct hc_mirror *mirror, struct hc_mirror_status *ret);

/* The offset behind the last committed record of a partition, counted over all topics. */
int64_t hc_mirror_committed(struct hc_mirror *mirror, size_t partition);

#endif
