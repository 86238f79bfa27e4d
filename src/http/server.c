#include "http/exchange.h"

#include "base/heap.h"
#include "base/list.h"
#include "base/memory.h"

#include <http_parser.h>
#include <stdlib.h>

enum {
    CONNECTIONS_MAX = 256,
    HEAD_BYTES_MAX = 8192,
    HEADERS_MAX = 64,
    HOST_BYTES = 256,
};

#define REQUEST_NS (10 * HC_NS_PER_S) /* from its first byte to its last */
#define IDLE_NS    (60 * HC_NS_PER_S)

struct hc_http_server {
    struct hc_http_site site;
    struct hc_loop *loop;
    struct hc_listener *listener;
    struct hc_heap deadlines;
    struct hc_list waiting; /* struct connection with a pending answer */
    size_t connections;
    bool loopback_only;
};

struct connection {
    uint32_t magic;
    struct hc_http_server *server;
    struct hc_stream *stream;
    http_parser parser;
    struct hc_heap_node deadline;
    struct hc_buffer url;
    struct hc_buffer body;
    struct hc_buffer field;
    char host[HOST_BYTES];
    unsigned headers;
    int refusal; /* status of a request that broke a limit while it was parsed; 0: none */
    bool complete;
    struct hc_http_pending *pending; /* the answer that comes later; NULL: none */
    struct hc_list waiting;          /* in server->waiting meanwhile */
    struct hc_buffer output;
    struct hc_chunk chunk;
    bool keep_alive;
    bool finished;
};

enum { CONNECTION_MAGIC = 0x48435448 };

/* ---- parsing ---- */

static int on_url(http_parser *parser, const char *at, size_t size)
{
    struct connection *connection = parser->data;
    hc_buffer_append(&connection->url, at, size);
    return 0;
}

static int on_field(http_parser *parser, const char *at, size_t size)
{
    struct connection *connection = parser->data;
    if (connection->field.size == 0 && ++connection->headers > HEADERS_MAX) {
        connection->refusal = 431;
        return 1;
    }
    hc_buffer_append(&connection->field, at, size);
    return 0;
}

static int on_value(http_parser *parser, const char *at, size_t size)
{
    struct connection *connection = parser->data;
    if (hc_slice_equal_nocase(hc_buffer_slice(&connection->field), HC_SLICE("host"))) {
        size_t used = strlen(connection->host);
        hc_slice_to_str(hc_slice_of(at, size), connection->host + used, HOST_BYTES - used);
    }
    hc_buffer_clear(&connection->field);
    return 0;
}

static int on_body(http_parser *parser, const char *at, size_t size)
{
    struct connection *connection = parser->data;
    if (connection->body.size + size > HC_HTTP_BODY_BYTES_MAX) {
        connection->refusal = 413;
        return 1;
    }
    hc_buffer_append(&connection->body, at, size);
    return 0;
}

/* One request at a time: the parser stops behind it, what follows is not looked at until it is
 * answered. */
static int on_complete(http_parser *parser)
{
    struct connection *connection = parser->data;
    connection->complete = true;
    connection->keep_alive = http_should_keep_alive(parser) != 0;
    http_parser_pause(parser, 1);
    return 0;
}

static const http_parser_settings settings = {
    .on_url = on_url,
    .on_header_field = on_field,
    .on_header_value = on_value,
    .on_body = on_body,
    .on_message_complete = on_complete,
};

/* ---- answering ---- */

static void set_deadline(struct connection *connection, int64_t ns)
{
    hc_heap_move(&connection->server->deadlines, &connection->deadline, ns);
    hc_loop_touch(connection->server->loop);
}

static bool host_is_local(const char *host)
{
    struct hc_slice name = hc_slice_str(host);
    if (name.size && name.data[0] == '[') {
        return strncmp(host, "[::1]", 5) == 0;
    }
    name = hc_slice_cut(&name, ':');
    return name.size == 0 || hc_slice_equal_nocase(name, HC_SLICE("localhost")) ||
           (name.size > 4 && memcmp(name.data, "127.", 4) == 0);
}

