#include "sim/world/client.h"

#include "base/endian.h"
#include "base/memory.h"

#include <stdlib.h>

enum { MTU_BYTES = 1460, ANSWER_MEMORY_MAX = 1 << 28 };

static void attention(void *context)
{
    (void)context; /* the world looks at every client in every turn */
}

static void open_connection(struct world_client *client)
{
    static const struct hc_address peer = {"127.0.0.1", 50000};
    static const struct hc_address advertised = {"broker.example", 9092};
    struct world *world = client->world;
    struct hc_transport transport = {client, attention};
    client->server = hc_connection_open(world->broker, &world->cluster, transport, &peer,
                                        &advertised, world->now);
}

struct world_client *world_connect(struct world *world, enum world_pieces pieces)
{
    struct world_client *client = hc_alloc(sizeof *client);
    HC_ASSERT(world->client_count < WORLD_CLIENTS_MAX);
    world->clients[world->client_count++] = client;
    client->world = world;
    client->pieces = pieces;
    client->client_id = "sim";
    hc_arena_init(&client->arena, 1 << 20);
    open_connection(client);
    return client;
}

void world_disconnect(struct world_client *client)
{
    if (client->server) {
        hc_connection_close(client->server, client->world->now);
        client->server = NULL;
    }
}

static void drop_first(struct world_client *client)
{
    struct world_call *call = client->calls;
    client->calls = call->next;
    if (call->frame) {
        client->answered--;
    } else {
        client->waiting--;
    }
    free(call->frame);
    free(call);
}

void world_reconnect(struct world_client *client)
{
    world_disconnect(client);
    while (client->calls) {
        drop_first(client);
    }
    hc_buffer_clear(&client->out);
    hc_buffer_clear(&client->in);
    client->out_at = 0;
    open_connection(client);
}

void world_client_free(struct world_client *client)
{
    world_disconnect(client);
    while (client->calls) {
        drop_first(client);
    }
    hc_buffer_done(&client->out);
    hc_buffer_done(&client->in);
    hc_arena_done(&client->arena);
    free(client);
}

/* ---- sending ---- */

void world_send_raw(struct world_client *client, const void *bytes, size_t size)
{
    hc_buffer_append(&client->out, bytes, size);
}

static void expect(struct world_client *client, const struct hp_api *api, int16_t version)
{
    struct world_call *call = hc_alloc(sizeof *call);
    call->api = api;
    call->version = version;
    call->correlation_id = client->next_correlation_id++;
    call->sent_ns = client->world->now.mono_ns;
    call->sent_market_ms = world_now_market(client->world);
    struct world_call **at = &client->calls;
    while (*at) {
        at = &(*at)->next;
    }
    *at = call;
    client->waiting++;
}

void world_send_body(struct world_client *client, int16_t key, int16_t version,
                     struct hc_slice body)
{
    const struct hp_api *api = hp_api_find(key);
    struct hc_slice id = hc_slice_str(client->client_id);
    size_t header = hp_request_header_size(api, version, id);
    char *bytes = hc_buffer_reserve(&client->out, 4 + header);
    hc_put_be32(bytes, (uint32_t)(header + body.size));
    hp_write_request_header(api, version, client->next_correlation_id, id, (uint8_t *)bytes + 4);
    client->out.size += 4 + header;
    hc_buffer_append_slice(&client->out, body);
    expect(client, api, version);
}

void world_send(struct world_client *client, int16_t key, int16_t version, const void *message)
{
    const struct hp_api *api = hp_api_find(key);
    struct hp_output output;
    struct hc_arena arena;
    struct hc_buffer body = {0};
    hc_arena_init(&arena, 0);
    assert_int_equal(hp_encode(api->request, version, message, 0, &arena, &output), HC_OK);
    for (size_t i = 0; i < output.count; i++) {
        hc_buffer_append(&body, output.chunks[i].data, output.chunks[i].size);
    }
    world_send_body(client, key, version, hc_buffer_slice(&body));
    hc_buffer_done(&body);
    hc_arena_done(&arena);
}

/* ---- moving bytes ---- */

static size_t piece(struct world_client *client, size_t available)
{
    switch (client->pieces) {
    case WORLD_WHOLE:
        return available;
    case WORLD_MTU:
        return HC_MIN(available, (size_t)MTU_BYTES);
    case WORLD_BYTES:
        return HC_MIN(available, (size_t)1);
    case WORLD_ANY:
        return 1 + hc_random_below(&client->world->random, available);
    }
    HC_UNREACHABLE();
}

