/* The time from the start of main to the first record:
 *
 *     first_record BOOTSTRAP TOPIC PARTITIONS offset|beginning|group GROUP [KEY=VALUE...]
 *
 * A line of JSON: ms, of which join_ms until partitions were assigned. In a group it then stays a
 * member until it is killed or its standard input ends. */
#include "kafka.h"

#include <stdbool.h>
#include <unistd.h>

enum { PATIENCE_S = 90 };

static double begin_s, joined_s;

static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t error,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    (void)opaque;
    bool given = error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    joined_s = kafka_clock_s(CLOCK_MONOTONIC);
    kafka_check(rd_kafka_assign(consumer, given ? partitions : NULL), "assign");
}

static void start(rd_kafka_t *consumer, char **argv)
{
    if (strcmp(argv[4], "group") != 0) {
        bool beginning = strcmp(argv[4], "beginning") == 0;
        kafka_assign(consumer, argv[2], 0, 1, atoi(argv[3]),
                     beginning ? RD_KAFKA_OFFSET_BEGINNING : 10);
        return;
    }
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, argv[2], RD_KAFKA_PARTITION_UA);
    kafka_check(rd_kafka_subscribe(consumer, topics), "subscribe");
    rd_kafka_topic_partition_list_destroy(topics);
}

int main(int argc, char **argv)
{
    begin_s = joined_s = kafka_clock_s(CLOCK_MONOTONIC);
    if (argc < 6) {
        fprintf(stderr,
                "usage: first_record BOOTSTRAP TOPIC PARTITIONS MODE GROUP [KEY=VALUE...]\n");
        return 2;
    }
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kafka_set(conf, "bootstrap.servers", argv[1]);
    kafka_set(conf, "group.id", argv[5]);
    kafka_set(conf, "auto.offset.reset", "earliest");
    kafka_set_all(conf, argc - 6, argv + 6);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_t *consumer = kafka_new(RD_KAFKA_CONSUMER, conf);
    kafka_check(rd_kafka_poll_set_consumer(consumer), "poll");
    start(consumer, argv);
    while (kafka_clock_s(CLOCK_MONOTONIC) - begin_s < PATIENCE_S) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (message && !message->err) {
            double now = kafka_clock_s(CLOCK_MONOTONIC);
            printf("{\"ms\":%.3f,\"join_ms\":%.3f}\n", 1e3 * (now - begin_s),
                   1e3 * (joined_s - begin_s));
            fflush(stdout);
            if (strcmp(argv[4], "group") == 0) {
                while (getchar() != EOF) {
                }
                rd_kafka_consumer_close(consumer);
            }
            _exit(0);
        }
    }
    kafka_fail("first_record", "nothing came");
}
