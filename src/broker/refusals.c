#include "broker/refusals.h"

#include "base/log.h"
#include "broker/internal.h"

static const struct {
    const char *reason;
    const char *hint;
} hints[] = {
    {"http-on-kafka-port",
     "this port speaks the Kafka protocol; HTTP has an address of its own, see http in the ready "
     "line"},
    {"tls-on-plaintext-port",
     "the client uses TLS and this listener does not: set security.protocol=PLAINTEXT"},
};

static const char *hint_for(const char *reason)
{
    for (size_t i = 0; i < HC_COUNT(hints); i++) {
        if (strcmp(hints[i].reason, reason) == 0) {
            return hints[i].hint;
        }
    }
    return NULL;
}

bool hc_refusals_may_log(struct hc_refusals *refusals, const char *host, int64_t now_ns)
{
    size_t place = HC_REFUSALS_MAX;
    for (size_t i = 0; i < HC_REFUSALS_MAX; i++) {
        bool fresh =
            refusals->recent[i].used && now_ns - refusals->recent[i].logged_ns < HC_NS_PER_S;
        if (!fresh) {
            place = i;
        } else if (strcmp(refusals->recent[i].host, host) == 0) {
            return false;
        }
    }
    if (place == HC_REFUSALS_MAX) {
        return false;
    }
    hc_slice_to_str(hc_slice_str(host), refusals->recent[place].host, HC_HOST_BYTES);
    refusals->recent[place].logged_ns = now_ns;
    refusals->recent[place].used = true;
    return true;
}

void hc_connection_refuse(struct hc_connection *connection, const char *reason, struct hc_now now)
{
    HC_CHECK_MAGIC(connection, HC_CONNECTION_MAGIC);
    HC_ASSERT(reason != NULL);
    struct hc_refusals *refusals = &connection->broker->refusals;
    if (hc_refusals_may_log(refusals, connection->peer.host, now.mono_ns)) {
        char peer[HC_HOST_BYTES + 16];
        const char *hint = hint_for(reason);
        hc_log_quote(hc_slice_str(connection->peer.host), peer, sizeof peer);
        hc_log(HC_LOG_WARN, "connection-refused", "connection=%llu peer=%s reason=%s%s%s%s",
               (unsigned long long)connection->id, peer, reason, hint ? " hint=\"" : "",
               hint ? hint : "", hint ? "\"" : "");
    }
    hc_connection_fail(connection, reason, now);
}
