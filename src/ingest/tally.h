/* What happened to the rows of one load: counted, the first cases kept as sentences for the report.
 *
 * Refusals obey the spec: beyond `refused_max` the load stops with the refusal as its error.
 * Written by the loading thread; the counters may be read by any. Strings are owned by the arena.
 */
#ifndef HC_INGEST_TALLY_H
#define HC_INGEST_TALLY_H

#include "source/source.h"

enum { HC_TALLY_TOLD_MAX = 20 };

struct hc_tally {
    const struct hc_topic_spec *spec;
    const struct hc_source_facts *facts;
    struct hc_arena *arena;
    atomic_llong records;    /* that went into logs */
    atomic_llong refused;    /* by the source, by encoding, as conflicting duplicates */
    atomic_llong duplicates; /* dropped or replaced */
    atomic_llong conflicts;  /* refused rows that were duplicates with other values */
    atomic_llong differing;  /* bars that repeat another with other values, and were not refused */
    struct hc_slice told[HC_TALLY_TOLD_MAX]; /* why rows were refused */
    size_t told_count;
    struct hc_slice differing_told[HC_TALLY_TOLD_MAX];
    size_t differing_told_count;
};

/* Everything is borrowed for the tally's life. Starts with what the facts hold. */
void hc_tally_init(struct hc_tally *tally, const struct hc_topic_spec *spec,
                   const struct hc_source_facts *facts, struct hc_arena *arena);

/* The survey has come between: takes what it refused. */
void hc_tally_take_survey(struct hc_tally *tally);

/* Counts a refused row, whose reason is the text of `error`. HC_OK while that is allowed, else
 * HC_INVALID with the remedy added to the text. */
HC_MUST_USE enum hc_status hc_tally_refuse(struct hc_tally *tally, struct hc_error *error);

/* Counts a bar that differs from another in the same place; `what` says which two. */
void hc_tally_differ(struct hc_tally *tally, const char *what);

/* "FILE:LINE" of a row, or the name of its table; returns `out`. */
char *hc_place_text(const struct hc_source_facts *facts, uint32_t file, uint64_t line, char *out,
                    size_t capacity);

#endif
