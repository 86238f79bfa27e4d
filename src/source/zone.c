#include "source/zone.h"

#include "base/clock.h"
#include "base/timetext.h"
#include "source/zone_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 64, FILE_MAX_BYTES = 256 * 1024, DAY_S = 86400 };

/* "+03:00", "-0330", "+3". */
static bool offset_parse(struct hc_slice text, int32_t *ret)
{
    if (text.size < 2 || text.size > 6 || (text.data[0] != '+' && text.data[0] != '-')) {
        return false;
    }
    int32_t digits[4] = {0};
    size_t count = 0;
    for (size_t i = 1; i < text.size; i++) {
        if (text.data[i] == ':' && i == 3 && text.size == 6) {
            continue;
        }
        if (text.data[i] < '0' || text.data[i] > '9' || count == HC_COUNT(digits)) {
            return false;
        }
        digits[count++] = text.data[i] - '0';
    }
    int32_t hours = count == 1 ? digits[0] : digits[0] * 10 + digits[1];
    int32_t minutes = digits[2] * 10 + digits[3];
    if (count == 3 || hours > 18 || minutes > 59) {
        return false;
    }
    int32_t seconds = hours * 3600 + minutes * 60;
    *ret = text.data[0] == '-' ? -seconds : seconds;
    return true;
}

static bool name_valid(struct hc_slice name)
{
    if (name.size == 0 || name.size > NAME_MAX_BYTES || name.data[0] == '/') {
        return false;
    }
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '-' || c == '+' || c == '/';
        if (!plain) {
            return false; /* no dots: nothing leads out of the folder */
        }
    }
    return true;
}

static enum hc_status file_read(const char *path, struct hc_arena *arena, struct hc_slice *ret,
                                struct hc_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return hc_error_set(error, HC_USAGE,
                            "no time zone of that name: %s does not open (is tzdata "
                            "installed? fixed offsets are written +03:00)",
                            path);
    }
    char *data = hc_arena_bytes(arena, FILE_MAX_BYTES);
    size_t size = 0;
    ssize_t got;
    while ((got = read(fd, data + size, FILE_MAX_BYTES - size)) > 0) {
        size += (size_t)got;
    }
    int code = errno;
    close(fd);
    if (got < 0) {
        return hc_error_errno(error, code, "%s", path);
    }
    *ret = hc_slice_of(data, size);
    return HC_OK;
}

enum hc_status hc_zone_open(struct hc_slice name, struct hc_arena *arena, struct hc_zone **ret,
                            struct hc_error *error)
{
    HC_ASSERT(arena != NULL && ret != NULL);
    struct hc_zone *zone = HC_ARENA_NEW(arena, struct hc_zone);
    zone->magic = HC_ZONE_MAGIC;
    name = hc_slice_trim(name);
    if (name.size == 0 || hc_slice_equal_nocase(name, HC_SLICE("UTC")) ||
        hc_slice_equal_str(name, "Z") || offset_parse(name, &zone->first_offset)) {
        *ret = zone;
        return HC_OK;
    }
    if (!name_valid(name)) {
        return hc_error_set(error, HC_USAGE,
                            "--timezone `" HC_SLICE_FMT "` is no zone: write UTC, +03:00 or a "
                            "name such as Europe/Moscow",
                            HC_SLICE_ARG(name));
    }
    const char *folder = getenv("TZDIR");
    const char *path = hc_arena_format(arena, "%s/" HC_SLICE_FMT,
                                       folder ? folder : "/usr/share/zoneinfo", HC_SLICE_ARG(name));
    struct hc_slice bytes = HC_SLICE_NULL;
    enum hc_status status = file_read(path, arena, &bytes, error);
    if (status != HC_OK) {
        return status == HC_USAGE
                   ? hc_error_prefix(error, "--timezone " HC_SLICE_FMT, HC_SLICE_ARG(name))
                   : status;
    }
    if (!hc_tzif_parse(bytes, arena, zone)) {
        return hc_error_set(error, HC_INVALID, "%s is no time zone file (TZif version 2 or later)",
                            path);
    }
    *ret = zone;
    return HC_OK;
}

bool hc_zone_is_fixed(const struct hc_zone *zone)
{
    HC_CHECK_MAGIC(zone, HC_ZONE_MAGIC);
    return zone->count == 0;
}

