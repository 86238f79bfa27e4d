#include "source/zone_internal.h"

/* RFC 8536. Only the 64-bit block of version 2 and later is used; every tzdata of the last decade
 * has it. */
enum { HEADER_BYTES = 44, CHANGES_MAX = 20000, TYPES_MAX = 256 };

struct header {
    size_t isut, isstd, leap, times, types, chars;
};

static int64_t big_endian(const char *data, size_t size)
{
    HC_ASSERT(size == 4 || size == 8);
    const unsigned char *bytes = (const unsigned char *)data;
    uint64_t value = bytes[0] >= 0x80 ? UINT64_MAX : 0; /* sign */
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return (int64_t)value;
}

static bool header_parse(struct hc_slice bytes, struct header *ret)
{
    if (bytes.size < HEADER_BYTES || memcmp(bytes.data, "TZif", 4) != 0 || bytes.data[4] < '2') {
        return false;
    }
    int64_t counts[6];
    for (size_t i = 0; i < HC_COUNT(counts); i++) {
        counts[i] = big_endian(bytes.data + 20 + 4 * i, 4);
        if (counts[i] < 0 || counts[i] > CHANGES_MAX) {
            return false;
        }
    }
    *ret = (struct header){(size_t)counts[0], (size_t)counts[1], (size_t)counts[2],
                           (size_t)counts[3], (size_t)counts[4], (size_t)counts[5]};
    return ret->types > 0 && ret->types <= TYPES_MAX;
}

static size_t block_bytes(const struct header *header, size_t time_bytes)
{
    return header->times * (time_bytes + 1) + header->types * 6 + header->chars +
           header->leap * (time_bytes + 4) + header->isstd + header->isut;
}

/* The times, and the offset that each begins. */
static bool changes_parse(const char *data, const struct header *header, struct hc_zone *zone)
{
    const char *indexes = data + header->times * 8;
    const char *types = indexes + header->times;
    zone->first_offset = (int32_t)big_endian(types, 4);
    for (size_t i = 0; i < header->times; i++) {
        size_t type = (unsigned char)indexes[i];
        if (type >= header->types) {
            return false;
        }
        int64_t offset = big_endian(types + 6 * type, 4);
        int64_t time = big_endian(data + 8 * i, 8);
        if (offset < -90000 || offset > 90000 || (i > 0 && time <= zone->changes[i - 1].utc_s)) {
            return false;
        }
        zone->changes[i] = (struct hc_zone_change){time, (int32_t)offset};
    }
    zone->count = header->times;
    return true;
}

bool hc_tzif_parse(struct hc_slice bytes, struct hc_arena *arena, struct hc_zone *zone)
{
    HC_CHECK_MAGIC(zone, HC_ZONE_MAGIC);
    struct header header;
    if (!header_parse(bytes, &header)) {
        return false;
    }
    size_t skip = HEADER_BYTES + block_bytes(&header, 4);
    if (bytes.size < skip) {
        return false;
    }
    bytes = hc_slice_of(bytes.data + skip, bytes.size - skip);
    if (!header_parse(bytes, &header)) {
        return false;
    }
    skip = HEADER_BYTES + block_bytes(&header, 8);
    if (bytes.size < skip) {
        return false;
    }
    size_t capacity = header.times + 2 * HC_ZONE_LAST_YEAR;
    zone->changes = HC_ARENA_ARRAY(arena, struct hc_zone_change, capacity);
    if (!changes_parse(bytes.data + HEADER_BYTES, &header, zone)) {
        return false;
    }
    struct hc_slice footer = hc_slice_of(bytes.data + skip, bytes.size - skip);
    if (footer.size < 2 || footer.data[0] != '\n' || footer.data[footer.size - 1] != '\n') {
        return false;
    }
    footer = hc_slice_of(footer.data + 1, footer.size - 2);
    return footer.size == 0 || hc_tzrule_extend(footer, zone, capacity);
}
