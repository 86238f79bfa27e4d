#include "net/internal.h"

#include "base/memory.h"

#include <stdlib.h>

enum { VECTORS_MAX = 256, BACKLOG = 1024 };

struct hc_listener {
    uv_tcp_t tcp;
    struct hc_loop *loop;
    const struct hc_protocol *protocol;
    void *context;
};

struct hc_stream {
    uint32_t magic;
    uv_tcp_t tcp;
    uv_write_t write;
    struct hc_loop *loop;
    const struct hc_protocol *protocol;
    void *connection; /* NULL once closed */
    struct hc_list node;
    struct hc_list attention;
    size_t writing; /* bytes handed to uv_write and not yet written */
    bool reading;
    bool closing;
};

enum { STREAM_MAGIC = 0x48435354 };

static void on_closed(uv_handle_t *handle)
{
    struct hc_stream *stream = HC_CONTAINER(handle, struct hc_stream, tcp);
    HC_CHECK_MAGIC(stream, STREAM_MAGIC);
    stream->magic = 0;
    stream->loop->stream_count--;
    free(stream);
}

static void close_stream(struct hc_stream *stream)
{
    if (stream->closing) {
        return;
    }
    stream->closing = true;
    hc_list_remove(&stream->node);
    hc_list_remove(&stream->attention);
    /* A write under way borrows the connection's chunks: it ends first, in on_written. */
    if (stream->connection && stream->writing == 0) {
        stream->protocol->close(stream->connection, hc_now_read());
        stream->connection = NULL;
    }
    uv_close((uv_handle_t *)&stream->tcp, on_closed);
}

void hc_stream_attention(struct hc_stream *stream)
{
    if (!stream->closing) {
        hc_list_remove(&stream->attention);
        hc_list_append(&stream->loop->attention, &stream->attention);
    }
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct hc_stream *stream = HC_CONTAINER(handle, struct hc_stream, tcp);
    *buffer = uv_buf_init(stream->loop->read_buffer, HC_READ_BUFFER_BYTES);
}

static void serve(struct hc_stream *stream);

static void on_read(uv_stream_t *handle, ssize_t size, const uv_buf_t *buffer)
{
    struct hc_stream *stream = HC_CONTAINER(handle, struct hc_stream, tcp);
    HC_CHECK_MAGIC(stream, STREAM_MAGIC);
    if (size < 0) {
        close_stream(stream);
    } else if (size > 0) {
        stream->protocol->input(stream->connection, buffer->base, (size_t)size, hc_now_read());
        serve(stream);
    }
}

static void set_reading(struct hc_stream *stream, bool wanted)
{
    if (wanted == stream->reading) {
        return;
    }
    stream->reading = wanted;
    if (wanted) {
        uv_read_start((uv_stream_t *)&stream->tcp, on_allocate, on_read);
    } else {
        uv_read_stop((uv_stream_t *)&stream->tcp);
    }
}

static void on_written(uv_write_t *request, int status)
{
    struct hc_stream *stream = HC_CONTAINER(request, struct hc_stream, write);
    HC_CHECK_MAGIC(stream, STREAM_MAGIC);
    size_t written = stream->writing;
    stream->writing = 0;
    if (status == 0 && !stream->closing) {
        stream->protocol->sent(stream->connection, written, hc_now_read());
        serve(stream);
        return;
    }
    if (stream->connection && stream->closing) {
        stream->protocol->close(stream->connection, hc_now_read());
        stream->connection = NULL;
    }
    close_stream(stream);
}

static unsigned gather(const struct hc_stream *stream, uv_buf_t *vectors)
{
    const struct hc_chunk *chunks;
    size_t count = stream->protocol->output(stream->connection, &chunks);
    count = HC_MIN(count, (size_t)VECTORS_MAX);
    for (size_t i = 0; i < count; i++) {
        vectors[i].base = (char *)(uintptr_t)chunks[i].data;
        vectors[i].len = chunks[i].size;
    }
    return (unsigned)count;
}

static size_t bytes_of(const uv_buf_t *vectors, unsigned count)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < count; i++) {
        bytes += vectors[i].len;
    }
    return bytes;
}

/* Hands the rest to libuv, which waits for the socket. Up to four buffers cost it no allocation. */
static bool write_later(struct hc_stream *stream, const uv_buf_t *vectors, unsigned count)
{
    unsigned few = HC_MIN(count, 4u);
    stream->writing = bytes_of(vectors, few);
    return uv_write(&stream->write, (uv_stream_t *)&stream->tcp, vectors, few, on_written) == 0;
}

