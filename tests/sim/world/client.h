/* A client of the simulated broker: requests encoded and answers decoded by the codec, bytes
 * delivered in pieces. */
#ifndef HC_TESTS_WORLD_CLIENT_H
#define HC_TESTS_WORLD_CLIENT_H

#include "base/buffer.h"
#include "sim/world/world.h"

enum world_pieces { WORLD_WHOLE, WORLD_MTU, WORLD_BYTES, WORLD_ANY };

/* A request under way, or its answer. */
struct world_call {
    struct world_call *next;
    const struct hp_api *api;
    int16_t version;
    int32_t correlation_id;
    bool mute;   /* no answer is expected */
    char *frame; /* the answer without its length; NULL: not there yet */
    size_t frame_size;
    int64_t sent_ns, sent_market_ms;
    int64_t answered_ns, answered_market_ms;
};

struct world_client {
    struct world *world;
    struct hc_connection *server; /* NULL: closed */
    enum world_pieces pieces;
    bool deaf; /* takes no bytes of answers */
    bool raw;  /* leaves answers in `in` as bytes */
    struct hc_buffer out;
    size_t out_at;
    struct hc_buffer in;
    struct world_call *calls; /* in order: answered ones first */
    size_t answered;
    size_t waiting;
    int32_t next_correlation_id;
    struct hc_arena arena; /* decoded answers; reset by world_call_* and world_forget */
    const char *client_id;
};

/* Never NULL: a refused connection is one that is closed. Own, freed with the world. */
struct world_client *world_connect(struct world *world, enum world_pieces pieces);
/* The peer goes away; the client stays, closed, with the answers it has. */
void world_disconnect(struct world_client *client);
/* A new connection, with nothing under way. */
void world_reconnect(struct world_client *client);

/* Puts a request on its way. Nothing happens before the world runs. */
void world_send(struct world_client *client, int16_t key, int16_t version, const void *message);
void world_send_raw(struct world_client *client, const void *bytes, size_t size);
/* As world_send, with the body given as bytes. */
void world_send_body(struct world_client *client, int16_t key, int16_t version,
                     struct hc_slice body);

/* The oldest answer, decoded in the version it was asked in, in the client's arena, and dropped
 * from the queue; NULL where there is none. *ret_call (may be NULL) tells when. */
const void *world_take(struct world_client *client, struct world_call *ret_call);
/* The same, decoded in another version. */
const void *world_take_as(struct world_client *client, int16_t version,
                          struct world_call *ret_call);
void world_forget(struct world_client *client);

/* Sends, runs until the answer is there (at most an hour), gives it. The arena is reset first. */
const void *world_ask(struct world_client *client, int16_t key, int16_t version,
                      const void *message);
/* Runs until the connection is closed (at most an hour). */
bool world_is_closed_soon(struct world_client *client);

static inline bool world_is_closed(const struct world_client *client)
{
    return client->server == NULL;
}

/* For world.c: moves at most one piece each way; true when anything moved. */
bool world_client_move(struct world_client *client);
void world_client_free(struct world_client *client);

/* A message of the API in the client's arena, with its defaults: WORLD_NEW(client, fetch_request).
 */
void *world_message(struct world_client *client, const struct hp_schema *schema);
#define WORLD_NEW(client, tag) ((struct hp_##tag *)world_message((client), &hp_##tag##_schema))

#define WORLD_ARRAY(client, tag, count) HP_NEW_ARRAY(&(client)->arena, tag, count)

#endif
