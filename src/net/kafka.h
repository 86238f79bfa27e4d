/* Kafka listeners: connects streams to broker connections. */
#ifndef HC_NET_KAFKA_H
#define HC_NET_KAFKA_H

#include "broker/broker.h"
#include "net/stream.h"

struct hc_kafka_listener_config {
    struct hc_address listen;
    bool advertise;               /* else the address that each client connected to */
    struct hc_address advertised; /* port 0: the listener's own */
};

struct hc_kafka_listener;

/* Serves `cluster` at the address. `config` is copied; *ret_bound as hc_listener_open. */
HC_MUST_USE enum hc_status hc_kafka_listen(struct hc_loop *loop, struct hc_broker *broker,
                                           struct hc_cluster *cluster,
                                           const struct hc_kafka_listener_config *config,
                                           struct hc_kafka_listener **ret,
                                           struct hc_address *ret_bound, struct hc_error *error);
void hc_kafka_listener_close(struct hc_kafka_listener *listener);

/* Drives the broker from the loop's timer. */
void hc_kafka_drive(struct hc_loop *loop, struct hc_broker *broker);

#endif