static void write_answer(struct connection *connection, struct hc_http_answer *answer)
{
    struct hc_buffer *out = &connection->output;
    hc_buffer_clear(out);
    hc_buffer_printf(out,
                     "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
                     "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                     "Connection: %s\r\n",
                     answer->status, hc_http_phrase(answer->status), answer->content_type,
                     answer->body.size, connection->keep_alive ? "keep-alive" : "close");
    if (answer->allow[0]) {
        hc_buffer_printf(out, "Allow: %s\r\n", answer->allow);
    }
    hc_buffer_append_str(out, "\r\n");
    if (connection->parser.method != HTTP_HEAD) {
        hc_buffer_append_slice(out, hc_buffer_slice(&answer->body));
    }
    connection->chunk = (struct hc_chunk){.data = out->data, .size = out->size};
    hc_buffer_done(&answer->body);
}

static void refuse(struct connection *connection, int status, const char *detail)
{
    struct hc_http_answer answer = {0};
    hc_http_problem(&answer, status, "%s", detail);
    connection->keep_alive = false;
    connection->complete = true;
    write_answer(connection, &answer);
}

static void answer_request(struct connection *connection, struct hc_now now)
{
    struct hc_http_server *server = connection->server;
    if (server->loopback_only && !host_is_local(connection->host)) {
        refuse(connection, 421, "this server answers on loopback only; use localhost");
        return;
    }
    struct hc_slice query = hc_buffer_slice(&connection->url);
    struct hc_http_request request = {
        .method = http_method_str((enum http_method)connection->parser.method),
        .path = hc_slice_cut(&query, '?'),
        .body = hc_buffer_slice(&connection->body),
    };
    request.query = query;
    struct hc_http_answer answer = {0};
    connection->pending = hc_http_route(&server->site, &request, &answer, now);
    if (!connection->pending) {
        write_answer(connection, &answer);
        return;
    }
    hc_heap_remove(&server->deadlines, &connection->deadline);
    hc_list_append(&server->waiting, &connection->waiting);
    hc_loop_touch(server->loop);
}

/* The answer that was waited for, if it is there. */
static void ask_again(struct connection *connection, struct hc_now now)
{
    struct hc_http_answer answer = {0};
    if (hc_http_ask(connection->pending, &answer, now)) {
        connection->pending = NULL;
        hc_list_remove(&connection->waiting);
        write_answer(connection, &answer);
        set_deadline(connection, now.mono_ns + IDLE_NS);
        hc_stream_attention(connection->stream);
    }
}

static void drop_pending(struct connection *connection)
{
    if (connection->pending) {
        hc_http_abandon(connection->pending);
        connection->pending = NULL;
        hc_list_remove(&connection->waiting);
    }
}

static void begin_request(struct connection *connection)
{
    http_parser_init(&connection->parser, HTTP_REQUEST);
    connection->parser.data = connection;
    hc_buffer_clear(&connection->url);
    hc_buffer_clear(&connection->body);
    hc_buffer_clear(&connection->field);
    connection->host[0] = '\0';
    connection->headers = 0;
    connection->refusal = 0;
    connection->complete = false;
}

/* ---- the protocol of a stream ---- */

static void *open_connection(void *context, struct hc_stream *stream, const struct hc_address *peer,
                             const struct hc_address *local, struct hc_now now)
{
    (void)peer;
    (void)local;
    struct hc_http_server *server = context;
    if (server->connections >= CONNECTIONS_MAX) {
        return NULL;
    }
    struct connection *connection = hc_alloc(sizeof *connection);
    connection->magic = CONNECTION_MAGIC;
    connection->server = server;
    connection->stream = stream;
    hc_list_init(&connection->waiting);
    server->connections++;
    begin_request(connection);
    set_deadline(connection, now.mono_ns + REQUEST_NS);
    return connection;
}

static void input(void *object, const void *data, size_t size, struct hc_now now)
{
    struct connection *connection = object;
    HC_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    if (connection->complete || connection->finished) {
        drop_pending(connection);
        refuse(connection, 400, "pipelined requests are not served; wait for each answer");
        return;
    }
    size_t parsed = http_parser_execute(&connection->parser, &settings, data, size);
    enum http_errno failed = HTTP_PARSER_ERRNO(&connection->parser);
    if (connection->refusal) {
        refuse(connection, connection->refusal, "a limit of the request was passed");
    } else if (connection->parser.upgrade || (failed != HPE_OK && failed != HPE_PAUSED)) {
        bool too_large = failed == HPE_HEADER_OVERFLOW;
        refuse(connection, too_large ? 431 : 400,
               too_large ? "line and headers may take 8 KiB" : "this is not an HTTP/1.1 request");
    } else if (connection->complete) {
        if (parsed < size) {
            connection->keep_alive = false;
        }
        answer_request(connection, now);
    }
}

