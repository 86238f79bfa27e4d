/* Prints docs/protocol.md from the API table. */
#include "protocol/api.h"

#include <stdio.h>

static void print_range(int16_t min, int16_t max)
{
    if (max < 0)
        printf(" -");
    else if (min == max)
        printf(" %d", min);
    else
        printf(" %d-%d", min, max);
}

static void print_row(const struct hp_api *api)
{
    printf("| %d | %s |", api->key, api->name);
    print_range(api->served_min, api->served_max);
    printf(" |");
    print_range(api->known_min, api->known_max);
    if (api->flexible_since == INT16_MAX)
        printf(" | never |");
    else
        printf(" | %d |", api->flexible_since);
    printf(" %s |\n", api->deviation ? api->deviation : "");
}

static void print_apis(bool served)
{
    printf("| Key | API | Served | Known | Flexible from | How it differs from Apache Kafka |\n"
           "|---:|---|---|---|---|---|\n");
    for (int16_t key = 0; key <= HP_API_KEY_MAX; key++) {
        const struct hp_api *api = hp_api_find(key);
        if (api && (api->served_max >= 0) == served)
            print_row(api);
    }
}

int main(void)
{
    printf("# The Kafka protocol in Hindcast\n\n"
           "Printed by `hindcast-docs-protocol` from the table in `protocol/api.c`; a test "
           "compares the two.\n\n"
           "*Served* is what ApiVersions advertises. *Known* is what the codec encodes and "
           "decodes, in both\n"
           "directions: tests, the benchmark client and auditors use more than the broker answers. "
           "From the\n"
           "*flexible* version on a message uses compact lengths and tagged fields (KIP-482).\n\n"
           "## Served\n\n");
    print_apis(true);
    printf("\n## Known, not served\n\n");
    print_apis(false);
    printf("\n## Rules of the wire\n\n"
           "- Request headers are version 2 from the flexible version on, else 1; response headers "
           "1, else 0. An\n"
           "  ApiVersions response always has header version 0.\n"
           "- Bytes behind the last field of a request are tolerated: librdkafka 2.15 sends three "
           "of them when it\n"
           "  asks for all topics with Metadata 9 or later.\n"
           "- Unknown tagged fields are skipped. Tags must ascend; a null where the version has "
           "none, a length\n"
           "  beyond the bytes that remain or a varint of more than five bytes is malformed, and "
           "closes the connection.\n"
           "- Strings hold at most 32,767 bytes, in the compact form too.\n");
    return 0;
}
