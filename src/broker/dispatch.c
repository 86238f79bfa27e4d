#include "broker/internal.h"

#include "base/endian.h"
#include "base/log.h"
#include "base/utf8.h"
#include "broker/frame.h"
#include "protocol/error.h"
#include "protocol/schema.h"

enum { CLIENT_ID_MAX = 255 };

/* Client ids appear in logs, metrics and status: they must be printable. */
static bool client_id_is_valid(struct hc_slice id)
{
    if (id.size > CLIENT_ID_MAX || !hc_utf8_valid(id)) {
        return false;
    }
    for (size_t i = 0; i < id.size; i++) {
        unsigned char c = (unsigned char)id.data[i];
        if (c < 0x20 || c == 0x7f) {
            return false;
        }
    }
    return true;
}

/* An ApiVersions request of a version we do not know is answered in version 0 with error 35
 * (KIP-511); the body is not looked at. */
static bool is_served(struct hc_request *request)
{
    const struct hp_api *api = request->api;
    int16_t version = request->header.api_version;
    request->version = version;
    if (version >= api->served_min && version <= api->served_max) {
        return true;
    }
    if (api->key == HP_API_VERSIONS) {
        request->version = 0;
        request->error = HP_ERR_UNSUPPORTED_VERSION;
        return true;
    }
    return false;
}

/* Reads header and body. Returns NULL, or why the connection must be closed. */
static const char *decode(struct hc_connection *connection, struct hc_slice frame)
{
    struct hc_request *request = &connection->request;
    size_t used = 0;
    enum hc_status status = hp_decode_request_header(frame, &request->header, &used);
    if (status == HC_UNSUPPORTED) {
        return "unknown-api";
    }
    if (status != HC_OK || !client_id_is_valid(request->header.client_id)) {
        return "bad-header";
    }
    request->api = hp_api_find(request->header.api_key);
    HC_ASSERT(request->api != NULL);
    if (request->api->served_max < 0 ||
        !connection->broker->config.handlers->handlers[request->header.api_key]) {
        return "unknown-api";
    }
    if (!is_served(request)) {
        return "unsupported-version";
    }
    hc_slice_to_str(request->header.client_id, connection->client_id, HC_CLIENT_ID_BYTES);

    void *message = hc_arena_alloc(&connection->arena, request->api->request->layout.size);
    hp_message_init(request->api->request, message);
    if (request->error == HP_ERR_NONE) {
        struct hc_slice body = hc_slice_of(frame.data + used, frame.size - used);
        size_t memory_max = connection->broker->config.limits.request_memory_max;
        status = hp_decode(request->api->request, request->version, body, &connection->arena,
                           memory_max, message, NULL);
        if (status != HC_OK) {
            return status == HC_LIMIT ? "request-too-large" : "bad-request";
        }
    }
    request->message = message;
    request->response = hc_arena_alloc(&connection->arena, request->api->response->layout.size);
    hp_message_init(request->api->response, request->response);
    return NULL;
}

void hc_dispatch_frame(struct hc_connection *connection, struct hc_slice frame, struct hc_now now)
{
    connection->request = (struct hc_request){
        .connection = connection,
        .cluster = connection->cluster,
        .arena = &connection->arena,
        .received_ns = now.mono_ns,
        .draining = connection->draining,
    };
    connection->phase = HC_PHASE_WORKING;
    const char *why = decode(connection, frame);
    if (why) {
        hc_connection_refuse(connection, why, now);
        return;
    }
    connection->spoken = true;
    hc_dispatch_run(connection, now);
}

/* Encodes the answer with frame length and header in front; the connection then has output. */
static bool encode_answer(struct hc_connection *connection)
{
    struct hc_request *request = &connection->request;
    size_t header = hp_response_header_size(request->api, request->version);
    size_t head_room = HC_FRAME_LENGTH_BYTES + header;
    if (hp_encode(request->api->response, request->version, request->response, head_room,
                  &connection->arena, &connection->output) != HC_OK) {
        return false;
    }
    HC_ASSERT(connection->output.count > 0 && connection->output.chunks[0].size >= head_room);
    uint8_t *front = (uint8_t *)(uintptr_t)connection->output.chunks[0].data;
    hc_put_be32(front, (uint32_t)(connection->output.size - HC_FRAME_LENGTH_BYTES));
    hp_write_response_header(request->api, request->version, request->header.correlation_id,
                             front + HC_FRAME_LENGTH_BYTES);
    connection->output_first = 0;
    return true;
}

static void count_records(struct hc_connection *connection)
{
    struct hc_request *request = &connection->request;
    if (request->records > 0) {
        struct hc_slice labels[] = {hc_session_config(connection->cluster->session)->name,
                                    request->topic};
        hc_metric_add(hc_metric_series(connection->broker->metrics.records_sent, labels),
                      (uint64_t)request->records);
    }
}

static void finish(struct hc_connection *connection, struct hc_now now)
{
    struct hc_request *request = &connection->request;
    connection->phase = HC_PHASE_WRITING;
    connection->last_progress_ns = now.mono_ns;
    if (request->no_response) {
        hc_broker_count_request(&connection->broker->metrics, request, now.mono_ns);
    } else if (!encode_answer(connection)) {
        hc_log(HC_LOG_ERROR, "answer-not-encodable", "api=%s version=%d", request->api->name,
               request->version);
        hc_connection_fail(connection, "answer-not-encodable", now);
        return;
    }
    count_records(connection);
    hc_connection_step(connection, now);
}

static void park(struct hc_connection *connection, struct hc_now now)
{
    struct hc_request *request = &connection->request;
    HC_ASSERT(!request->draining);
    hc_session_wait(connection->cluster->session, &connection->market, request->wait.market_ms);
    connection->market_waits = true;
    hc_connection_arm(connection, now);
}

void hc_dispatch_run(struct hc_connection *connection, struct hc_now now)
{
    if (connection->phase != HC_PHASE_WORKING) {
        return;
    }
    struct hc_request *request = &connection->request;
    hc_connection_stop_waiting(connection);
    hc_session_advance(connection->cluster->session, now);
    request->wait = (struct hc_wait){.market_ms = HC_NEVER, .mono_ns = HC_NEVER};
    hc_handler *handler = connection->broker->config.handlers->handlers[request->api->key];
    HC_ASSERT(handler != NULL && request->message != NULL && request->response != NULL);
    enum hc_outcome outcome = handler(request, now);
    hc_broker_touch(connection->cluster);
    switch (outcome) {
    case HC_DONE:
        finish(connection, now);
        break;
    case HC_WAIT:
        park(connection, now);
        break;
    case HC_CLOSE:
        request->abandon = NULL;
        hc_connection_fail(connection, request->close_reason ? request->close_reason : "refused",
                           now);
        break;
    }
}

void hc_request_wake(struct hc_request *request)
{
    struct hc_connection *connection = request->connection;
    HC_CHECK_MAGIC(connection, HC_CONNECTION_MAGIC);
    if (connection->phase == HC_PHASE_WORKING) {
        hc_list_remove(&connection->ready);
        hc_list_append(&connection->broker->ready, &connection->ready);
        hc_broker_rearm(connection->broker);
    }
}
