/* What `hindcast run` says at its end: as text, JSON and JUnit XML. */
#ifndef HC_CLI_SUMMARY_H
#define HC_CLI_SUMMARY_H

#include "cli/hash.h"

struct hc_summary {
    const struct hc_app *app;
    const struct hc_hash_result *hashes; /* NULL: not known */
    const char *command;
    int command_status;  /* as a shell tells it: 128 + n for a signal */
    const char *failure; /* of the harness; NULL: none */
    bool drained;
    bool expect_drained;
    int64_t wall_ns; /* of the command */
};

void hc_summary_text(const struct hc_summary *summary, struct hc_buffer *out);
void hc_summary_json(const struct hc_summary *summary, struct hc_buffer *out);
void hc_summary_junit(const struct hc_summary *summary, struct hc_buffer *out);

#endif
