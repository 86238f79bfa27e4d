/* Copies a topic record by record into another cluster, each into the partition it came from, with
 * its key and timestamp. The target topic exists.
 *
 *     copy FROM-BOOTSTRAP TO-BOOTSTRAP TOPIC PARTITIONS RECORDS [KEY=VALUE...]
 *
 * The settings are the producer's. */
#include "kafka.h"

enum { BATCH = 4096, PATIENCE_MS = 60000 };

static long failed;

static void on_delivery(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    (void)producer;
    (void)opaque;
    if (message->err && failed++ == 0) {
        fprintf(stderr, "deliver: %s\n", rd_kafka_err2str(message->err));
    }
}

static void send_on(rd_kafka_t *producer, const char *topic, const rd_kafka_message_t *message)
{
    int64_t time = rd_kafka_message_timestamp(message, NULL);
    rd_kafka_resp_err_t error;
    while ((error = rd_kafka_producev(
                producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(message->partition),
                RD_KAFKA_V_KEY(message->key, message->key_len),
                RD_KAFKA_V_VALUE(message->payload, message->len), RD_KAFKA_V_TIMESTAMP(time),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END)) ==
           RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        rd_kafka_poll(producer, 20);
    }
    kafka_check(error, "produce");
}

int main(int argc, char **argv)
{
    if (argc < 6) {
        fprintf(stderr, "usage: copy FROM TO TOPIC PARTITIONS RECORDS [KEY=VALUE...]\n");
        return 2;
    }
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kafka_set(conf, "bootstrap.servers", argv[1]);
    kafka_set(conf, "group.id", "bench-copy");
    rd_kafka_t *consumer = kafka_new(RD_KAFKA_CONSUMER, conf);
    kafka_assign(consumer, argv[3], 0, 1, atoi(argv[4]), RD_KAFKA_OFFSET_BEGINNING);
    conf = rd_kafka_conf_new();
    kafka_set(conf, "bootstrap.servers", argv[2]);
    kafka_set_all(conf, argc - 6, argv + 6);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    rd_kafka_t *producer = kafka_new(RD_KAFKA_PRODUCER, conf);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    static rd_kafka_message_t *messages[BATCH];
    for (long left = atol(argv[5]); left > 0;) {
        ssize_t got = rd_kafka_consume_batch_queue(queue, PATIENCE_MS, messages,
                                                   left < BATCH ? (size_t)left : BATCH);
        if (got <= 0) {
            kafka_fail("consume", "nothing came");
        }
        for (ssize_t i = 0; i < got; i++) {
            kafka_check(messages[i]->err, "consume");
            send_on(producer, argv[3], messages[i]);
            rd_kafka_message_destroy(messages[i]);
        }
        rd_kafka_poll(producer, 0);
        left -= got;
    }
    kafka_check(rd_kafka_flush(producer, PATIENCE_MS), "flush");
    return failed != 0;
}
