/* librdkafka's own mock cluster as a process: prints its address, serves until standard input ends.
 *
 *     mock TOPIC PARTITIONS */
#include "kafka.h"

#include <librdkafka/rdkafka_mock.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: mock TOPIC PARTITIONS\n");
        return 2;
    }
    rd_kafka_t *client = kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new());
    rd_kafka_mock_cluster_t *mock = rd_kafka_mock_cluster_new(client, 1);
    kafka_check(rd_kafka_mock_topic_create(mock, argv[1], atoi(argv[2]), 1), "topic");
    printf("%s\n", rd_kafka_mock_cluster_bootstraps(mock));
    fflush(stdout);
    while (getchar() != EOF) {
    }
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(client);
    return 0;
}
