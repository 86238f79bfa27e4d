/* The hash of each topic of a session, from its log start to its visible end (store/hash.h). */
#ifndef HC_CLI_HASH_H
#define HC_CLI_HASH_H

#include "cli/app.h"

struct hc_topic_hash {
    struct hc_slice topic;
    char hex[65];
};

struct hc_hash_result {
    bool failed; /* a segment is corrupt */
    struct hc_topic_hash *topics;
    size_t count;
};

/* Reads the session's logs, on the loop as they become readable; `done` is called once, maybe from
 * within. The session stays as it is meanwhile. */
void hc_app_hash(struct hc_app_session *session,
                 void (*done)(struct hc_app *app, const struct hc_hash_result *result));

#endif
