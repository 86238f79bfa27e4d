/* Immutable logs on disk: segments written once, memory-mapped, verified, shared by every session.
 *
 * A topic is stored in a directory of its own, named by its identity (ingest/identity.h):
 * `manifest` and, per partition, segment files (store/format.h). A segment holds record batches
 * (leader epoch 0), an index with a row per batch, the visible instants of its records, and a
 * footer. Segments are written to a temporary name, renamed, and never modified; the manifest is
 * written when every segment is on disk, in the same way, and alone makes them a topic.
 *
 * A `struct hc_log` is one immutable snapshot of one partition: reference-counted, safe to read
 * from any thread. Knows nothing of clocks and clients: visible ends come in as arguments.
 *
 * Locks of a directory (one builder, many users): store/lock.h. Making room: store/evict.h.
 */
#ifndef HC_STORE_STORE_H
#define HC_STORE_STORE_H

#include "base/arena.h"
#include "base/chunk.h"
#include "base/executor.h"
#include "base/status.h"
#include "protocol/records.h"
#include "store/prefix.h"

struct hc_log;

struct hc_log *hc_log_get(struct hc_log *log); /* another reference */
void hc_log_put(struct hc_log *log);           /* NULL allowed */

/* A log without records. */
struct hc_log *hc_log_empty(void);

/* The offset behind the last record that the snapshot holds; offsets are dense from 0. */
int64_t hc_log_end(const struct hc_log *log);

/* The first offset whose visible instant is after `market_ms`, in [0, end]: the visible end at that
 * market time. O(log n); touches the instants of one batch only. */
int64_t hc_log_visible_end(const struct hc_log *log, int64_t market_ms);

/* The visible instant of a record in ms; 0 <= offset < end. */
int64_t hc_log_visible_ms(const struct hc_log *log, int64_t offset);

/* The first offset in [from, end) whose record timestamp is at or after `timestamp_ms`, with that
 * record's own timestamp. False when there is none below `end`. Reads no record bytes: timestamps
 * are indexed. 0 <= from; `end` beyond the log's end means the log's end, here and below. */
bool hc_log_find_timestamp(const struct hc_log *log, int64_t timestamp_ms, int64_t from,
                           int64_t end, int64_t *ret_offset, int64_t *ret_timestamp_ms);

/* The first record with the largest timestamp in [from, end); false when the range is empty. */
bool hc_log_max_timestamp(const struct hc_log *log, int64_t from, int64_t end, int64_t *ret_offset,
                          int64_t *ret_timestamp_ms);

/* Bytes that records in [from, to) take as they are stored; a part of a batch counts by its share
 * of the batch's records. 0 when to <= from. */
int64_t hc_log_bytes_between(const struct hc_log *log, int64_t from, int64_t to);

/* The same in whole batches: a batch counts when `to` is behind its last record, and `from` before
 * it or within. Depends on no record at or after `to`, which a share of a batch does. */
int64_t hc_log_whole_bytes_between(const struct hc_log *log, int64_t from, int64_t to);

/* The smallest offset `to` such that hc_log_bytes_between(from, to) >= bytes, or end + 1 when the
 * log is too short. */
int64_t hc_log_offset_after_bytes(const struct hc_log *log, int64_t from, int64_t bytes);

/* ---- reading ---- */

/* Per loop: scratch and a small cache of cut batches. One thread. */
struct hc_log_reader;
struct hc_log_reader *hc_log_reader_new(size_t cache_bytes);
void hc_log_reader_free(struct hc_log_reader *reader);

struct hc_log_read {
    int64_t offset;       /* first wanted */
    int64_t end;          /* exclusive: visible end, or the start of the next leader epoch;
                             0 <= offset < end <= log end */
    int64_t begin;        /* no batch reaches below it: the start of the leader epoch; <= offset */
    size_t bytes_max;     /* whole batches up to this many bytes */
    bool at_least_one;    /* the first batch is returned even if it is larger */
    int32_t leader_epoch; /* written into every batch; 0 serves stored bytes unpatched as one chunk
                             a run */
    bool no_zstd;         /* the client is too old for zstd: such batches go out uncompressed */
};

enum hc_read_result {
    HC_READ_CHUNKS,    /* chunks were appended (none when the first batch did not fit bytes_max) */
    HC_READ_NOT_READY, /* the first batch is not in memory or not verified: hc_log_prepare and park
                        */
    HC_READ_CORRUPT,   /* verification failed: KAFKA_STORAGE_ERROR */
};

/* Writes whole batches that cover [offset, end) to `chunks` (at most `chunks_max`, which is 2 or
 * more; *ret_count chunks, *ret_bytes bytes), each with an owner reference (release with
 * hc_chunk_release) or in `arena`. The first batch may begin before `offset`; a batch that crosses
 * `begin` or `end` is cut to a slice of its own, uncompressed. *ret_next: the first offset not
 * covered, `offset` when nothing was. Batches behind the first one that are not ready or corrupt
 * end the answer early. Never blocks, never faults on disk. Outputs are written for HC_READ_CHUNKS
 * only. */
enum hc_read_result hc_log_read(struct hc_log_reader *reader, struct hc_log *log,
                                const struct hc_log_read *what, struct hc_arena *arena,
                                struct hc_chunk *chunks, size_t chunks_max, size_t *ret_count,
                                size_t *ret_bytes, int64_t *ret_next);

/* A request to make [offset, end) readable: faults the range in and verifies it on a worker (of
 * HC_LANE_SHORT). At most HC_PREPARE_BYTES_MAX are done at once; a reader that comes to the rest
 * gets HC_READ_NOT_READY and asks again, or asks early (hc_log_ready). `done->run` is posted to
 * `mailbox` afterwards, also when verification failed (then reads answer HC_READ_CORRUPT). `done`
 * is borrowed until it has run; the log is kept alive meanwhile. */
