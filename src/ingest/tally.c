#include "ingest/tally.h"

#include <inttypes.h>
#include <stdio.h>

void hc_tally_init(struct hc_tally *tally, const struct hc_topic_spec *spec,
                   const struct hc_source_facts *facts, struct hc_arena *arena)
{
    *tally = (struct hc_tally){.spec = spec, .facts = facts, .arena = arena};
    hc_tally_take_survey(tally);
}

void hc_tally_take_survey(struct hc_tally *tally)
{
    const struct hc_source_facts *facts = tally->facts;
    HC_ASSERT(atomic_load(&tally->refused) == 0 && tally->told_count == 0);
    atomic_store(&tally->refused, facts->refused);
    for (size_t i = 0; i < facts->refusals.count && i < HC_TALLY_TOLD_MAX; i++) {
        tally->told[tally->told_count++] = facts->refusals.items[i];
    }
}

enum hc_status hc_tally_refuse(struct hc_tally *tally, struct hc_error *error)
{
    HC_ASSERT(error != NULL && error->text[0] != '\0');
    long long refused = atomic_fetch_add(&tally->refused, 1) + 1;
    if (tally->told_count < HC_TALLY_TOLD_MAX) {
        tally->told[tally->told_count++] = hc_arena_copy(tally->arena, hc_slice_str(error->text));
    }
    if (refused <= tally->spec->refused_max) {
        return HC_OK;
    }
    struct hc_error reason = *error;
    if (tally->spec->refused_max == 0) {
        return hc_error_set(error, HC_INVALID,
                            "%.800s; refused (--max-refused N goes on without such rows)",
                            reason.text);
    }
    return hc_error_set(error, HC_INVALID,
                        "%.800s; refused, and it is row %lld of %" PRId64
                        " that --max-refused allows",
                        reason.text, refused, tally->spec->refused_max);
}

void hc_tally_differ(struct hc_tally *tally, const char *what)
{
    atomic_fetch_add(&tally->differing, 1);
    if (tally->differing_told_count < HC_TALLY_TOLD_MAX) {
        tally->differing_told[tally->differing_told_count++] =
            hc_arena_copy(tally->arena, hc_slice_str(what));
    }
}

char *hc_place_text(const struct hc_source_facts *facts, uint32_t file, uint64_t line, char *out,
                    size_t capacity)
{
    HC_ASSERT(file < facts->files.count);
    if (facts->shapes != NULL) { /* a table: its rows have no numbers */
        return hc_slice_to_str(facts->files.items[file], out, capacity);
    }
    snprintf(out, capacity, HC_SLICE_FMT ":%" PRIu64, HC_SLICE_ARG(facts->files.items[file]), line);
    return out;
}
