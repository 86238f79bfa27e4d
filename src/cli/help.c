/* Help, printed from the table of commands and the table of settings. */
#include "cli/command.h"

enum { WIDTH = 100, COLUMN = 34 };

static const char examples[] =
    "Examples\n"
    "  hindcast serve                          the built-in market, at 127.0.0.1:9092\n"
    "  hindcast serve --source csv:data/BTCUSDT-1m.csv --from 2023-01-01 --speed 60\n"
    "  hindcast check --source csv:data/{symbol}-1m.csv\n";

/* Words of `text` from the present column on, continued at COLUMN. */
static void print_wrapped(FILE *out, const char *text, size_t at)
{
    struct hc_slice rest = hc_slice_str(text);
    bool first = true;
    while (!hc_slice_is_null(rest)) {
        struct hc_slice word = hc_slice_cut(&rest, ' ');
        if (!first && at + 1 + word.size > WIDTH) {
            fprintf(out, "\n%*s", COLUMN, "");
            at = COLUMN;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fwrite(word.data, 1, word.size, out);
        at += word.size;
        first = false;
    }
    fputc('\n', out);
}

static void print_flag(FILE *out, const char *flag, const char *placeholder, const char *text)
{
    int wrote = fprintf(out, "  %s%s%s", flag, *placeholder ? " " : "", placeholder);
    if (wrote < 0 || wrote > COLUMN - 2) {
        fprintf(out, "\n%*s", COLUMN, "");
    } else {
        fprintf(out, "%*s", COLUMN - wrote, "");
    }
    print_wrapped(out, text, COLUMN);
}

static void print_key(FILE *out, const struct hc_key *key)
{
    char text[1024];
    bool tell = key->default_text && key->kind != HC_KIND_BOOL;
    bool choice = key->kind == HC_KIND_CHOICE && !strchr(key->placeholder, '|');
    size_t size = (size_t)snprintf(text, sizeof text, "%s", key->help);
    HC_ASSERT(size > 0 && size < sizeof text);
    text[size - 1] = '\0'; /* without the full stop */
    size_t used = strlen(text);
    if (choice) {
        used += (size_t)snprintf(text + used, sizeof text - used, ": %s", key->words);
    }
    if (tell) {
        snprintf(text + used, sizeof text - used, " [%s]", key->default_text);
    }
    print_flag(out, key->flag, key->placeholder, text);
}

static void print_section(FILE *out, const char *title, enum hc_section section)
{
    const struct hc_key *keys;
    size_t count = hc_section_keys(section, &keys);
    fprintf(out, "\n%s\n", title);
    for (size_t i = 0; i < count; i++) {
        if (keys[i].flag) {
            print_key(out, &keys[i]);
        }
    }
}

void hc_help_print(FILE *out, const struct hc_command *commands, size_t count)
{
    fprintf(out, "Hindcast is a Kafka-protocol broker for the past: consumers read historical "
                 "candles from it,\neach at the instant at which its bar closed, by a market clock "
                 "of any speed.\n\nUsage\n");
    for (size_t i = 0; i < count; i++) {
        int wrote = fprintf(out, "  hindcast %s %s", commands[i].name, commands[i].usage);
        bool fits = wrote < COLUMN + 6;
        fprintf(out, "%s%*s%s\n", fits ? "" : "\n", COLUMN + 6 - (fits ? wrote : 0), "",
                commands[i].summary);
    }
    fprintf(out, "\nMost used\n");
    print_flag(out, "--source", "URI", "demo:, csv:PATH-OR-PATTERN or postgresql://...");
    print_flag(out, "--topic", "TEMPLATE", "the topic's name; {symbol} in it makes one for each");
    print_flag(out, "--from", "TIME", "where the market clock starts, as 2023-01-01");
    print_flag(out, "--to", "TIME", "where the replay ends");
    print_flag(out, "--speed", "N|max", "market time for each unit of wall time");
    print_flag(out, "--start", "CONDITION", "now, paused, first-consumer or members:N");
    print_flag(out, "--config", "FILE", "settings from a YAML file");
    fprintf(out,
            "\n%s\n`hindcast COMMAND --help` tells the rest. Every flag is also a key of the "
            "file and a variable:\n--max-idle is max-idle below replay, and "
            "HINDCAST_MAX_IDLE.\n",
            examples);
}

void hc_help_print_command(FILE *out, const struct hc_command *command)
{
    fprintf(out, "Usage\n  hindcast %s %s\n\n%s", command->name, command->usage, command->text);
    if (!command->takes_settings) {
        return;
    }
    fprintf(out, "\n%s", examples);
    print_section(out, "Source and topic (they belong to the --source before them)",
                  HC_SECTION_TOPIC);
    print_section(out, "Replay", HC_SECTION_SESSION);
    print_section(out, "Server", HC_SECTION_ROOT);
    fprintf(out,
            "\nDurations: 500ms 90s 5m 36h 30d 2w. Times: 2023-01-01T00:00:00Z, 2023-01-01 "
            "(UTC), or 13 digits of\nmilliseconds. Sizes: 64KiB 1MiB 2GiB. Limits, groups and "
            "further sessions are set in the file\nalone; `hindcast config show` prints one "
            "with everything in it.\n"
            "\nExit status: 0 done, 2 usage or configuration, 3 source, 4 address, 5 data or "
            "cache directory,\n6 mirror target refused, lost or different, 7 mirror fenced by a "
            "newer one, 8 start timed out, 74 storage, 75 memory, 1 internal.\n");
}
