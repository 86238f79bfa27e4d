#include "protocol/api.h"
#include "protocol/wire.h"

int16_t hp_request_header_version(const struct hp_api *api, int16_t version)
{
    HC_ASSERT(api != NULL);
    return version >= api->flexible_since ? 2 : 1;
}

int16_t hp_response_header_version(const struct hp_api *api, int16_t version)
{
    HC_ASSERT(api != NULL);
    if (api->key == HP_API_VERSIONS)
        return 0;
    return version >= api->flexible_since ? 1 : 0;
}

static struct hc_slice read_client_id(struct hp_reader *reader)
{
    int16_t length = hp_read_int16(reader);
    if (length < -1)
        hp_reader_fail(reader);
    if (length < 0)
        return HC_SLICE_NULL;
    const uint8_t *bytes = hp_read_raw(reader, (size_t)length);
    return bytes ? hc_slice_of(bytes, (size_t)length) : HC_SLICE_NULL;
}

enum hc_status hp_decode_request_header(struct hc_slice frame, struct hp_request_header *ret,
                                        size_t *ret_used)
{
    struct hp_reader reader = hp_reader_of(frame);
    struct hp_request_header header = {0};
    header.api_key = hp_read_int16(&reader);
    header.api_version = hp_read_int16(&reader);
    header.correlation_id = hp_read_int32(&reader);
    if (reader.failed)
        return HC_INVALID;
    const struct hp_api *api = hp_api_find(header.api_key);
    if (api) {
        header.client_id = read_client_id(&reader);
        if (hp_request_header_version(api, header.api_version) >= 2)
            hp_skip_tags(&reader);
        if (reader.failed)
            return HC_INVALID;
    }
    *ret = header;
    *ret_used = frame.size - hp_reader_remaining(&reader);
    return api ? HC_OK : HC_UNSUPPORTED;
}

size_t hp_request_header_size(const struct hp_api *api, int16_t version, struct hc_slice client_id)
{
    size_t tags = hp_request_header_version(api, version) >= 2 ? 1 : 0;
    return 2 + 2 + 4 + 2 + client_id.size + tags;
}

void hp_write_request_header(const struct hp_api *api, int16_t version, int32_t correlation_id,
                             struct hc_slice client_id, uint8_t *out)
{
    HC_ASSERT(client_id.size <= HP_STRING_BYTES_MAX);
    hp_store_be16(out, (uint16_t)api->key);
    hp_store_be16(out + 2, (uint16_t)version);
    hp_store_be32(out + 4, (uint32_t)correlation_id);
    hp_store_be16(out + 8, hc_slice_is_null(client_id) ? UINT16_MAX : (uint16_t)client_id.size);
    if (client_id.size > 0)
        memcpy(out + 10, client_id.data, client_id.size);
    if (hp_request_header_version(api, version) >= 2)
        out[10 + client_id.size] = 0; /* no tagged fields */
}

size_t hp_response_header_size(const struct hp_api *api, int16_t version)
{
    return hp_response_header_version(api, version) >= 1 ? 5 : 4;
}

void hp_write_response_header(const struct hp_api *api, int16_t version, int32_t correlation_id,
                              uint8_t *out)
{
    hp_store_be32(out, (uint32_t)correlation_id);
    if (hp_response_header_version(api, version) >= 1)
        out[4] = 0; /* no tagged fields */
}
