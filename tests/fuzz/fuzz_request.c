/* Requests: the first byte picks the API, the second the version, the rest is the frame behind its
 * key and version: header and body. A first byte of 255 leaves the frame as it is. */
#include "fuzz/fuzz.h"

#include "base/buffer.h"
#include "base/endian.h"
#include "fuzz/fuzz_message.h"
#include "protocol/api.h"

enum { RAW_FRAME = 255 };

static size_t list_apis(const struct hp_api *ret[HP_API_KEY_MAX + 1])
{
    size_t count = 0;
    for (int16_t key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find(key);
        if (api != NULL)
            ret[count++] = api;
    }
    HC_ASSERT(count > 0);
    return count;
}

/* Puts the key and version in front that the first two bytes pick. */
static void make_frame(const uint8_t *data, size_t size, struct hc_buffer *out)
{
    const struct hp_api *apis[HP_API_KEY_MAX + 1];
    size_t count = list_apis(apis);
    const struct hp_api *api = apis[data[0] % count];
    int versions = api->known_max - api->known_min + 1;
    char *head = hc_buffer_reserve(out, 4);
    hc_put_be16(head, (uint16_t)api->key);
    hc_put_be16(head + 2, (uint16_t)(api->known_min + data[1] % versions));
    out->size += 4;
    hc_buffer_append(out, data + 2, size - 2);
}

/* A header that was read, written again, is as long as was told and reads the same. */
static void check_header(const struct hp_api *api, const struct hp_request_header *header)
{
    static struct hc_buffer out;
    struct hp_request_header again;
    size_t used;
    size_t size = hp_request_header_size(api, header->api_version, header->client_id);
    hc_buffer_clear(&out);
    uint8_t *to = (uint8_t *)hc_buffer_reserve(&out, size);
    hp_write_request_header(api, header->api_version, header->correlation_id, header->client_id,
                            to);
    enum hc_status status = hp_decode_request_header(hc_slice_of(to, size), &again, &used);
    HC_ASSERT(status == HC_OK);
    HC_ASSERT(used == size);
    HC_ASSERT(again.api_key == header->api_key && again.api_version == header->api_version);
    HC_ASSERT(again.correlation_id == header->correlation_id);
    HC_ASSERT(hc_slice_is_null(again.client_id) == hc_slice_is_null(header->client_id));
    HC_ASSERT(hc_slice_equal(again.client_id, header->client_id));
}

static void check_frame(struct hc_slice frame)
{
    struct hp_request_header header;
    size_t used;
    enum hc_status status = hp_decode_request_header(frame, &header, &used);
    HC_ASSERT(status == HC_OK || status == HC_INVALID || status == HC_UNSUPPORTED);
    if (status != HC_OK)
        return;
    HC_ASSERT(used <= frame.size);
    const struct hp_api *api = hp_api_find(header.api_key);
    HC_ASSERT(api != NULL);
    if (header.api_version < api->known_min || header.api_version > api->known_max)
        return;
    check_header(api, &header);
    fuzz_message(api->request, header.api_version,
                 hc_slice_of(frame.data + used, frame.size - used));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct hc_buffer frame;
    if (size < 2)
        return 0;
    hc_buffer_clear(&frame);
    if (data[0] == RAW_FRAME)
        hc_buffer_append(&frame, data + 1, size - 1);
    else
        make_frame(data, size, &frame);
    check_frame(hc_buffer_slice(&frame));
    return 0;
}
