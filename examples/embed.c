/* A test program with a market of its own: starts a broker, reads a day of candles with librdkafka,
 * and stops it. docs/embedding.md tells how to build it. */
#include <hindcast/hindcast.h>

#include <librdkafka/rdkafka.h>

#include <stdio.h>
#include <stdlib.h>

enum { CANDLES = 1440, WAIT_MS = 20000 }; /* a day of one-minute bars */

static rd_kafka_t *consumer_new(const char *bootstrap)
{
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, error, sizeof error) ||
        rd_kafka_conf_set(conf, "group.id", "example", error, sizeof error) ||
        rd_kafka_conf_set(conf, "auto.offset.reset", "earliest", error, sizeof error)) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!consumer) {
        fprintf(stderr, "%s\n", error);
        exit(1);
    }
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, "candles", RD_KAFKA_PARTITION_UA);
    rd_kafka_subscribe(consumer, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    return consumer;
}

/* Counts candles until all have come, or none does for a while. */
static int read_candles(rd_kafka_t *consumer)
{
    int count = 0;
    while (count < CANDLES) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, WAIT_MS);
        if (!message) {
            break;
        }
        if (!message->err) {
            if (count++ == 0) {
                printf("the first of them: %.*s\n", (int)message->len,
                       (const char *)message->payload);
            }
        }
        rd_kafka_message_destroy(message);
    }
    return count;
}

int main(void)
{
    static const char *const flags[] = {
        "--source", "demo:?symbols=1&days=1&interval=1m", "--speed", "max", NULL,
    };
    struct hindcast *market;
    char error[HINDCAST_ERROR_BYTES];
    if (hindcast_start(flags, &market, error, sizeof error) != HINDCAST_OK) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    if (hindcast_wait_ready(market, WAIT_MS) != HINDCAST_OK) {
        hindcast_stop(market, error, sizeof error);
        fprintf(stderr, "not ready: %s\n", error);
        return 1;
    }
    printf("a market at %s, steered at http://%s\n", hindcast_bootstrap(market),
           hindcast_http(market));
    rd_kafka_t *consumer = consumer_new(hindcast_bootstrap(market));
    int count = read_candles(consumer);
    printf("%d candles\n", count);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    int status = hindcast_stop(market, error, sizeof error);
    if (status != HINDCAST_OK) {
        fprintf(stderr, "%s\n", error);
    }
    return status == HINDCAST_OK && count == CANDLES ? 0 : 1;
}
