/* What a mirror is measured against: a loop that hands records from memory to librdkafka, with the
 * mirror's own settings, message sizes, partitions and transaction size, and nothing else.
 *
 *   bare_producer SERVERS TOPIC RECORDS PARTITIONS RECORDS-PER-TRANSACTION
 *
 * Prints records and seconds, from the first record to the last commit. Built by bench/mirror.sh.
 */
#include <librdkafka/rdkafka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct record {
    char key[12];
    char value[192];
    char sequence[16];
    int key_size, value_size, sequence_size;
};

static const char mark[] = "bench/0123456789abcdef0123456789abcdef";

static void fail(const char *what)
{
    fprintf(stderr, "bare_producer: %s\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void delivered(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque)
{
    (void)client;
    (void)opaque;
    if (message->err) {
        fail(rd_kafka_err2str(message->err));
    }
}

static rd_kafka_t *open_producer(const char *servers)
{
    const char *const settings[][2] = {
        {"bootstrap.servers", servers},
        {"transactional.id", "bare-producer"},
        {"acks", "all"},
        {"enable.idempotence", "true"},
        {"max.in.flight.requests.per.connection", "5"},
        {"linger.ms", "5"},
        {"compression.codec", "zstd"},
        {"queue.buffering.max.kbytes", "16384"},
    };
    char text[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], text, sizeof text)) {
            fail(text);
        }
    }
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, text, sizeof text);
    if (!producer || rd_kafka_init_transactions(producer, 60000)) {
        fail("cannot begin");
    }
    return producer;
}

/* Bars as bench/mirror.sh's CSV file has them. */
static struct record *make_records(int count)
{
    struct record *records = calloc((size_t)count, sizeof *records);
    for (int i = 0; records && i < count; i++) {
        struct record *record = &records[i];
        int base = (i % 8 + 1) * 1000 + i * 7 % 997;
        record->key_size = snprintf(record->key, sizeof record->key, "SYM%d-USD", i % 8);
        record->value_size = snprintf(
            record->value, sizeof record->value,
            "{\"timestamp\":%lld,\"symbol\":\"SYM%d-USD\",\"open\":%d.%02d,\"high\":%d.%02d,"
            "\"low\":%d.%02d,\"close\":%d.%02d,\"volume\":%d.5}",
            1704067200000LL + i / 8 * 60000LL, i % 8, base / 100, base % 100, base / 100 + 1,
            base % 97, base / 100 - 1, base % 89, base / 100, base % 83, i * 31 % 100000);
        record->sequence_size = snprintf(record->sequence, sizeof record->sequence, "%d", i / 8);
    }
    return records;
}

static void send_record(rd_kafka_t *producer, rd_kafka_topic_t *topic, int partition,
                        long long time, struct record *record)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(2);
    rd_kafka_header_add(headers, "hindcast-mirror", -1, mark, sizeof mark - 1);
    rd_kafka_header_add(headers, "hindcast-sequence", -1, record->sequence, record->sequence_size);
    rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_RKT, .u.rkt = topic},
        {.vtype = RD_KAFKA_VTYPE_PARTITION, .u.i32 = partition},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        {.vtype = RD_KAFKA_VTYPE_TIMESTAMP, .u.i64 = time},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {record->key, (size_t)record->key_size}},
        {.vtype = RD_KAFKA_VTYPE_VALUE, .u.mem = {record->value, (size_t)record->value_size}},
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_error_t *error;
    while ((error = rd_kafka_produceva(producer, parts, sizeof parts / sizeof parts[0])) != NULL) {
        if (rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            fail(rd_kafka_error_string(error));
        }
        rd_kafka_error_destroy(error);
        rd_kafka_poll(producer, 10);
    }
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fail("SERVERS TOPIC RECORDS PARTITIONS RECORDS-PER-TRANSACTION");
    }
    int count = atoi(argv[3]), partitions = atoi(argv[4]), each = atoi(argv[5]);
    struct record *records = make_records(count);
    rd_kafka_t *producer = open_producer(argv[1]);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, argv[2], NULL);
    double begin = now();
    for (int i = 0; i < count; i++) {
        if (i % each == 0 && rd_kafka_begin_transaction(producer)) {
            fail("cannot begin a transaction");
        }
        send_record(producer, topic, i % 8 % partitions, 1704067260000LL + i / 8 * 60000LL,
                    &records[i]);
        if (i % 1000 == 0) {
            rd_kafka_poll(producer, 0);
        }
        if (i % each == each - 1 || i == count - 1) {
            rd_kafka_error_t *error = rd_kafka_commit_transaction(producer, -1);
            if (error) {
                fail(rd_kafka_error_string(error));
            }
        }
    }
    printf("%d %.3f\n", count, now() - begin);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    free(records);
    return 0;
}
