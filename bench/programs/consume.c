/* Consumes a topic from the beginning as fast as it can:
 *
 *     consume BOOTSTRAP TOPIC PARTITIONS RECORDS FIRST STEP [KEY=VALUE...]
 *
 * Reads partitions FIRST, FIRST+STEP, ... A line of JSON: records, value bytes, seconds from before
 * the client was made until the last record, the client's processor time, and the sum of all bytes
 * of the values, which is the same for the same records. RECORDS 0: until nothing came for a
 * second. */
#include "kafka.h"

#include <unistd.h>

enum { BATCH = 4096, PATIENCE_MS = 60000, END_MS = 1000 };

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr,
                "usage: consume BOOTSTRAP TOPIC PARTITIONS RECORDS FIRST STEP [KEY=VALUE...]\n");
        return 2;
    }
    long wanted = atol(argv[4]), records = 0, bytes = 0;
    uint64_t sum = 0;
    double begin = kafka_clock_s(CLOCK_MONOTONIC), end = begin;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    kafka_set(conf, "bootstrap.servers", argv[1]);
    kafka_set(conf, "group.id", "bench");
    kafka_set(conf, "enable.auto.commit", "false");
    kafka_set_all(conf, argc - 7, argv + 7);
    rd_kafka_t *consumer = kafka_new(RD_KAFKA_CONSUMER, conf);
    kafka_assign(consumer, argv[2], atoi(argv[5]), atoi(argv[6]), atoi(argv[3]),
                 RD_KAFKA_OFFSET_BEGINNING);
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    static rd_kafka_message_t *messages[BATCH];
    while (wanted == 0 || records < wanted) {
        /* It returns when the batch is full or the time is out: ask for no more than is left. */
        size_t ask = wanted && wanted - records < BATCH ? (size_t)(wanted - records) : BATCH;
        ssize_t got =
            rd_kafka_consume_batch_queue(queue, wanted ? PATIENCE_MS : END_MS, messages, ask);
        if (got <= 0) {
            break;
        }
        for (ssize_t i = 0; i < got; i++) {
            kafka_check(messages[i]->err, "consume");
            const unsigned char *value = messages[i]->payload;
            size_t size = messages[i]->len;
            sum += size ? (uint64_t)value[size / 2] * 31 + size : 0;
            bytes += (long)size;
            rd_kafka_message_destroy(messages[i]);
        }
        records += got;
        end = kafka_clock_s(CLOCK_MONOTONIC);
    }
    printf("{\"records\":%ld,\"bytes\":%ld,\"seconds\":%.6f,\"client_cpu\":%.6f,\"sum\":%llu}\n",
           records, bytes, end - begin, kafka_clock_s(CLOCK_PROCESS_CPUTIME_ID),
           (unsigned long long)sum);
    fflush(stdout);
    _exit(records >= wanted ? 0 : 1); /* the client's own end is not measured and can take long */
}