int32_t hc_zone_offset(struct hc_zone *zone, int64_t utc_s)
{
    HC_CHECK_MAGIC(zone, HC_ZONE_MAGIC);
    if (zone->count == 0) {
        return zone->first_offset;
    }
    if (utc_s >= zone->cached_from && utc_s < zone->cached_to) {
        return zone->cached_offset;
    }
    size_t low = 0; /* the number of changes at or before utc_s */
    size_t high = zone->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->changes[middle].utc_s <= utc_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    zone->cached_from = low == 0 ? INT64_MIN : zone->changes[low - 1].utc_s;
    zone->cached_to = low == zone->count ? INT64_MAX : zone->changes[low].utc_s;
    zone->cached_offset = low == 0 ? zone->first_offset : zone->changes[low - 1].offset;
    return zone->cached_offset;
}

enum hc_local hc_zone_local(struct hc_zone *zone, int64_t local_s, int64_t *ret_earlier,
                            int64_t *ret_later)
{
    HC_CHECK_MAGIC(zone, HC_ZONE_MAGIC);
    HC_ASSERT(ret_earlier != NULL && ret_later != NULL);
    int32_t before = hc_zone_offset(zone, local_s - DAY_S);
    int32_t after = hc_zone_offset(zone, local_s + DAY_S);
    int64_t first = local_s - HC_MAX(before, after);
    int64_t second = local_s - HC_MIN(before, after);
    if (before == after) {
        *ret_earlier = first;
        *ret_later = first;
        return HC_LOCAL_UNIQUE;
    }
    bool first_holds = hc_zone_offset(zone, first) == HC_MAX(before, after);
    bool second_holds = hc_zone_offset(zone, second) == HC_MIN(before, after);
    if (!first_holds && !second_holds) {
        return HC_LOCAL_SKIPPED;
    }
    *ret_earlier = first_holds ? first : second;
    *ret_later = second_holds ? second : first;
    return first_holds && second_holds ? HC_LOCAL_REPEATED : HC_LOCAL_UNIQUE;
}

/* Civil days of the zone, at the same time of day. */
static int64_t calendar_step(const struct hc_interval *interval, struct hc_zone *zone,
                             int64_t utc_s, int32_t steps)
{
    int32_t offset = hc_zone_offset(zone, utc_s);
    int64_t local = utc_s + offset;
    int64_t days = local / DAY_S - (local % DAY_S < 0);
    int64_t second_of_day = local - days * DAY_S;
    if (interval->months != 0) {
        int32_t year, month, day;
        hc_civil_from_days(days, &year, &month, &day);
        int32_t index = year * 12 + (month - 1) + interval->months * steps;
        HC_ASSERT(index > 0);
        year = index / 12;
        month = index % 12 + 1;
        days = hc_days_from_civil(year, month, HC_MIN(day, hc_days_in_month(year, month)));
    } else {
        days += (int64_t)interval->days * steps;
    }
    int64_t earlier = 0;
    int64_t later = 0;
    int64_t target = days * DAY_S + second_of_day;
    if (hc_zone_local(zone, target, &earlier, &later) == HC_LOCAL_SKIPPED) {
        return target - hc_zone_offset(zone, target - DAY_S);
    }
    return earlier;
}

int64_t hc_interval_step(const struct hc_interval *interval, struct hc_zone *zone, int64_t open_ns,
                         int32_t steps)
{
    HC_ASSERT(interval != NULL);
    if (interval->days == 0 && interval->months == 0) {
        return open_ns + interval->ns * steps;
    }
    HC_ASSERT(zone != NULL);
    int64_t second = open_ns / HC_NS_PER_S - (open_ns % HC_NS_PER_S < 0);
    int64_t rest = open_ns - second * HC_NS_PER_S;
    return calendar_step(interval, zone, second, steps) * HC_NS_PER_S + rest;
}

int64_t hc_interval_nominal_ns(const struct hc_interval *interval)
{
    HC_ASSERT(interval->ns >= 0 && interval->days >= 0 && interval->months >= 0);
    return interval->ns + interval->days * (DAY_S * HC_NS_PER_S) +
           interval->months * (INT64_C(2630016) * HC_NS_PER_S);
}

bool hc_interval_equal(const struct hc_interval *a, const struct hc_interval *b)
{
    return a->ns == b->ns && a->days == b->days && a->months == b->months;
}
