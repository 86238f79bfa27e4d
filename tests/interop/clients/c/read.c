/* Reads topics with the system's librdkafka. The command line is described in ../README.md. */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_MS = 10000 };

static const char *bootstrap, *topics, *mode, *from, *group, *count;
static rd_kafka_topic_partition_list_t *printed; /* positions after the last printed records */

static void parse(int argc, char **argv);
static rd_kafka_t *new_consumer(void);
static rd_kafka_topic_partition_list_t *all_partitions(rd_kafka_t *consumer);
static void set_start(rd_kafka_t *consumer, rd_kafka_topic_partition_list_t *partitions);
static void print_record(const rd_kafka_message_t *message);
static void check(rd_kafka_resp_err_t error, const char *what);
static void fail(const char *what, const char *why);

int main(int argc, char **argv)
{
    parse(argc, argv);
    rd_kafka_t *consumer = new_consumer();
    printed = rd_kafka_topic_partition_list_new(16);
    if (strcmp(mode, "assign") == 0) {
        rd_kafka_topic_partition_list_t *partitions = all_partitions(consumer);
        set_start(consumer, partitions);
        check(rd_kafka_assign(consumer, partitions), "assign");
        rd_kafka_topic_partition_list_destroy(partitions);
    } else {
        rd_kafka_topic_partition_list_t *names = rd_kafka_topic_partition_list_new(8);
        char *copy = strdup(topics);
        for (char *name = strtok(copy, ","); name; name = strtok(NULL, ","))
            rd_kafka_topic_partition_list_add(names, name, RD_KAFKA_PARTITION_UA);
        check(rd_kafka_subscribe(consumer, names), "subscribe");
        rd_kafka_topic_partition_list_destroy(names);
        free(copy);
    }
    for (long left = atol(count); left > 0;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 100);
        if (!message) {
            fflush(stdout);
            continue;
        }
        check(message->err, rd_kafka_message_errstr(message));
        print_record(message);
        rd_kafka_message_destroy(message);
        left--;
    }
    fflush(stdout);
    if (strcmp(mode, "group") == 0)
        check(rd_kafka_commit(consumer, printed, 0), "commit");
    check(rd_kafka_consumer_close(consumer), "close");
    rd_kafka_topic_partition_list_destroy(printed);
    rd_kafka_destroy(consumer);
    return 0;
}

static void parse(int argc, char **argv)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char **target = strcmp(argv[i], "--bootstrap") == 0 ? &bootstrap
                              : strcmp(argv[i], "--topics") == 0  ? &topics
                              : strcmp(argv[i], "--mode") == 0    ? &mode
                              : strcmp(argv[i], "--from") == 0    ? &from
                              : strcmp(argv[i], "--group") == 0   ? &group
                              : strcmp(argv[i], "--count") == 0   ? &count
                                                                  : NULL;
        if (!target)
            fail("unknown option", argv[i]);
        *target = argv[i + 1];
    }
    if (!bootstrap || !topics || !mode || !from || !group || !count)
        fail("usage", "see README.md");
}

/* In a group, the start is a reset policy or, by offset and by time, set when partitions come. */
static void on_rebalance(rd_kafka_t *consumer, rd_kafka_resp_err_t error,
                         rd_kafka_topic_partition_list_t *partitions, void *opaque)
{
    (void)opaque;
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        if (strchr(from, ':'))
            set_start(consumer, partitions);
        check(rd_kafka_assign(consumer, partitions), "assign");
    } else {
        check(rd_kafka_assign(consumer, NULL), "unassign");
    }
}

static rd_kafka_t *new_consumer(void)
{
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    const char *reset = strcmp(from, "end") == 0 ? "latest" : "earliest";
    if (rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap, error, sizeof error) ||
        rd_kafka_conf_set(conf, "group.id", group, error, sizeof error) ||
        rd_kafka_conf_set(conf, "auto.offset.reset", reset, error, sizeof error))
        fail("configuration", error);
    if (strcmp(mode, "group") == 0)
        rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_t *consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
    if (!consumer)
        fail("consumer", error);
    check(rd_kafka_poll_set_consumer(consumer), "poll_set_consumer");
    return consumer;
}

static rd_kafka_topic_partition_list_t *all_partitions(rd_kafka_t *consumer)
{
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new(16);
    char *copy = strdup(topics);
    for (char *name = strtok(copy, ","); name; name = strtok(NULL, ",")) {
        rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, name, NULL);
        const struct rd_kafka_metadata *metadata;
        check(rd_kafka_metadata(consumer, 0, topic, &metadata, WAIT_MS), "metadata");
        check(metadata->topics[0].err, "topic");
        for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
            rd_kafka_topic_partition_list_add(partitions, name,
                                              metadata->topics[0].partitions[i].id);
        rd_kafka_metadata_destroy(metadata);
        rd_kafka_topic_destroy(topic);
    }
    free(copy);
    return partitions;
}

static void set_start(rd_kafka_t *consumer, rd_kafka_topic_partition_list_t *partitions)
{
    const char *colon = strchr(from, ':');
    int64_t start = colon                      ? atoll(colon + 1)
                    : strcmp(from, "end") == 0 ? RD_KAFKA_OFFSET_END
                                               : RD_KAFKA_OFFSET_BEGINNING;
    for (int i = 0; i < partitions->cnt; i++)
        partitions->elems[i].offset = start;
    if (strncmp(from, "time:", 5) == 0)
        check(rd_kafka_offsets_for_times(consumer, partitions, WAIT_MS), "offsets_for_times");
}

static void print_base64(const unsigned char *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (!bytes)
        putchar('-');
    for (size_t i = 0; bytes && i < size; i += 3) {
        unsigned three = (unsigned)bytes[i] << 16;
        three |= i + 1 < size ? (unsigned)bytes[i + 1] << 8 : 0;
        three |= i + 2 < size ? bytes[i + 2] : 0;
        putchar(digits[three >> 18]);
        putchar(digits[three >> 12 & 63]);
        putchar(i + 1 < size ? digits[three >> 6 & 63] : '=');
        putchar(i + 2 < size ? digits[three & 63] : '=');
    }
}

static void print_record(const rd_kafka_message_t *message)
{
    const char *topic = rd_kafka_topic_name(message->rkt);
    rd_kafka_timestamp_type_t type;
    printf("%s\t%d\t%lld\t%lld\t", topic, (int)message->partition, (long long)message->offset,
           (long long)rd_kafka_message_timestamp(message, &type));
    print_base64(message->key, message->key_len);
    putchar('\t');
    print_base64(message->payload, message->len);
    putchar('\n');
    rd_kafka_topic_partition_t *place =
        rd_kafka_topic_partition_list_find(printed, topic, message->partition);
    if (!place)
        place = rd_kafka_topic_partition_list_add(printed, topic, message->partition);
    place->offset = message->offset + 1;
}

static void check(rd_kafka_resp_err_t error, const char *what)
{
    if (error)
        fail(what, rd_kafka_err2str(error));
}

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}
