#include "broker/internal.h"

#include "base/endian.h"
#include "base/memory.h"
#include "base/random.h"
#include "broker/fetch_session.h"
#include "broker/frame.h"

#include <stdlib.h>

static void attention(struct hc_connection *connection)
{
    connection->transport.attention(connection->transport.context);
}

struct hc_connection *hc_connection_open(struct hc_broker *broker, struct hc_cluster *cluster,
                                         struct hc_transport transport,
                                         const struct hc_address *peer,
                                         const struct hc_address *advertised, struct hc_now now)
{
    if (broker->draining || broker->connection_count >= broker->config.limits.connections_max) {
        struct hc_slice reason =
            hc_slice_str(broker->draining ? "draining" : "too-many-connections");
        hc_metric_add(hc_metric_series(broker->metrics.closed, &reason), 1);
        return NULL;
    }
    struct hc_connection *connection = hc_alloc(sizeof *connection);
    connection->magic = HC_CONNECTION_MAGIC;
    connection->id = (uint64_t)hc_broker_next_id(broker);
    connection->broker = broker;
    connection->cluster = cluster;
    connection->transport = transport;
    connection->peer = *peer;
    connection->advertised = *advertised;
    connection->frame_begun_ns = HC_NEVER;
    connection->last_progress_ns = now.mono_ns;
    hc_list_init(&connection->ready);
    hc_list_append(&broker->connections, &connection->node);
    hc_arena_init(&connection->arena, 0);
    broker->connection_count++;
    cluster->connection_count++;
    hc_metric_set(broker->metrics.connections, (double)broker->connection_count);
    hc_metric_add(broker->metrics.connections_total, 1);
    hc_connection_arm(connection, now);
    return connection;
}

static void release_output(struct hc_connection *connection)
{
    for (size_t i = connection->output_first; i < connection->output.count; i++) {
        hc_chunk_release(&connection->output.chunks[i]);
    }
    connection->output = (struct hp_output){0};
    connection->output_first = 0;
}

void hc_connection_stop_waiting(struct hc_connection *connection)
{
    hc_list_remove(&connection->ready);
    if (connection->market_waits) {
        hc_session_unwait(connection->cluster->session, &connection->market);
        connection->market_waits = false;
    }
}

void hc_connection_close(struct hc_connection *connection, struct hc_now now)
{
    HC_CHECK_MAGIC(connection, HC_CONNECTION_MAGIC);
    struct hc_broker *broker = connection->broker;
    hc_connection_stop_waiting(connection);
    if (connection->phase == HC_PHASE_WORKING && connection->request.abandon) {
        connection->request.abandon(&connection->request, now);
    }
    connection->phase = HC_PHASE_CLOSED;
    hc_session_note_disconnect(connection->cluster->session, connection->id);
    hc_coordinator_disconnected(connection->cluster->groups, connection->id, now);
    hc_broker_touch(connection->cluster);
    release_output(connection);
    hc_fetch_session_free(connection->fetch_session);
    hc_heap_remove(&broker->deadlines, &connection->deadline);
    hc_list_remove(&connection->node);
    hc_buffer_done(&connection->input);
    hc_arena_done(&connection->arena);
    broker->connection_count--;
    connection->cluster->connection_count--;
    hc_metric_set(broker->metrics.connections, (double)broker->connection_count);
    connection->magic = 0;
    free(connection);
    hc_broker_rearm(broker);
}

/* Marks the connection as finished for a reason that is counted; the transport then closes it. */
void hc_connection_fail(struct hc_connection *connection, const char *reason, struct hc_now now)
{
    if (connection->phase == HC_PHASE_CLOSED) {
        return;
    }
    struct hc_slice label = hc_slice_str(reason);
    hc_metric_add(hc_metric_series(connection->broker->metrics.closed, &label), 1);
    hc_connection_stop_waiting(connection);
    if (connection->phase == HC_PHASE_WORKING && connection->request.abandon) {
        connection->request.abandon(&connection->request, now);
    }
    connection->phase = HC_PHASE_CLOSED;
    hc_heap_remove(&connection->broker->deadlines, &connection->deadline);
    attention(connection);
}

