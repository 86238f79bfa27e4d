/* Inside the room: the mirror's thread and what it works on. */
#ifndef HC_MIRROR_INTERNAL_H
#define HC_MIRROR_INTERNAL_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "mirror/library.h"
#include "mirror/mirror.h"
#include "mirror/progress.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    HC_MIRROR_MAGIC = 0x4d495231,
    HC_MIRROR_BATCH_RECORDS = 20000,      /* in one transaction */
    HC_MIRROR_BATCH_BYTES = 8 << 20,      /* as stored; a larger record is alone */
    HC_MIRROR_TAIL_TRANSACTIONS_MAX = 10, /* more behind the position than so many: refused */
    HC_MIRROR_STARTS_MAX = 5,             /* fatal failures of the cluster in STARTS_WINDOW */
};
#define HC_MIRROR_LINGER_NS       (200 * HC_NS_PER_MS) /* between two transactions */
#define HC_MIRROR_CONTACT_NS      (15 * HC_NS_PER_S)   /* the first answer of the cluster */
#define HC_MIRROR_ANSWER_NS       (60 * HC_NS_PER_S)   /* any other, and each phase of a start */
#define HC_MIRROR_LOST_NS         (300 * HC_NS_PER_S)  /* without it for so long: lost */
#define HC_MIRROR_STARTS_WINDOW   (600 * HC_NS_PER_S)
#define HC_MIRROR_STOP_NS         (4 * HC_NS_PER_S)
#define HC_MIRROR_SLICE_MS        200 /* of blocking calls, so that a stop is noticed */
#define HC_MIRROR_HEADER          "hindcast-mirror"   /* NAME/INCARNATION */
#define HC_MIRROR_SEQUENCE_HEADER "hindcast-sequence" /* decimal: the offset in the source */

/* How a step of the mirror ended. */
enum hc_mirror_step {
    HC_STEP_OK,
    HC_STEP_AGAIN,   /* unclear: destroy the producer, start over */
    HC_STEP_FATAL,   /* the same, but it must not happen often */
    HC_STEP_STOPPED, /* asked to */
    HC_STEP_FENCED,
    HC_STEP_REFUSED,
    HC_STEP_LOST,
};

/* One partition, the same in source and target. A record's sequence is its offset in the source. */
struct hc_mirror_lane {
    size_t topic;
    int32_t partition;
    int64_t start;   /* the first sequence ever */
    int64_t next;    /* the next sequence to commit */
    int64_t planned; /* behind the last one of the transaction under way */
    int64_t acked;   /* behind the last one that the cluster has */
    /* Where to look: the offset of the last committed record, or where the target ended before the
     * first one. */
    int64_t anchor;
    int64_t acked_offset;
    /* The loop's, under the lock. */
    struct hc_log *log;
    int64_t visible;
    _Atomic int64_t committed;
};

struct hc_mirror {
    uint32_t magic;
    const struct hc_mirror_config *config;
    const struct hc_rdkafka *kafka;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct hc_mirror_lane *lanes;
    size_t lane_count;
    size_t *first_lane; /* by topic */
    int64_t market_ms;  /* published, under the lock */
    bool published;
    atomic_bool stopping;
    _Atomic int64_t stop_ns; /* when to give up */

    /* The thread's. */
    rd_kafka_t *admin;  /* sees uncommitted ends; metadata, configs, new topics */
    rd_kafka_t *reader; /* committed records */
    rd_kafka_t *producer;
    rd_kafka_topic_t **producer_topics;
    rd_kafka_topic_t *progress_topic_handle;
    char *transactional_id;
    char *progress_topic;
    char *mark;            /* NAME/INCARNATION, of the header */
    struct hc_arena arena; /* what `progress` points to */
    struct hc_progress progress;
    char run[HC_PROGRESS_ID_BYTES];
    int64_t message_bytes_max; /* the smallest of the target topics; 0: unknown */
    int64_t begun_ns;          /* the transaction under way; 0: none */
    int64_t contact_ns;        /* the last success */
    int64_t last_batch_ns;
    int64_t fatal_ns[HC_MIRROR_STARTS_MAX];
    size_t failed;      /* delivery reports */
    size_t undelivered; /* records without a report */
    rd_kafka_resp_err_t failure_code;
    char failure[512];     /* the first failed report, or what a client last complained of */
    bool refused_for_good; /* a failed report says so */
    bool offset_differs;
    bool was_positioned;
    bool progress_was_read; /* by the present reader */
    struct hc_log_reader *log_reader;
    struct hc_buffer scratch;
    struct hc_buffer text;