static bool move_in(struct world_client *client)
{
    size_t left = client->out.size - client->out_at;
    if (left == 0 || !hc_connection_wants_input(client->server)) {
        return false;
    }
    size_t size = piece(client, left);
    hc_connection_input(client->server, client->out.data + client->out_at, size,
                        client->world->now);
    client->out_at += size;
    if (client->out_at == client->out.size) {
        hc_buffer_clear(&client->out);
        client->out_at = 0;
    }
    return true;
}

/* Whole frames at the front of the input become answers, in order. */
static void split_answers(struct world_client *client)
{
    size_t at = 0;
    while (client->in.size - at >= 4) {
        size_t size = hc_get_be32(client->in.data + at);
        if (client->in.size - at - 4 < size) {
            break;
        }
        struct world_call *call = client->calls;
        while (call && call->frame) {
            call = call->next;
        }
        HC_ASSERT(call != NULL); /* else an answer that nobody asked for */
        assert_true(size >= 4);
        assert_int_equal((int32_t)hc_get_be32(client->in.data + at + 4), call->correlation_id);
        call->frame = hc_alloc(size);
        memcpy(call->frame, client->in.data + at + 4, size);
        call->frame_size = size;
        call->answered_ns = client->world->now.mono_ns;
        call->answered_market_ms = world_now_market(client->world);
        client->waiting--;
        client->answered++;
        at += 4 + size;
    }
    hc_buffer_consume(&client->in, at);
}

/* Takes some bytes of the answer, of as many chunks as they reach over. */
static bool move_out(struct world_client *client)
{
    const struct hc_chunk *chunks;
    size_t count = client->deaf ? 0 : hc_connection_output(client->server, &chunks);
    size_t available = 0;
    for (size_t i = 0; i < count; i++) {
        available += chunks[i].size;
    }
    if (available == 0) {
        return false;
    }
    size_t size = piece(client, available);
    size_t left = size;
    for (size_t i = 0; left > 0; i++) {
        size_t here = HC_MIN(left, chunks[i].size);
        hc_buffer_append(&client->in, chunks[i].data, here);
        left -= here;
    }
    hc_connection_sent(client->server, size, client->world->now);
    if (!client->raw) {
        split_answers(client);
    }
    return true;
}

bool world_client_move(struct world_client *client)
{
    if (!client->server) {
        return false;
    }
    bool moved = move_in(client);
    moved = move_out(client) || moved;
    if (hc_connection_finished(client->server)) {
        world_disconnect(client);
        moved = true;
    }
    return moved;
}

/* ---- answers ---- */

void world_forget(struct world_client *client)
{
    hc_arena_reset(&client->arena);
}

const void *world_take_as(struct world_client *client, int16_t version, struct world_call *ret_call)
{
    struct world_call *call = client->calls;
    if (!call || !call->frame) {
        return NULL;
    }
    size_t header = hp_response_header_size(call->api, version);
    assert_true(call->frame_size >= header);
    char *bytes = hc_arena_bytes(&client->arena, call->frame_size);
    memcpy(bytes, call->frame, call->frame_size);
    void *message = hc_arena_alloc(&client->arena, call->api->response->layout.size);
    size_t used = 0;
    assert_int_equal(hp_decode(call->api->response, version,
                               hc_slice_of(bytes + header, call->frame_size - header),
                               &client->arena, ANSWER_MEMORY_MAX, message, &used),
                     HC_OK);
    assert_int_equal(used, call->frame_size - header); /* librdkafka refuses bytes behind the end */
    if (ret_call) {
        *ret_call = *call;
    }
    drop_first(client);
    return message;
}

const void *world_take(struct world_client *client, struct world_call *ret_call)
{
    return client->calls ? world_take_as(client, client->calls->version, ret_call) : NULL;
}

static bool has_answer(void *context)
{
    const struct world_client *client = context;
    return client->answered > 0 || !client->server;
}

const void *world_ask(struct world_client *client, int16_t key, int16_t version,
                      const void *message)
{
    HC_ASSERT(!client->calls);
    world_send(client, key, version, message);
    world_forget(client);
    assert_true(world_run_until(client->world, has_answer, client, 3600 * HC_NS_PER_S));
    const void *answer = world_take(client, NULL);
    assert_non_null(answer); /* the connection was closed instead */
    return answer;
}

static bool is_closed(void *context)
{
    return world_is_closed(context);
}

bool world_is_closed_soon(struct world_client *client)
{
    return world_run_until(client->world, is_closed, client, 3600 * HC_NS_PER_S);
}

void *world_message(struct world_client *client, const struct hp_schema *schema)
{
    void *message = hc_arena_alloc(&client->arena, schema->layout.size);
    hp_message_init(schema, message);
    return message;
}
