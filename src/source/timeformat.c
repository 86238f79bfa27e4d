#include "source/timetokens.h"

/* %Y %y %m %d %e %H %I %M %S %f %p %b %B %z %Z %F %T %R %D and %%; white space matches any run of
 * it. */
static const char known[] = "YymdeHIMSfpbBzZFTRD%";

static const char *const month_names[] = {"january",   "february", "march",    "april",
                                          "may",       "june",     "july",     "august",
                                          "september", "october",  "november", "december"};

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

bool hc_time_format_valid(struct hc_slice format)
{
    bool any = false;
    for (size_t i = 0; i < format.size; i++) {
        if (format.data[i] != '%') {
            continue;
        }
        i++;
        if (i == format.size || format.data[i] == '\0' || strchr(known, format.data[i]) == NULL) {
            return false;
        }
        any = any || format.data[i] != '%';
    }
    return any;
}

static bool month_name(struct hc_tokens *tokens, int32_t *ret)
{
    for (int32_t i = 0; i < 12; i++) {
        size_t sizes[2] = {strlen(month_names[i]), 3};
        for (size_t j = 0; j < HC_COUNT(sizes); j++) {
            if ((size_t)(tokens->end - tokens->at) >= sizes[j] &&
                hc_slice_equal_nocase(hc_slice_of(tokens->at, sizes[j]),
                                      hc_slice_of(month_names[i], sizes[j]))) {
                tokens->at += sizes[j];
                *ret = i + 1;
                return true;
            }
        }
    }
    return false;
}

static bool short_year(struct hc_tokens *tokens, struct hc_time_parts *parts)
{
    if (!hc_tokens_number(tokens, 2, 2, &parts->year)) {
        return false;
    }
    parts->year += parts->year < 69 ? 2000 : 1900; /* POSIX */
    return true;
}

static bool zone(struct hc_tokens *tokens, struct hc_time_parts *parts)
{
    parts->zoned = true;
    return hc_tokens_zone(tokens, &parts->offset_s);
}

static bool convert(struct hc_tokens *tokens, char conversion, struct hc_time_parts *parts);

static bool convert_all(struct hc_tokens *tokens, const char *conversions, char between,
                        struct hc_time_parts *parts)
{
    for (size_t i = 0; conversions[i] != '\0'; i++) {
        if ((i > 0 && !hc_tokens_char(tokens, between)) ||
            !convert(tokens, conversions[i], parts)) {
            return false;
        }
    }
    return true;
}

static bool convert(struct hc_tokens *tokens, char conversion, struct hc_time_parts *parts)
{
    parts->has_date |= strchr("YymdebBFD", conversion) != NULL;
    parts->has_time |= strchr("HIMSfpTR", conversion) != NULL;
    switch (conversion) {
    case 'Y':
        return hc_tokens_number(tokens, 4, 4, &parts->year);
    case 'y':
        return short_year(tokens, parts);
    case 'm':
        return hc_tokens_number(tokens, 1, 2, &parts->month);
    case 'd':
    case 'e':
        return hc_tokens_number(tokens, 1, 2, &parts->day);
    case 'H':
        return hc_tokens_number(tokens, 1, 2, &parts->hour);
    case 'I':
        return hc_tokens_number(tokens, 1, 2, &parts->hour);
    case 'M':
        return hc_tokens_number(tokens, 1, 2, &parts->minute);
    case 'S':
        return hc_tokens_number(tokens, 1, 2, &parts->second);
    case 'f':
        return hc_tokens_fraction(tokens, &parts->fraction_ns);
    case 'p':
        return hc_tokens_meridiem(tokens, &parts->meridiem);
    case 'b':
    case 'B':
        return month_name(tokens, &parts->month);
    case 'z':
    case 'Z':
        return zone(tokens, parts);
    case 'F':
        return convert_all(tokens, "Ymd", '-', parts);
    case 'T':
        return convert_all(tokens, "HMS", ':', parts);
    case 'R':
        return convert_all(tokens, "HM", ':', parts);
    case 'D':
        return convert_all(tokens, "mdy", '/', parts);
    default:
        HC_ASSERT(conversion == '%');
        return hc_tokens_char(tokens, '%');
    }
}

const char *hc_time_parse_format(struct hc_slice format, struct hc_slice text, struct hc_time *ret)
{
    struct hc_tokens tokens = {text.data, text.data + text.size};
    struct hc_time_parts parts = {.month = 1, .day = 1};
    for (size_t i = 0; i < format.size; i++) {
        char c = format.data[i];
        bool matched;
        if (c == '%') {
            i++;
            HC_ASSERT(i < format.size);
            matched = convert(&tokens, format.data[i], &parts);
        } else if (is_space(c)) {
            matched = true;
            while (tokens.at < tokens.end && is_space(*tokens.at)) {
                tokens.at++;
            }
        } else {
            matched = hc_tokens_char(&tokens, c);
        }
        if (!matched) {
            return "does not follow the format of --time-unit";
        }
    }
    if (tokens.at != tokens.end) {
        return "goes on behind the format of --time-unit";
    }
    return hc_time_assemble(&parts, ret);
}