enum { HC_PREPARE_BYTES_MAX = 8 * 1024 * 1024 };

void hc_log_prepare(struct hc_log *log, int64_t offset, int64_t end, struct hc_executor *executor,
                    struct hc_mailbox *mailbox, struct hc_job *done);

/* True when hc_log_read(offset..) would not answer HC_READ_NOT_READY for at least the next `bytes`
 * bytes. */
bool hc_log_ready(const struct hc_log *log, int64_t offset, size_t bytes);

/* True when verification has found a corrupt segment in the log; `error` (may be NULL) names it.
 * The store also logs the event `segment-corrupt` once a segment. For readiness checks. */
bool hc_log_is_corrupt(const struct hc_log *log, struct hc_error *error);

/* ---- writing ---- */

enum {
    HC_STORE_BATCH_BYTES_MAX = 16 * 1024,         /* before compression; a larger record is alone */
    HC_STORE_RECORD_BYTES_MAX = 16 * 1024 * 1024, /* key, value and headers of one record */
    HC_STORE_HEADERS_MAX = 64,
    HC_STORE_PARTITIONS_MAX = 10000,
};

struct hc_store_record {
    int64_t visible_ms; /* never decreases within a partition */
    int64_t timestamp_ms;
    struct hc_slice key;   /* nullable */
    struct hc_slice value; /* nullable */
};

/* What the manifest keeps: text the store does not interpret but gives back. */
struct hc_store_facts {
    struct hc_slice identity; /* hex, see ingest/identity.h */
    struct hc_slice
        settings; /* the settings behind the identity, "key=value\n" lines, to name what changed */
    struct hc_slice fingerprint; /* of the source; equal means unchanged */
    struct hc_slice report;      /* JSON: the load report shown by `check` and the HTTP API */
    int64_t generation;          /* content generation, 0 at first */
};

/* Writes one topic. Single thread (a load worker). The directory must exist and be locked by the
 * caller (hc_store_lock_build). A finished topic that already is there stays valid until `finish`
 * replaces it; what a crashed builder left behind is removed. After a failure every further call
 * fails alike. */
struct hc_store_writer;

/* `headers` (borrowed for the writer's life, at most HC_STORE_HEADERS_MAX) go on every record.
 * `directory` is copied. */
HC_MUST_USE enum hc_status hc_store_writer_new(const char *directory, int32_t partitions,
                                               enum hp_codec codec, const struct hp_header *headers,
                                               int32_t header_count, struct hc_store_writer **ret,
                                               struct hc_error *error);

/* Before the first append to the partition: what an earlier load of the same topic recorded
 * (ascending; borrowed for the writer's life, e.g. from hc_store_topic.prefixes). See
 * hc_store_writer_match. */
void hc_store_writer_expect(struct hc_store_writer *writer, int32_t partition,
                            const struct hc_prefix *prefixes, size_t count);

/* HC_LIMIT: a record larger than HC_STORE_RECORD_BYTES_MAX; HC_NO_SPACE, HC_IO: the disk. */
HC_MUST_USE enum hc_status hc_store_writer_append(struct hc_store_writer *writer, int32_t partition,
                                                  const struct hc_store_record *record,
                                                  struct hc_error *error);

/* Whether the records so far reproduce the expected prefixes byte by byte (offset, both times, key,
 * value). HC_PREFIX_SHORTER until all expected records have been seen. A difference is final. */
enum hc_prefix_match hc_store_writer_match(const struct hc_store_writer *writer);

/* True when enough has been appended since the last publish that it is time to publish (targets
 * grow from 256 KiB to 64 MiB, of all partitions together; more above 16 partitions). */
bool hc_store_writer_due(const struct hc_store_writer *writer);

/* Ends the open batches and segments of every partition and gives the new snapshots: `logs` has
 * room for `partitions` references, owned by the caller (on failure none is given). Renames, but
 * leaves the syncing to `finish`, since without a manifest nothing of it survives a crash anyway:
 * the first records are out before the disk has turned. */
HC_MUST_USE enum hc_status hc_store_writer_publish(struct hc_store_writer *writer,
                                                   struct hc_log **logs, struct hc_error *error);

/* Publishes the rest, syncs every segment and writes the manifest: from now on the directory can be
 * opened. Syncing takes as long as the disk needs, so publish first if clients wait for the
 * records. */
HC_MUST_USE enum hc_status hc_store_writer_finish(struct hc_store_writer *writer,
                                                  const struct hc_store_facts *facts,
                                                  struct hc_log **logs, struct hc_error *error);

/* Own; NULL allowed. Removes the files of a build that did not finish (logs given out stay
 * readable). */
void hc_store_writer_free(struct hc_store_writer *writer);

/* ---- opening ---- */

struct hc_store_topic {
    int32_t partitions;
    struct hc_log **logs;        /* own: released by hc_store_topic_done */
    struct hc_store_facts facts; /* borrowed from the object */
    enum hp_codec codec;
    struct hc_prefix_list *prefixes; /* per partition, borrowed from the object */
    struct hc_arena arena;
};

/* Opens a finished directory: checks manifest, sizes, footers and index sums, maps the files.
 * Bodies are verified later. Takes no lock: hold hc_store_lock_use so that the directory is not
 * evicted. HC_NOT_FOUND: no manifest; HC_CORRUPT: names file and what is wrong; HC_UNSUPPORTED:
 * another format version. `ret` is untouched on failure. */
HC_MUST_USE enum hc_status hc_store_open(const char *directory, struct hc_store_topic *ret,
                                         struct hc_error *error);
void hc_store_topic_done(struct hc_store_topic *topic);

#endif