    /* Told to the loop. */
    _Atomic int64_t records, bytes, transactions, abandoned, starts, committed_ms;
    atomic_bool connected;
    atomic_bool told; /* `advanced` is on its way */
    struct hc_job positioned_job, advanced_job, ended_job;
    int64_t positioned_ms;
    enum hc_mirror_end end;
    struct hc_error error;
};

static inline int64_t hc_mirror_now(const struct hc_mirror *mirror)
{
    return mirror->config->mono_ns();
}

static inline bool hc_mirror_transacts(const struct hc_mirror *mirror)
{
    return mirror->config->delivery == HC_MIRROR_EXACTLY_ONCE;
}

/* True when blocking calls should end: the stop was asked for and its time is over. */
bool hc_mirror_must_end(const struct hc_mirror *mirror);
/* Waits for at most so long, or until the stop or (when `for_records`) a publish. */
void hc_mirror_sleep(struct hc_mirror *mirror, int64_t ns, bool for_records);
void hc_mirror_tell_positioned(struct hc_mirror *mirror, int64_t market_ms);
void hc_mirror_tell_advanced(struct hc_mirror *mirror);

/* The lane of a partition; NULL: there is none. */
struct hc_mirror_lane *hc_mirror_lane(const struct hc_mirror *mirror, size_t topic,
                                      int32_t partition);
static inline const struct hc_mirror_topic *hc_mirror_topic_of(const struct hc_mirror *mirror,
                                                               const struct hc_mirror_lane *lane)
{
    return &mirror->config->topics[lane->topic];
}

/* ---- client.c: clients of the cluster ---- */

HC_MUST_USE enum hc_mirror_step hc_mirror_open_admin(struct hc_mirror *mirror,
                                                     struct hc_error *error);
HC_MUST_USE enum hc_mirror_step hc_mirror_open_reader(struct hc_mirror *mirror,
                                                      struct hc_error *error);
HC_MUST_USE enum hc_mirror_step hc_mirror_open_producer(struct hc_mirror *mirror,
                                                        struct hc_error *error);
void hc_mirror_close_reader(struct hc_mirror *mirror);
/* Drops what is not sent; the open transaction is aborted by the fencing of the next start. */
void hc_mirror_close_producer(struct hc_mirror *mirror);
void hc_mirror_close_admin(struct hc_mirror *mirror);
/* What a failure of the client means, with a sentence. Takes the error; it is not NULL. */
enum hc_mirror_step hc_mirror_judge(struct hc_mirror *mirror, rd_kafka_error_t *failure,
                                    const char *doing, struct hc_error *error);
enum hc_mirror_step hc_mirror_judge_code(rd_kafka_resp_err_t code);

/* ---- consume.c ---- */

/* A range of offsets of one target partition. */
struct hc_mirror_range {
    rd_kafka_topic_t *topic; /* handle of mirror->reader */
    int32_t partition;
    int64_t from, to; /* nothing where from >= to */
    size_t lane;
    bool done;
};
/* Returns HC_STEP_OK to go on. */
typedef enum hc_mirror_step hc_mirror_visit(void *context, struct hc_mirror_range *range,
                                            const rd_kafka_message_t *message,
                                            struct hc_error *error);
/* Visits every committed record of the ranges, each range in order. HC_STEP_AGAIN: nothing came for
 * HC_MIRROR_ANSWER_NS. */
HC_MUST_USE enum hc_mirror_step hc_mirror_consume(struct hc_mirror *mirror,
                                                  struct hc_mirror_range *ranges, size_t count,
                                                  hc_mirror_visit *visit, void *context,
                                                  struct hc_error *error);
/* Opens a topic of the reader; `ranges` has one for each of its partitions, in their order. Own. */
rd_kafka_topic_t *hc_mirror_reader_topic(struct hc_mirror *mirror, struct hc_slice name,
                                         struct hc_mirror_range *ranges, int32_t partitions);
/* A range for every lane, over the reader's topics; filled in but for from and to. Own: released by
 * hc_mirror_ranges_free before the reader is closed. */
struct hc_mirror_range *hc_mirror_ranges_new(struct hc_mirror *mirror);
void hc_mirror_ranges_free(struct hc_mirror *mirror, struct hc_mirror_range *ranges);
/* Low and high watermark, uncommitted records included. */
HC_MUST_USE enum hc_mirror_step hc_mirror_watermarks(struct hc_mirror *mirror, const char *topic,
                                                     int32_t partition, int64_t *ret_low,
                                                     int64_t *ret_high, struct hc_error *error);