/* One deadline a connection: what it is for follows from the phase. */
void hc_connection_arm(struct hc_connection *connection, struct hc_now now)
{
    const struct hc_limits *limits = &connection->broker->config.limits;
    int64_t deadline = HC_NEVER;
    switch (connection->phase) {
    case HC_PHASE_READING:
        if (connection->frame_begun_ns != HC_NEVER) {
            int64_t allowed = connection->spoken ? limits->frame_ns : limits->first_request_ns;
            deadline = connection->frame_begun_ns + allowed;
        } else {
            deadline = connection->last_progress_ns +
                       (connection->spoken ? limits->idle_ns : limits->first_request_ns);
        }
        break;
    case HC_PHASE_WORKING:
        deadline = connection->request.wait.mono_ns;
        break;
    case HC_PHASE_WRITING:
        deadline = connection->last_progress_ns + limits->write_stall_ns;
        break;
    case HC_PHASE_CLOSED:
        break;
    }
    (void)now;
    struct hc_heap *heap = &connection->broker->deadlines;
    if (deadline == HC_NEVER) {
        hc_heap_remove(heap, &connection->deadline);
    } else if (!hc_heap_contains(&connection->deadline) || connection->deadline.key != deadline) {
        hc_heap_move(heap, &connection->deadline, deadline);
    }
    hc_broker_rearm(connection->broker);
}

void hc_connection_deadline_passed(struct hc_connection *connection, struct hc_now now)
{
    switch (connection->phase) {
    case HC_PHASE_READING:
        hc_connection_fail(connection,
                           connection->frame_begun_ns != HC_NEVER ? "frame-timeout"
                           : connection->spoken                   ? "idle"
                                                                  : "first-request-timeout",
                           now);
        break;
    case HC_PHASE_WORKING:
        hc_dispatch_run(connection, now);
        break;
    case HC_PHASE_WRITING:
        hc_connection_fail(connection, "write-stall", now);
        break;
    case HC_PHASE_CLOSED:
        break;
    }
}

/* Drops the answered request's bytes and memory. */
static void finish_request(struct hc_connection *connection)
{
    release_output(connection);
    hc_arena_reset(&connection->arena);
    connection->request = (struct hc_request){0};
    connection->phase = HC_PHASE_READING;
}

/* Bytes that no request has taken yet. A frame that came whole is never put into the buffer. */
static struct hc_slice pending_input(const struct hc_connection *connection)
{
    HC_ASSERT(connection->input.size == 0 || connection->fresh.size == 0);
    return connection->fresh.size ? connection->fresh : hc_buffer_slice(&connection->input);
}

static void consume_input(struct hc_connection *connection, size_t size)
{
    if (connection->fresh.size) {
        HC_ASSERT(size <= connection->fresh.size);
        connection->fresh.data += size;
        connection->fresh.size -= size;
        return;
    }
    hc_buffer_consume(&connection->input, size);
    if (connection->input.size == 0) {
        hc_buffer_done(&connection->input);
    }
}

/* Begins the next request when a whole frame is there. */
static bool begin_next(struct hc_connection *connection, struct hc_now now)
{
    const struct hc_limits *limits = &connection->broker->config.limits;
    size_t bytes_max = connection->spoken ? limits->frame_bytes_max : limits->first_frame_bytes_max;
    struct hc_slice input = pending_input(connection), frame;
    const char *hint = NULL;
    switch (hc_frame_split(input, bytes_max, &frame, &hint)) {
    case HC_FRAME_BAD:
        hc_connection_refuse(connection, hint, now);
        return false;
    case HC_FRAME_PARTIAL:
        if (input.size == 0) {
            connection->frame_begun_ns = HC_NEVER;
        } else if (connection->frame_begun_ns == HC_NEVER) {
            connection->frame_begun_ns = now.mono_ns;
        }
        return false;
    case HC_FRAME_WHOLE:
        break;
    }
    connection->frame_begun_ns = HC_NEVER;
    /* Slices of the request point into its frame, and what it came in goes on receiving: the frame
     * moves to the arena. */
    struct hc_slice kept = hc_arena_copy(&connection->arena, frame);
    consume_input(connection, frame.size + HC_FRAME_LENGTH_BYTES);
    hc_dispatch_frame(connection, kept, now);
    return connection->phase == HC_PHASE_WRITING || connection->phase == HC_PHASE_READING;
}

/* Goes as far as it can: answers that are out make room for the next request, frames that are there
 * are begun. */
void hc_connection_step(struct hc_connection *connection, struct hc_now now)
{
    if (connection->stepping) {
        return;
    }
    connection->stepping = true;
    for (;;) {
        if (connection->phase == HC_PHASE_WRITING &&
            connection->output_first == connection->output.count) {
            finish_request(connection);
            connection->last_progress_ns = now.mono_ns;
            if (connection->draining) {
                hc_connection_fail(connection, "draining", now);
            }
        }
        if (connection->phase != HC_PHASE_READING || !begin_next(connection, now)) {
            break;
        }
        if (connection->phase == HC_PHASE_WRITING &&
            connection->output_first < connection->output.count) {
            break;
        }
    }
    connection->stepping = false;
    if (connection->phase != HC_PHASE_CLOSED) {
        hc_connection_arm(connection, now);
    }
    attention(connection);
}

