#include "source/csv.h"
#include "source/demo.h"
#include "source/postgres/postgres.h"
#include "source/source.h"

#include <stdio.h>
#include <unistd.h>

/* What follows `scheme` in the URI; false when the URI has another. */
static bool scheme_cut(struct hc_slice uri, const char *scheme, struct hc_slice *ret_rest)
{
    size_t size = strlen(scheme);
    if (uri.size < size || memcmp(uri.data, scheme, size) != 0) {
        return false;
    }
    *ret_rest = hc_slice_of(uri.data + size, uri.size - size);
    return true;
}

enum hc_status hc_source_open(const struct hc_topic_spec *spec, struct hc_source **ret,
                              struct hc_error *error)
{
    HC_ASSERT(spec != NULL && ret != NULL);
    struct hc_slice rest;
    if (scheme_cut(spec->source, "csv:", &rest)) {
        return hc_csv_open(spec, rest, ret, error);
    }
    if (scheme_cut(spec->source, "demo:", &rest) || hc_slice_equal_str(spec->source, "demo")) {
        return hc_demo_open(spec, spec->source.size > 5 ? rest : HC_SLICE_EMPTY, ret, error);
    }
    if (scheme_cut(spec->source, "postgresql:", &rest) ||
        scheme_cut(spec->source, "postgres:", &rest)) {
        return hc_pg_open(spec, spec->source, ret, error);
    }
    char path[1024];
    hc_slice_to_str(spec->source, path, sizeof(path));
    bool is_file = spec->source.size < sizeof(path) && access(path, F_OK) == 0;
    return hc_error_set(error, HC_USAGE,
                        "source `%s`: write demo:, csv:PATH-OR-PATTERN or postgresql://...%s%s",
                        path, is_file ? "; here csv:" : "", is_file ? path : "");
}

void hc_source_close(struct hc_source *source)
{
    if (source != NULL) {
        source->ops->close(source);
    }
}

enum hc_status hc_source_survey(struct hc_source *source, struct hc_load_control *control,
                                struct hc_source_facts *ret, struct hc_error *error)
{
    HC_ASSERT(source != NULL && control != NULL && ret != NULL);
    return source->ops->survey(source, control, ret, error);
}

enum hc_status hc_source_read_begin(struct hc_source *source, struct hc_load_control *control,
                                    struct hc_error *error)
{
    HC_ASSERT(source != NULL && control != NULL);
    return source->ops->read_begin(source, control, error);
}

enum hc_status hc_source_read_next(struct hc_source *source, struct hc_row *ret,
                                   struct hc_error *error)
{
    HC_ASSERT(source != NULL && ret != NULL);
    return source->ops->read_next(source, ret, error);
}

enum hc_status hc_source_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                     struct hc_error *error)
{
    HC_ASSERT(source != NULL && out != NULL);
    return source->ops->fingerprint(source, out, error);
}

enum hc_status hc_source_probe(struct hc_source *source, struct hc_load_control *control,
                               struct hc_buffer *out, struct hc_error *error)
{
    HC_ASSERT(source != NULL && source->ops->probe != NULL && control != NULL && out != NULL);
    return source->ops->probe(source, control, out, error);
}