/* The sequence of a record that this name wrote; -1: a foreign one. *ret_ours: by this
 * incarnation. */
int64_t hc_mirror_sequence_of(const struct hc_mirror *mirror, const rd_kafka_message_t *message,
                              bool *ret_ours);

/* ---- position.c: where the cluster proves we are ---- */

HC_MUST_USE enum hc_mirror_step hc_mirror_position(struct hc_mirror *mirror,
                                                   struct hc_error *error);
/* Puts the topics of `progress` into the order of the config's, which is the lanes'. */
void hc_mirror_order_progress(struct hc_mirror *mirror);
/* read_progress.c: the newest progress record, into `arena`, and the settings of its topics as far
 * as they are kept. */
struct hc_mirror_found {
    bool any;
    struct hc_progress progress;
    struct hc_slice *settings; /* by the config's topics; null: not seen */
};
HC_MUST_USE enum hc_mirror_step hc_mirror_read_progress(struct hc_mirror *mirror, bool whole,
                                                        struct hc_arena *arena,
                                                        struct hc_mirror_found *ret,
                                                        struct hc_error *error);
/* resume.c: whether the mirror may go on from there. Fills the lanes. */
HC_MUST_USE enum hc_mirror_step hc_mirror_resume(struct hc_mirror *mirror,
                                                 const struct hc_progress *progress,
                                                 struct hc_error *error);
/* tail.c: what lies behind the position. `begun` false: the first start, and nothing may be there.
 */
HC_MUST_USE enum hc_mirror_step hc_mirror_scan_tails(struct hc_mirror *mirror, bool begun,
                                                     struct hc_error *error);

/* ---- preflight.c ---- */

HC_MUST_USE enum hc_mirror_step hc_mirror_preflight(struct hc_mirror *mirror,
                                                    struct hc_error *error);
/* Reports one finding, a sentence with its remedy; counted where it is an error. */
struct hc_findings {
    int errors, warnings;
    struct hc_error first;
};
void hc_mirror_find(struct hc_findings *findings, bool is_error, const char *code,
                    const char *format, ...) HC_PRINTF(4, 5);
/* preflight_configs.c: what the topics' configs would do to the records. */
HC_MUST_USE enum hc_mirror_step hc_mirror_check_configs(struct hc_mirror *mirror,
                                                        struct hc_findings *findings,
                                                        struct hc_error *error);
/* create.c */
struct hc_mirror_new_topic {
    const char *name;
    int32_t partitions;
    const char *const *configs; /* pairs, ends with NULL */
};
HC_MUST_USE enum hc_mirror_step hc_mirror_create_topic(struct hc_mirror *mirror,
                                                       const struct hc_mirror_new_topic *topic,
                                                       struct hc_error *error);
/* Runs an admin call to its event; NULL with an error when none came. Own. */
rd_kafka_event_t *hc_mirror_await(struct hc_mirror *mirror, rd_kafka_queue_t *queue,
                                  const char *doing, struct hc_error *error);

/* ---- transfer.c ---- */

/* Until the stop or a failure. */
HC_MUST_USE enum hc_mirror_step hc_mirror_transfer(struct hc_mirror *mirror,
                                                   struct hc_error *error);
/* A transaction with nothing but the progress record, under our name: the start's own. */
HC_MUST_USE enum hc_mirror_step hc_mirror_claim(struct hc_mirror *mirror, struct hc_error *error);

/* plan.c: how far the next transaction goes: lanes[].planned, at most HC_MIRROR_BATCH_RECORDS, a
 * cut at one market instant where possible. Returns how many records; *ret_market_ms: complete
 * until then. Takes the lock. */
size_t hc_mirror_plan(struct hc_mirror *mirror, int64_t *ret_market_ms);

/* records.c: walks stored records. */
typedef enum hc_mirror_step hc_mirror_record_visit(void *context, const struct hp_record *record,
                                                   struct hc_error *error);
HC_MUST_USE enum hc_mirror_step hc_mirror_walk(struct hc_mirror *mirror, struct hc_log *log,
                                               int64_t from, int64_t to,
                                               hc_mirror_record_visit *visit, void *context,
                                               struct hc_error *error);

/* ---- verify.c ---- */

HC_MUST_USE enum hc_mirror_step hc_mirror_verify(struct hc_mirror *mirror, struct hc_error *error);

#endif
