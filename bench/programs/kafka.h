/* What the programs with librdkafka share. Settings are given as KEY=VALUE arguments. */
#ifndef HC_BENCH_KAFKA_H
#define HC_BENCH_KAFKA_H

#include <librdkafka/rdkafka.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static inline void kafka_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static inline void kafka_check(rd_kafka_resp_err_t error, const char *what)
{
    if (error) {
        kafka_fail(what, rd_kafka_err2str(error));
    }
}

static inline double kafka_clock_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static inline void kafka_set(rd_kafka_conf_t *conf, const char *key, const char *value)
{
    char error[256];
    if (rd_kafka_conf_set(conf, key, value, error, sizeof error) != RD_KAFKA_CONF_OK) {
        kafka_fail(key, error);
    }
}

static inline void kafka_set_all(rd_kafka_conf_t *conf, int count, char **settings)
{
    for (int i = 0; i < count; i++) {
        char key[128] = {0};
        const char *equals = strchr(settings[i], '=');
        if (!equals || (size_t)(equals - settings[i]) >= sizeof key) {
            kafka_fail(settings[i], "not KEY=VALUE");
        }
        memcpy(key, settings[i], (size_t)(equals - settings[i]));
        kafka_set(conf, key, equals + 1);
    }
}

static inline rd_kafka_t *kafka_new(rd_kafka_type_t type, rd_kafka_conf_t *conf)
{
    char error[256];
    rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
    if (!client) {
        kafka_fail("client", error);
    }
    return client;
}

/* Partitions `first`, `first + step`, ... below `count` from `offset`. */
static inline void kafka_assign(rd_kafka_t *consumer, const char *topic, int first, int step,
                                int count, int64_t offset)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int i = first; i < count; i += step) {
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = offset;
    }
    kafka_check(rd_kafka_assign(consumer, list), "assign");
    rd_kafka_topic_partition_list_destroy(list);
}

#endif