/* Sends until there is nothing left or the socket is full. False: the socket failed. */
static bool flush(struct hc_stream *stream)
{
    bool full = false;
    while (stream->writing == 0 && !stream->protocol->finished(stream->connection)) {
        uv_buf_t vectors[VECTORS_MAX];
        unsigned count = gather(stream, vectors);
        if (count == 0) {
            return true;
        }
        int written = full ? UV_EAGAIN : uv_try_write((uv_stream_t *)&stream->tcp, vectors, count);
        if (written == UV_EAGAIN) {
            return write_later(stream, vectors, count);
        }
        if (written < 0) {
            return false;
        }
        full = (size_t)written < bytes_of(vectors, count);
        stream->protocol->sent(stream->connection, (size_t)written, hc_now_read());
    }
    return true;
}

/* Brings a stream up to date with its connection: output, end, reading. */
static void serve(struct hc_stream *stream)
{
    if (stream->closing) {
        return;
    }
    hc_list_remove(&stream->attention);
    if (!flush(stream) || stream->protocol->finished(stream->connection)) {
        close_stream(stream);
        return;
    }
    set_reading(stream, stream->protocol->wants_input(stream->connection));
}

void hc_streams_attend(struct hc_loop *loop)
{
    while (!hc_list_empty(&loop->attention)) {
        serve(HC_CONTAINER(loop->attention.next, struct hc_stream, attention));
    }
}

static void accept_one(struct hc_listener *listener)
{
    struct hc_stream *stream = hc_alloc(sizeof *stream);
    stream->magic = STREAM_MAGIC;
    stream->loop = listener->loop;
    stream->protocol = listener->protocol;
    hc_list_init(&stream->node);
    hc_list_init(&stream->attention);
    uv_tcp_init(&listener->loop->uv, &stream->tcp);
    listener->loop->stream_count++;
    if (uv_accept((uv_stream_t *)&listener->tcp, (uv_stream_t *)&stream->tcp) != 0) {
        close_stream(stream);
        return;
    }
    uv_tcp_nodelay(&stream->tcp, 1);
    uv_tcp_keepalive(&stream->tcp, 1, 60);
    struct hc_address peer = {{0}, 0}, local = {{0}, 0};
    hc_address_of_peer(&stream->tcp, &peer);
    hc_address_of_socket(&stream->tcp, &local);
    stream->connection =
        listener->protocol->open(listener->context, stream, &peer, &local, hc_now_read());
    if (!stream->connection) {
        close_stream(stream);
        return;
    }
    hc_list_append(&listener->loop->streams, &stream->node);
    serve(stream);
}

static void on_connection(uv_stream_t *handle, int status)
{
    struct hc_listener *listener = HC_CONTAINER(handle, struct hc_listener, tcp);
    if (status == 0) {
        accept_one(listener);
    }
}

static void on_listener_closed(uv_handle_t *handle)
{
    free(HC_CONTAINER(handle, struct hc_listener, tcp));
}

void hc_listener_close(struct hc_listener *listener)
{
    if (listener) {
        uv_close((uv_handle_t *)&listener->tcp, on_listener_closed);
    }
}

static enum hc_status refuse_listen(struct hc_listener *listener, const struct hc_address *address,
                                    int failed, struct hc_error *error)
{
    char text[HC_ADDRESS_BYTES];
    hc_address_text(address, text);
    hc_listener_close(listener);
    if (failed == UV_EADDRINUSE) {
        return hc_error_set(error, HC_EXISTS,
                            "cannot listen on %s: another process does already; choose another "
                            "port, or port 0 for any free one",
                            text);
    }
    enum hc_status status = failed == UV_EACCES ? HC_DENIED : HC_IO;
    return hc_error_set(error, status, "cannot listen on %s: %s", text, uv_strerror(failed));
}

enum hc_status hc_listener_open(struct hc_loop *loop, const struct hc_address *address,
                                const struct hc_protocol *protocol, void *context,
                                struct hc_listener **ret, struct hc_address *ret_bound,
                                struct hc_error *error)
{
    struct sockaddr_storage resolved;
    enum hc_status status = hc_address_resolve(address, &resolved, error);
    if (status != HC_OK) {
        return status;
    }
    struct hc_listener *listener = hc_alloc(sizeof *listener);
    listener->loop = loop;
    listener->protocol = protocol;
    listener->context = context;
    int failed = uv_tcp_init(&loop->uv, &listener->tcp);
    HC_ASSERT(failed == 0);
    failed = uv_tcp_bind(&listener->tcp, (const struct sockaddr *)&resolved, 0);
    failed = failed ? failed : uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, on_connection);
    if (failed) {
        return refuse_listen(listener, address, failed, error);
    }
    hc_address_of_socket(&listener->tcp, ret_bound);
    *ret = listener;
    return HC_OK;
}

void hc_streams_close_all(struct hc_loop *loop)
{
    while (!hc_list_empty(&loop->streams)) {
        close_stream(HC_CONTAINER(loop->streams.next, struct hc_stream, node));
    }
}

size_t hc_stream_count(const struct hc_loop *loop)
{
    return loop->stream_count;
}
