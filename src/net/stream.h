/* Listeners and TCP streams: sockets on one side, a protocol without I/O on the other. The loop's
 * thread only. */
#ifndef HC_NET_STREAM_H
#define HC_NET_STREAM_H

#include "base/chunk.h"
#include "broker/connection.h"
#include "net/loop.h"

struct hc_listener;
struct hc_stream;

/* The protocol side of a stream; `connection` is what `open` returned. */
struct hc_protocol {
    /* A socket was accepted. NULL: refuse it (it is closed). Later calls of
     * hc_stream_attention(stream) tell that there is output. */
    void *(*open)(void *context, struct hc_stream *stream, const struct hc_address *peer,
                  const struct hc_address *local, struct hc_now now);
    void (*input)(void *connection, const void *data, size_t size, struct hc_now now);
    bool (*wants_input)(const void *connection);
    size_t (*output)(const void *connection, const struct hc_chunk **ret);
    void (*sent)(void *connection, size_t size, struct hc_now now);
    bool (*finished)(const void *connection);
    void (*close)(void *connection, struct hc_now now);
};

/* Listens on `address` (host name or literal, port 0: any free one). HC_EXISTS: in use; HC_DENIED:
 * not permitted; the text names the address. `protocol` is borrowed for ever. *ret is owned;
 * *ret_bound the address in fact. */
HC_MUST_USE enum hc_status hc_listener_open(struct hc_loop *loop, const struct hc_address *address,
                                            const struct hc_protocol *protocol, void *context,
                                            struct hc_listener **ret, struct hc_address *ret_bound,
                                            struct hc_error *error);

/* Accepts no more; streams already open live on. */
void hc_listener_close(struct hc_listener *listener);

/* Look at this stream again soon: flush output, close, go on reading. */
void hc_stream_attention(struct hc_stream *stream);

/* Closes every stream of the loop at once. */
void hc_streams_close_all(struct hc_loop *loop);
size_t hc_stream_count(const struct hc_loop *loop);

/* "HOST:PORT" or "[HOST]:PORT". HC_USAGE says what is wrong. */
HC_MUST_USE enum hc_status hc_address_parse(struct hc_slice text, struct hc_address *ret,
                                            struct hc_error *error);
enum { HC_ADDRESS_BYTES = HC_HOST_BYTES + 16 };
char *hc_address_text(const struct hc_address *address, char out[HC_ADDRESS_BYTES]);
bool hc_address_is_loopback(const struct hc_address *address);

#endif