static bool wants_input(const void *object)
{
    const struct connection *connection = object;
    return !connection->complete || connection->pending; /* so that a vanished peer is noticed */
}

static size_t output(const void *object, const struct hc_chunk **ret)
{
    const struct connection *connection = object;
    *ret = &connection->chunk;
    return connection->chunk.size > 0 ? 1 : 0;
}

static void sent(void *object, size_t size, struct hc_now now)
{
    struct connection *connection = object;
    HC_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    connection->chunk.data = (const char *)connection->chunk.data + size;
    connection->chunk.size -= size;
    if (connection->chunk.size > 0) {
        return;
    }
    if (!connection->keep_alive) {
        connection->finished = true;
        return;
    }
    begin_request(connection);
    set_deadline(connection, now.mono_ns + IDLE_NS);
}

static bool finished(const void *object)
{
    const struct connection *connection = object;
    return connection->finished;
}

static void close_connection(void *object, struct hc_now now)
{
    (void)now;
    struct connection *connection = object;
    HC_CHECK_MAGIC(connection, CONNECTION_MAGIC);
    drop_pending(connection);
    hc_heap_remove(&connection->server->deadlines, &connection->deadline);
    connection->server->connections--;
    hc_buffer_done(&connection->url);
    hc_buffer_done(&connection->body);
    hc_buffer_done(&connection->field);
    hc_buffer_done(&connection->output);
    connection->magic = 0;
    free(connection);
}

static const struct hc_protocol protocol = {
    .open = open_connection,
    .input = input,
    .wants_input = wants_input,
    .output = output,
    .sent = sent,
    .finished = finished,
    .close = close_connection,
};

/* ---- the server ---- */

static void advance(void *context, struct hc_now now)
{
    struct hc_http_server *server = context;
    struct hc_heap_node *node;
    while ((node = hc_heap_first(&server->deadlines)) != NULL && node->key <= now.mono_ns) {
        struct connection *connection = HC_CONTAINER(node, struct connection, deadline);
        hc_heap_remove(&server->deadlines, node);
        connection->finished = true;
        hc_stream_attention(connection->stream);
    }
    HC_LIST_EACH_SAFE(&server->waiting, waiting)
    {
        ask_again(HC_CONTAINER(waiting, struct connection, waiting), now);
    }
}

static int64_t next_wake_ns(void *context)
{
    struct hc_http_server *server = context;
    struct hc_heap_node *first = hc_heap_first(&server->deadlines);
    int64_t wake = first ? first->key : HC_NEVER;
    HC_LIST_EACH(&server->waiting, node)
    {
        const struct connection *connection = HC_CONTAINER(node, struct connection, waiting);
        wake = HC_MIN(wake, hc_http_pending_wake_ns(connection->pending));
    }
    return wake;
}

enum hc_status hc_http_listen(struct hc_loop *loop, const struct hc_address *address,
                              const struct hc_http_site *site, struct hc_http_server **ret,
                              struct hc_address *ret_bound, struct hc_error *error)
{
    struct hc_http_server *server = hc_alloc(sizeof *server);
    server->site = *site;
    server->loop = loop;
    hc_list_init(&server->waiting);
    server->loopback_only = hc_address_is_loopback(address);
    http_parser_set_max_header_size(HEAD_BYTES_MAX);
    enum hc_status status =
        hc_listener_open(loop, address, &protocol, server, &server->listener, ret_bound, error);
    if (status != HC_OK) {
        free(server);
        return status;
    }
    hc_loop_drive(loop, (struct hc_loop_driver){
                            .context = server, .advance = advance, .next_wake_ns = next_wake_ns});
    *ret = server;
    return HC_OK;
}

void hc_http_server_stop(struct hc_http_server *server)
{
    if (server && server->listener) {
        hc_listener_close(server->listener);
        server->listener = NULL;
    }
}

void hc_http_server_free(struct hc_http_server *server)
{
    if (server) {
        HC_ASSERT(server->connections == 0);
        hc_heap_done(&server->deadlines);
        free(server);
    }
}
