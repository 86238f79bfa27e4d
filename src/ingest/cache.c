#include "ingest/cache.h"

#include "base/clock.h"
#include "base/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

char *hc_cache_variant(enum hp_codec codec, int64_t range_to_ms, char out[HC_CACHE_VARIANT_BYTES])
{
    int used = 0;
    out[0] = '\0';
    if (codec != HP_NONE) {
        used = snprintf(out, HC_CACHE_VARIANT_BYTES, "-%s", hp_codec_name(codec));
    }
    if (range_to_ms != HC_NEVER) {
        HC_ASSERT(used >= 0 && used < HC_CACHE_VARIANT_BYTES / 2);
        snprintf(out + used, HC_CACHE_VARIANT_BYTES - (size_t)used, "-to%" PRId64, range_to_ms);
    }
    return out;
}

char *hc_cache_topics(const char *cache)
{
    return hc_format("%s/topics", cache);
}

char *hc_cache_topic(const char *cache, const char *identity_hex, const char *variant)
{
    return hc_format("%s/topics/%s%s", cache, identity_hex, variant);
}

char *hc_cache_topic_named(const char *cache, struct hc_slice directory)
{
    return hc_format("%s/topics/" HC_SLICE_FMT, cache, HC_SLICE_ARG(directory));
}

char *hc_cache_source(const char *cache, const char *identity_hex)
{
    return hc_format("%s/sources/%s", cache, identity_hex);
}

char *hc_cache_temp(const char *cache)
{
    return hc_format("%s/tmp", cache);
}

char *hc_cache_source_of(const char *cache, const struct hc_topic_spec *spec)
{
    struct hc_buffer settings = {0};
    uint8_t identity[HC_IDENTITY_BYTES];
    char hex[HC_IDENTITY_HEX_BYTES];
    hc_identity_settings(spec, HC_SLICE_NULL, &settings);
    hc_identity_hash(hc_buffer_slice(&settings), 0, identity);
    hc_buffer_done(&settings);
    return hc_cache_source(cache, hc_identity_hex(identity, hex));
}

static void append_hash(struct hc_buffer *out, const struct hc_buffer *text)
{
    uint8_t hash[HC_IDENTITY_BYTES];
    char hex[HC_IDENTITY_HEX_BYTES];
    hc_identity_hash(hc_buffer_slice(text), 0, hash);
    hc_buffer_append_str(out, hc_identity_hex(hash, hex));
}

enum hc_status hc_cache_fingerprint(struct hc_source *source, struct hc_buffer *out,
                                    struct hc_error *error)
{
    struct hc_buffer text = {0};
    enum hc_status status = hc_source_fingerprint(source, &text, error);
    if (status == HC_OK) {
        append_hash(out, &text);
    }
    hc_buffer_done(&text);
    return status;
}

enum hc_status hc_cache_probe(struct hc_source *source, struct hc_load_control *control,
                              struct hc_buffer *out, struct hc_error *error)
{
    struct hc_buffer text = {0};
    enum hc_status status = hc_source_probe(source, control, &text, error);
    if (status == HC_OK) {
        append_hash(out, &text);
    }
    hc_buffer_done(&text);
    return status;
}

enum hc_status hc_cache_make_one(const char *path, struct hc_error *error)
{
    if (mkdir(path, 0755) == 0 || errno == EEXIST) {
        return HC_OK;
    }
    return hc_error_errno(error, errno, "cannot make the directory %s", path);
}

static enum hc_status make_parents(const char *path, struct hc_error *error)
{
    char *copy = hc_strdup(path);
    enum hc_status status = HC_OK;
    for (char *slash = strchr(copy + 1, '/'); slash && status == HC_OK;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        struct stat stat_buffer;
        if (stat(copy, &stat_buffer) != 0) { /* a parent may be there and yet not ours to make */
            status = hc_cache_make_one(copy, error);
        }
        *slash = '/';
    }
    free(copy);
    return status;
}

enum hc_status hc_cache_make(const char *cache, struct hc_error *error)
{
    HC_ASSERT(cache != NULL && cache[0] != '\0');
    enum hc_status status = make_parents(cache, error);
    if (status == HC_OK) {
        status = hc_cache_make_one(cache, error);
    }
    static const char *const below[] = {"topics", "sources", "tmp"};
    for (size_t i = 0; i < HC_COUNT(below) && status == HC_OK; i++) {
        char *path = hc_format("%s/%s", cache, below[i]);
        status = hc_cache_make_one(path, error);
        free(path);
    }
    return status;
}
