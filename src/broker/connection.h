/* One client connection without any I/O: bytes in, chunks out, deadlines. The loop's thread only.
 *
 * At most one request is in work on a connection; its answer is handed over entirely before the
 * next is begun, so answers are in request order and memory is bounded by one request and one
 * answer. While a request waits, a little more input is taken, so that a vanished peer is noticed.
 */
#ifndef HC_BROKER_CONNECTION_H
#define HC_BROKER_CONNECTION_H

#include "base/chunk.h"
#include "base/list.h"
#include "broker/broker.h"
#include "broker/handler.h"

struct hc_fetch_session;

/* How a connection reaches its transport: called on the loop's thread, never from inside
 * hc_connection_open. */
struct hc_transport {
    void *context;
    /* There is output, or the connection wants to be closed, or wants input again: look at it soon.
     * May be called often. */
    void (*attention)(void *context);
};

enum { HC_HOST_BYTES = 256, HC_CLIENT_ID_BYTES = 256, HC_CLIENT_SOFTWARE_BYTES = 64 };

struct hc_address {
    char host[HC_HOST_BYTES];
    uint16_t port;
};

/* NULL: too many connections (counted); the caller closes the socket. `advertised` is where this
 * client finds the node again. */
struct hc_connection *hc_connection_open(struct hc_broker *broker, struct hc_cluster *cluster,
                                         struct hc_transport transport,
                                         const struct hc_address *peer,
                                         const struct hc_address *advertised, struct hc_now now);

/* The peer is gone or the transport failed: abandons what waits, releases everything. */
void hc_connection_close(struct hc_connection *connection, struct hc_now now);

/* Bytes from the peer, copied. */
void hc_connection_input(struct hc_connection *connection, const void *data, size_t size,
                         struct hc_now now);

/* False: stop reading until transport.attention is called. */
bool hc_connection_wants_input(const struct hc_connection *connection);

/* What is to be sent, in order; valid until hc_connection_sent. Returns the number of chunks. */
size_t hc_connection_output(const struct hc_connection *connection, const struct hc_chunk **ret);

/* `size` more bytes of the output have been taken by the transport. May go on to the next request.
 */
void hc_connection_sent(struct hc_connection *connection, size_t size, struct hc_now now);

/* True once the connection is to be closed: at once, whatever output is left. */
bool hc_connection_finished(const struct hc_connection *connection);

/* A graceful stop: no further request is begun; finished as soon as the answer under way is sent. A
 * request that waits is completed by running it with its deadline passed. */
void hc_connection_drain(struct hc_connection *connection, struct hc_now now);

/* ---- for handlers ---- */

uint64_t hc_connection_id(const struct hc_connection *connection);
const struct hc_address *hc_connection_advertised(const struct hc_connection *connection);
const struct hc_address *hc_connection_peer(const struct hc_connection *connection);
struct hc_broker *hc_connection_broker(const struct hc_connection *connection);
/* The client id of the latest request, NUL-terminated, cut to HC_CLIENT_ID_BYTES - 1; "" when null.
 */
const char *hc_connection_client_id(const struct hc_connection *connection);
/* For hash maps whose keys the peer chooses: a number it cannot know. */
uint64_t hc_connection_seed(const struct hc_connection *connection);
/* Client software name and version as ApiVersions told, "" when not. */
void hc_connection_set_software(struct hc_connection *connection, struct hc_slice name,
                                struct hc_slice version);
/* The connection's fetch session (KIP-227), NULL when it has none; owned by the connection, freed
 * with it. */
struct hc_fetch_session *hc_connection_fetch_session(const struct hc_connection *connection);
void hc_connection_set_fetch_session(struct hc_connection *connection,
                                     struct hc_fetch_session *session);

#endif