void hc_connection_input(struct hc_connection *connection, const void *data, size_t size,
                         struct hc_now now)
{
    HC_CHECK_MAGIC(connection, HC_CONNECTION_MAGIC);
    if (connection->phase == HC_PHASE_CLOSED) {
        return;
    }
    if (connection->phase == HC_PHASE_READING && connection->input.size == 0) {
        connection->fresh = hc_slice_of(data, size);
        hc_connection_step(connection, now);
        struct hc_slice left = connection->fresh;
        connection->fresh = HC_SLICE_NULL;
        hc_buffer_append_slice(&connection->input, left);
        return;
    }
    hc_buffer_append(&connection->input, data, size);
    if (connection->phase == HC_PHASE_READING) {
        hc_connection_step(connection, now);
    }
}

bool hc_connection_wants_input(const struct hc_connection *connection)
{
    if (connection->phase == HC_PHASE_READING) {
        return true;
    }
    return connection->phase != HC_PHASE_CLOSED &&
           connection->input.size < connection->broker->config.limits.pipelined_bytes_max;
}

size_t hc_connection_output(const struct hc_connection *connection, const struct hc_chunk **ret)
{
    if (connection->phase != HC_PHASE_WRITING) {
        return 0;
    }
    *ret = connection->output.chunks + connection->output_first;
    return connection->output.count - connection->output_first;
}

void hc_connection_sent(struct hc_connection *connection, size_t size, struct hc_now now)
{
    HC_ASSERT(connection->phase == HC_PHASE_WRITING || size == 0);
    hc_metric_add(connection->broker->metrics.bytes_sent, size);
    connection->last_progress_ns = now.mono_ns;
    while (size > 0) {
        HC_ASSERT(connection->output_first < connection->output.count);
        struct hc_chunk *chunk = &connection->output.chunks[connection->output_first];
        if (size < chunk->size) {
            chunk->data = (const char *)chunk->data + size;
            chunk->size -= size;
            break;
        }
        size -= chunk->size;
        hc_chunk_release(chunk);
        connection->output_first++;
    }
    if (connection->phase == HC_PHASE_WRITING &&
        connection->output_first == connection->output.count) {
        hc_broker_count_request(&connection->broker->metrics, &connection->request, now.mono_ns);
        hc_connection_step(connection, now);
    }
}

bool hc_connection_finished(const struct hc_connection *connection)
{
    return connection->phase == HC_PHASE_CLOSED;
}

void hc_connection_drain(struct hc_connection *connection, struct hc_now now)
{
    connection->draining = true;
    if (connection->phase == HC_PHASE_READING) {
        hc_connection_fail(connection, "draining", now);
    } else if (connection->phase == HC_PHASE_WORKING) {
        connection->request.draining = true;
        hc_dispatch_run(connection, now);
    }
}

uint64_t hc_connection_id(const struct hc_connection *connection)
{
    return connection->id;
}

const struct hc_address *hc_connection_advertised(const struct hc_connection *connection)
{
    return &connection->advertised;
}

const struct hc_address *hc_connection_peer(const struct hc_connection *connection)
{
    return &connection->peer;
}

struct hc_broker *hc_connection_broker(const struct hc_connection *connection)
{
    return connection->broker;
}

const char *hc_connection_client_id(const struct hc_connection *connection)
{
    return connection->client_id;
}

void hc_connection_set_software(struct hc_connection *connection, struct hc_slice name,
                                struct hc_slice version)
{
    size_t half = sizeof connection->software / 2;
    hc_slice_to_str(name, connection->software, half);
    size_t used = strlen(connection->software);
    connection->software[used++] = '/';
    hc_slice_to_str(version, connection->software + used, half);
}

uint64_t hc_connection_seed(const struct hc_connection *connection)
{
    struct hc_random random;
    hc_random_seed(&random, connection->broker->config.seed ^ connection->id);
    return hc_random_next(&random);
}

struct hc_fetch_session *hc_connection_fetch_session(const struct hc_connection *connection)
{
    return connection->fetch_session;
}

void hc_connection_set_fetch_session(struct hc_connection *connection,
                                     struct hc_fetch_session *session)
{
    if (connection->fetch_session != session) {
        hc_fetch_session_free(connection->fetch_session);
    }
    connection->fetch_session = session;
}
