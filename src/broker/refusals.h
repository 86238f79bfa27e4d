/* Closing a connection whose peer does not speak Kafka as it should: counted always, logged once a
 * second for each address, and for at most HC_REFUSALS_MAX addresses a second, so that a flood
 * fills no disk. One thread.
 */
#ifndef HC_BROKER_REFUSALS_H
#define HC_BROKER_REFUSALS_H

#include "broker/connection.h"

enum { HC_REFUSALS_MAX = 16 };

struct hc_refusals {
    struct {
        char host[HC_HOST_BYTES];
        int64_t logged_ns;
        bool used;
    } recent[HC_REFUSALS_MAX];
};

/* True when a refusal of this address is to be logged now; it then counts as logged. */
bool hc_refusals_may_log(struct hc_refusals *refusals, const char *host, int64_t now_ns);

/* Marks the connection as finished, as hc_connection_fail does, and logs why, with what the peer
 * probably mixed up. `reason` is static text. */
void hc_connection_refuse(struct hc_connection *connection, const char *reason, struct hc_now now);

#endif
