/* Many members of one group in one process: the time until all have partitions, then, after one of
 * them left, until the rest have them all again.
 *
 *     group BOOTSTRAP TOPIC PARTITIONS MEMBERS GROUP [KEY=VALUE...]
 *
 * A line of JSON: form_ms and leave_ms. */
#include "kafka.h"

#include <stdbool.h>
#include <unistd.h>

enum { MEMBERS_MAX = 256, PATIENCE_S = 120 };

static rd_kafka_t *members[MEMBERS_MAX];
static int held[MEMBERS_MAX];

static void on_rebalance(rd_kafka_t *member, rd_kafka_resp_err_t error,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    int *mine = opaque;
    bool given = error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    *mine = given ? partitions->cnt : 0;
    kafka_check(rd_kafka_assign(member, given ? partitions : NULL), "assign");
}

static rd_kafka_t *join(int index, int argc, char **argv)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kafka_set(conf, "bootstrap.servers", argv[1]);
    kafka_set(conf, "group.id", argv[5]);
    kafka_set(conf, "enable.auto.commit", "false");
    kafka_set_all(conf, argc - 6, argv + 6);
    rd_kafka_conf_set_opaque(conf, &held[index]);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_t *member = kafka_new(RD_KAFKA_CONSUMER, conf);
    rd_kafka_poll_set_consumer(member);
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(topics, argv[2], RD_KAFKA_PARTITION_UA);
    kafka_check(rd_kafka_subscribe(member, topics), "subscribe");
    rd_kafka_topic_partition_list_destroy(topics);
    return member;
}

/* Polls members [first, count) until they hold all the partitions, each some; in ms since `begin`.
 */
static double settle(int first, int count, int partitions, double begin)
{
    for (;;) {
        int sum = 0, with = 0;
        for (int i = first; i < count; i++) {
            rd_kafka_message_t *message = rd_kafka_consumer_poll(members[i], 0);
            if (message) {
                rd_kafka_message_destroy(message);
            }
            sum += held[i];
            with += held[i] > 0;
        }
        double now = kafka_clock_s(CLOCK_MONOTONIC);
        if (sum == partitions && with == count - first) {
            return 1e3 * (now - begin);
        }
        if (now - begin > PATIENCE_S) {
            kafka_fail("group", "did not settle");
        }
        usleep(500);
    }
}

int main(int argc, char **argv)
{
    int partitions = argc > 5 ? atoi(argv[3]) : 0, count = argc > 5 ? atoi(argv[4]) : 0;
    if (count < 2 || count > MEMBERS_MAX || partitions < count) {
        fprintf(stderr, "usage: group BOOTSTRAP TOPIC PARTITIONS MEMBERS GROUP [KEY=VALUE...]\n");
        return 2;
    }
    double begin = kafka_clock_s(CLOCK_MONOTONIC);
    for (int i = 0; i < count; i++) {
        members[i] = join(i, argc, argv);
    }
    double form_ms = settle(0, count, partitions, begin);
    for (int i = 0; i < count; i++) {
        held[i] = i == 0 ? 0 : held[i];
    }
    begin = kafka_clock_s(CLOCK_MONOTONIC);
    rd_kafka_consumer_close(members[0]);
    held[0] = 0;
    double leave_ms = settle(1, count, partitions, begin);
    printf("{\"form_ms\":%.1f,\"leave_ms\":%.1f}\n", form_ms, leave_ms);
    fflush(stdout);
    _exit(0);
}
