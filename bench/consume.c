/* A consumer that only counts: librdkafka, assigned to all partitions from the beginning.
 *
 *   consume BOOTSTRAP TOPIC PARTITIONS RECORDS             prints
 * {"records","bytes","seconds","cpu"} consume BOOTSTRAP TOPIC PARTITIONS RECORDS --to BROKER copies
 * them to the same topic there
 *
 * Time counts from before connecting to the last record. Asks for no more than what is left,
 * because librdkafka gives a batch out only when it is full or its time is over.
 */
#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { BATCH = 4096, WAIT_MS = 20000 };

static double seconds_of(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "consume: %s: %s\n", what, why);
    exit(1);
}

static void set(rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char error[256];
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) {
        fail(name, error);
    }
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf, const char *bootstrap)
{
    char error[256];
    set(conf, "bootstrap.servers", bootstrap);
    rd_kafka_t *made = rd_kafka_new(type, conf, error, sizeof error);
    if (!made) {
        fail("client", error);
    }
    return made;
}

static rd_kafka_t *consumer_of(const char *bootstrap, const char *topic, int partitions)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "group.id", "bench");
    set(conf, "enable.auto.commit", "false");
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, conf, bootstrap);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; i++) {
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    }
    if (rd_kafka_assign(consumer, list)) {
        fail("assign", topic);
    }
    rd_kafka_topic_partition_list_destroy(list);
    return consumer;
}

static rd_kafka_t *producer_of(const char *bootstrap)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    set(conf, "linger.ms", "100");
    set(conf, "batch.size", "900000");
    set(conf, "batch.num.messages", "10000");
    set(conf, "acks", "1");
    return client(RD_KAFKA_PRODUCER, conf, bootstrap);
}

static void copy(rd_kafka_t *producer, const char *topic, const rd_kafka_message_t *message)
{
    int64_t timestamp = rd_kafka_message_timestamp(message, NULL);
    rd_kafka_resp_err_t error;
    do {
        error = rd_kafka_producev(
            producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(message->partition),
            RD_KAFKA_V_KEY(message->key, message->key_len),
            RD_KAFKA_V_VALUE(message->payload, message->len), RD_KAFKA_V_TIMESTAMP(timestamp),
            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
        rd_kafka_poll(producer, error == RD_KAFKA_RESP_ERR__QUEUE_FULL ? 10 : 0);
    } while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL);
    if (error) {
        fail("produce", rd_kafka_err2str(error));
    }
}

int main(int argc, char **argv)
{
    static rd_kafka_message_t *messages[BATCH];
    if (argc != 5 && argc != 7) {
        fail("usage", "consume BOOTSTRAP TOPIC PARTITIONS RECORDS [--to BROKER]");
    }
    long wanted = atol(argv[4]), records = 0;
    uint64_t bytes = 0;
    rd_kafka_t *producer = argc == 7 ? producer_of(argv[6]) : NULL;
    double begin = seconds_of(CLOCK_MONOTONIC);
    rd_kafka_t *consumer = consumer_of(argv[1], argv[2], atoi(argv[3]));
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    while (records < wanted) {
        long left = wanted - records;
        ssize_t got = rd_kafka_consume_batch_queue(queue, WAIT_MS, messages,
                                                   (size_t)(left < BATCH ? left : BATCH));
        if (got <= 0) {
            fail("waiting", "nothing came");
        }
        for (ssize_t i = 0; i < got; i++) {
            if (messages[i]->err) {
                fail("record", rd_kafka_message_errstr(messages[i]));
            }
            bytes += messages[i]->len + messages[i]->key_len;
            if (producer) {
                copy(producer, argv[2], messages[i]);
            }
            rd_kafka_message_destroy(messages[i]);
        }
        records += got;
    }
    double took = seconds_of(CLOCK_MONOTONIC) - begin;
    printf("{\"records\":%ld,\"bytes\":%llu,\"seconds\":%.6f,\"cpu\":%.6f}\n", records,
           (unsigned long long)bytes, took, seconds_of(CLOCK_PROCESS_CPUTIME_ID));
    fflush(stdout);
    if (producer && rd_kafka_flush(producer, 60000)) {
        fail("flush", "records are left");
    }
    _Exit(0); /* what closing costs is not measured */
}
