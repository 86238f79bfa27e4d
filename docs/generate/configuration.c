/* Prints docs/configuration.md from the table of settings. */
#include "config/config.h"

#include <stdio.h>

/* A bar would end the cell of a table. */
static void print_cell(const char *text)
{
    for (const char *c = text; *c; c++) {
        printf(*c == '|' ? "\\|" : "%c", *c);
    }
}

static void print_bounds(const struct hc_key *key)
{
    bool bounded = key->min != 0 || key->max != 0;
    if (key->kind == HC_KIND_INTEGER && bounded && key->max != INT64_MAX) {
        printf("; %lld to %lld", (long long)key->min, (long long)key->max);
    }
}

static void print_row(const struct hc_key *key)
{
    char variable[HC_VARIABLE_BYTES];
    printf("| %s%s%s |", key->traits & HC_TRAIT_NO_FILE ? "" : "`",
           key->traits & HC_TRAIT_NO_FILE ? "-" : key->name,
           key->traits & HC_TRAIT_NO_FILE ? "" : "`");
    if (key->flag) {
        printf(" `%s", key->flag);
        fputs(*key->placeholder ? " " : "", stdout);
        print_cell(key->placeholder);
        printf("` |");
    } else {
        printf(" - |");
    }
    if (hc_key_variable(key, variable)) {
        printf(" `%s` |", variable);
    } else {
        printf(" - |");
    }
    printf(" %s", hc_kind_text(key->kind));
    if (key->words) {
        printf(key->kind == HC_KIND_CHOICE ? ": `" : ", or `");
        print_cell(key->words);
        printf("`");
    }
    print_bounds(key);
    if (key->default_text) {
        printf(" | `%s` | ", key->default_text);
    } else {
        printf(" | - | ");
    }
    print_cell(key->help);
    printf("%s |\n", key->traits & HC_TRAIT_RELOAD ? " SIGHUP changes it." : "");
}

static void print_section(enum hc_section section)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(section, &keys);
    printf("\n| Key | Flag | Variable | Takes | Default | Means |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < count; i++) {
        print_row(&keys[i]);
    }
}

static const char opening[] =
    "# Configuration\n\n"
    "Printed by `hindcast-docs-configuration` from the table in `src/config/table.h`; a test "
    "compares the two.\n\n"
    "Every setting can be said in a file (`--config FILE`), by a variable and by a flag. Where it "
    "is said more than\n"
    "once, flags win over variables, variables over the file, the file over defaults. "
    "`hindcast config show` prints\n"
    "what is in effect and where each value was said; `hindcast config check` looks at a file "
    "without starting\n"
    "anything. An unknown key or flag stops the start, with its line and the nearest one that "
    "exists; an unknown\n"
    "`HINDCAST_...` variable is warned of.\n\n"
    "```yaml\n"
    "sources: {market: \"csv:data/{symbol}-{interval}.csv\"}\n"
    "topics:\n"
    "  candles-1-min: {source: market, interval: 1m, partitions: 10, headers: {source: replay}}\n"
    "replay: {from: 2023-01-01T00:00:00Z, to: 2023-01-02, speed: 60, start: first-consumer}\n"
    "sessions:\n"
    "  fast: {listen: 127.0.0.1:9192, speed: max, topics: [candles-1-min]}\n"
    "log: {level: warn}\n"
    "```\n\n"
    "The file is one YAML document of at most 1 MiB, without anchors, aliases and tags. `sources` "
    "gives names to URIs,\n"
    "for `topics.NAME.source`.\n\n"
    "| Kind | Is written |\n|---|---|\n"
    "| duration | `500ms` `90s` `5m` `36h` `30d` `2w`, for `warmup` also `1mo` |\n"
    "| time | ISO-8601 with its zone, a bare date (UTC), or 13 digits of milliseconds |\n"
    "| range | `FROM..TO`, either may be left out; in the file also `{from: FROM, to: TO}` |\n"
    "| size | bytes, or with `KiB` `MiB` `GiB` `TiB` `kB` `MB` `GB` `TB` |\n"
    "| speed | a decimal number above 0, or `max` |\n"
    "| address | `HOST:PORT` or `[HOST]:PORT` |\n"
    "| list | `A,B`; in the file also `[A, B]` |\n"
    "| names with values | `K=V`, the flag repeated; in the file `{K: V}` |\n";

int main(void)
{
    printf("%s\n## Server, limits, groups\n\nAt the top of the file; dots are levels: `log.level` "
           "is `log: {level: ...}`.\n"
           "`http` has no variable: `hindcast run` is to set `HINDCAST_HTTP` for the command it "
           "starts.\n",
           opening);
    print_section(HC_SECTION_ROOT);
    printf("\n## Topics\n\nBelow `topics.NAME`. Flags belong to the `--source` before them; a "
           "variable, or a flag beside a file, is for the\none topic that there is.\n");
    print_section(HC_SECTION_TOPIC);
    printf("\n## Replay and sessions\n\nBelow `replay`, for the session `main`, and below "
           "`sessions.NAME` for further virtual clusters, which take from\n`replay` what they do "
           "not say themselves. `listen` and `topics` are for further sessions alone.\n");
    print_section(HC_SECTION_SESSION);
    return 0;
}
