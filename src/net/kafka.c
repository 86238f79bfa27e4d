#include "net/kafka.h"

#include "base/memory.h"

#include <stdlib.h>

struct hc_kafka_listener {
    struct hc_listener *listener;
    struct hc_broker *broker;
    struct hc_cluster *cluster;
    struct hc_kafka_listener_config config;
};

static void attention(void *context)
{
    hc_stream_attention(context);
}

static void *open_connection(void *context, struct hc_stream *stream, const struct hc_address *peer,
                             const struct hc_address *local, struct hc_now now)
{
    const struct hc_kafka_listener *listener = context;
    struct hc_address advertised =
        listener->config.advertise ? listener->config.advertised : *local;
    if (advertised.port == 0) {
        advertised.port = local->port;
    }
    struct hc_transport transport = {.context = stream, .attention = attention};
    return hc_connection_open(listener->broker, listener->cluster, transport, peer, &advertised,
                              now);
}

static void input(void *connection, const void *data, size_t size, struct hc_now now)
{
    hc_connection_input(connection, data, size, now);
}

static bool wants_input(const void *connection)
{
    return hc_connection_wants_input(connection);
}

static size_t output(const void *connection, const struct hc_chunk **ret)
{
    return hc_connection_output(connection, ret);
}

static void sent(void *connection, size_t size, struct hc_now now)
{
    hc_connection_sent(connection, size, now);
}

static bool finished(const void *connection)
{
    return hc_connection_finished(connection);
}

static void close_connection(void *connection, struct hc_now now)
{
    hc_connection_close(connection, now);
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

enum hc_status hc_kafka_listen(struct hc_loop *loop, struct hc_broker *broker,
                               struct hc_cluster *cluster,
                               const struct hc_kafka_listener_config *config,
                               struct hc_kafka_listener **ret, struct hc_address *ret_bound,
                               struct hc_error *error)
{
    struct hc_kafka_listener *listener = hc_alloc(sizeof *listener);
    listener->broker = broker;
    listener->cluster = cluster;
    listener->config = *config;
    enum hc_status status = hc_listener_open(loop, &config->listen, &protocol, listener,
                                             &listener->listener, ret_bound, error);
    if (status != HC_OK) {
        free(listener);
        return status;
    }
    *ret = listener;
    return HC_OK;
}

void hc_kafka_listener_close(struct hc_kafka_listener *listener)
{
    if (listener) {
        hc_listener_close(listener->listener);
        free(listener);
    }
}

static void advance(void *context, struct hc_now now)
{
    hc_broker_advance(context, now);
}

static int64_t next_wake_ns(void *context)
{
    return hc_broker_next_wake_ns(context);
}

static void touch(void *context)
{
    hc_loop_touch(context);
}

void hc_kafka_drive(struct hc_loop *loop, struct hc_broker *broker)
{
    hc_loop_drive(loop, (struct hc_loop_driver){
                            .context = broker, .advance = advance, .next_wake_ns = next_wake_ns});
    hc_broker_set_rearm(broker, touch, loop);
}
