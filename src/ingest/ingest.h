/* From sources to logs: survey, order, encode, store, publish. Runs on workers; tells the loop by
 * mailbox.
 *
 * One `struct hc_ingest` serves every topic of the process. For each spec it first looks for a
 * finished store directory with the topic's identity and an equal source fingerprint (a warm start
 * reads nothing else); otherwise it surveys the source, and loads it under an exclusive lock, one
 * builder at a time, publishing immutable snapshots as their order becomes certain. Of several
 * topics, the one with the smallest edge is loaded next. Rows whose source cannot promise an order
 * go through an external sorter (64 MiB, fan-in 64).
 */
#ifndef HC_INGEST_INGEST_H
#define HC_INGEST_INGEST_H

#include "base/executor.h"
#include "source/source.h"
#include "store/store.h"

enum hc_load_state {
    HC_LOAD_PENDING,
    HC_LOAD_SURVEY,
    HC_LOAD_READ,
    HC_LOAD_MERGE,
    HC_LOAD_DONE,
    HC_LOAD_FAILED
};

/* One topic as its consumers will see it. The loop's copy: changed only on the loop's thread, by
 * the listener calls below. */
struct hc_topic_log {
    struct hc_slice name;     /* owned by the ingest */
    uint8_t identity[32];     /* SHA-256 over format, settings and generation */
    int64_t generation;       /* content generation */
    struct hc_slice settings; /* behind the identity: "key=value\n" lines; owned by the ingest */
    int32_t partitions;
    struct hc_log **logs; /* the newest snapshots; references owned here, take your own to keep */
    int64_t edge_ms; /* every record visible at or before this instant is in `logs`; HC_TIME_MIN at
                        first, HC_NEVER when complete */
    int64_t first_visible_ms; /* HC_NEVER while unknown (nothing surveyed yet); for an empty topic
                                 HC_NEVER for ever */
    int64_t last_visible_ms;  /* HC_TIME_MIN while unknown or empty; exact once edge_ms == HC_NEVER
                                 or surveyed */
    bool span_known;
    const struct hc_topic_spec *spec;
    enum hp_codec codec;
    void *user; /* for the listener */
};

struct hc_ingest_progress {
    enum hc_load_state state;
    int64_t rows; /* read by the survey, then in logs */
    int64_t refused;
    int32_t percent; /* 0..100, -1 unknown */
};

/* Called on the mailbox's thread. None of them may free the ingest. */
struct hc_ingest_listener {
    void *context;
    /* All topics' names, partition counts and identities are known; the array and its elements live
     * as long as the ingest. Called once. A topic whose name is not a template is known before its
     * source has been surveyed (which may still fail). Where a source has changed since it was last
     * loaded, this waits until the new load has reproduced what was there or differs from it,
     * because that decides the identity. */
    void (*topics)(void *context, struct hc_topic_log *const *topics, size_t count);
    /* A topic has new snapshots or a new edge. */
    void (*advanced)(void *context, struct hc_topic_log *topic);
    /* Loading of a source failed for good; `error->status` decides the exit code (HC_NOT_FOUND,
     * HC_DENIED, HC_USAGE, HC_INVALID...). */
    void (*failed)(void *context, const struct hc_error *error);
    /* Everything is loaded. */
    void (*complete)(void *context);
};

/* How a spec becomes a source: the seam for simulations. As hc_source_open. */
typedef enum hc_status hc_source_opener(const struct hc_topic_spec *spec, struct hc_source **ret,
                                        struct hc_error *error);

struct hc_ingest_config {
    const struct hc_topic_spec *specs;
    size_t spec_count;
    const char *cache_dir;      /* topics below it, shared by processes; made when absent */
    uint64_t cache_limit_bytes; /* 0: none. Least recently used finished topics are evicted, never
                                   one in use */
    struct hc_executor *executor;
    struct hc_mailbox *mailbox;
    struct hc_ingest_listener listener;
    /* The monotonic clock in ns, from any thread, for rates and the progress line; NULL: neither.
     */
    int64_t (*clock_ns)(void);
    hc_source_opener *open_source; /* NULL: hc_source_open */
    bool progress_line;            /* a line on standard error, for a terminal */
};

struct hc_ingest;

/* Starts in the background; nothing blocks. `config` and its specs are borrowed for the ingest's
 * life. Own. */
struct hc_ingest *hc_ingest_start(const struct hc_ingest_config *config);

/* Cancels what is under way, waits for the workers to let go, frees. Before the executor is freed:
 * it waits until the job that start submitted has run. */
void hc_ingest_free(struct hc_ingest *ingest);

struct hc_ingest_progress hc_ingest_progress(const struct hc_ingest *ingest);

/* How the source of one of the config's specs is, while it is loaded and, where what was stored
 * is served before a far source could be asked, after that. */
enum hc_source_health hc_ingest_health(const struct hc_ingest *ingest, size_t spec);

/* The load report (JSON object: rows, refused with reasons, span, interval, symbols, gaps,
 * duplicates, notes, warnings) of a topic, appended to `out`. Complete once the topic is. */
void hc_ingest_report(const struct hc_ingest *ingest, const struct hc_topic_log *topic,
                      struct hc_buffer *out);

#endif
