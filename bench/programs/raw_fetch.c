/* Fetches a topic from its start to its end, once to learn the requests and then again and again
 * throwing the bytes away in the kernel, so that the server is what is measured:
 *
 *     raw_fetch BOOTSTRAP TOPIC PARTITIONS ROUNDS [PARTITION-BYTES [REQUESTS]]
 *
 * With REQUESTS only so many requests of each round are sent. A line of JSON: rounds, requests,
 * records, bytes, seconds. Between the first pass and the rest it says "ready" on standard output
 * and waits for a line on standard input. */
#include "wire.h"

enum { PARTITIONS_MAX = 1024, BATCH_HEADER_BYTES = 61, WAIT_MS = 500 };

struct pass {
    struct wire_message *requests;
    size_t count;
    int64_t records;
    int64_t bytes;
};

static int64_t offsets[PARTITIONS_MAX], ends[PARTITIONS_MAX];

/* Where the records of one partition end: past its last whole batch. */
static int64_t offset_after(const unsigned char *records, int64_t size, int64_t before)
{
    while (size >= BATCH_HEADER_BYTES) {
        int64_t length = 12 + wire_int(records + 8, 4);
        if (length > size) {
            break;
        }
        before = wire_int(records, 8) + wire_int(records + 23, 4) + 1;
        records += length;
        size -= length;
    }
    return before;
}

/* Moves the offsets; returns how many records there were. */
static int64_t take_answer(const unsigned char *answer, size_t size)
{
    const unsigned char *at = answer + 4 + 4 + 2 + 4; /* correlation, throttle, error, session */
    if (wire_int(at, 4) == 0 || wire_int(answer + 8, 2) != 0) {
        wire_fail("fetch");
    }
    at += 4;
    at += 2 + wire_int(at, 2);
    int64_t partitions = wire_int(at, 4), records = 0;
    at += 4;
    for (int64_t i = 0; i < partitions; i++) {
        int64_t index = wire_int(at, 4), error = wire_int(at + 4, 2), end = wire_int(at + 6, 8);
        at += 4 + 2 + 8 + 8 + 8;
        int64_t aborted = wire_int(at, 4);
        at += 4 + (aborted > 0 ? aborted * 16 : 0) + 4;
        int64_t bytes = wire_int(at, 4);
        at += 4;
        if (error != 0 || index < 0 || index >= PARTITIONS_MAX) {
            errno = 0;
            wire_fail("partition");
        }
        int64_t after = bytes > 0 ? offset_after(at, bytes, offsets[index]) : offsets[index];
        records += after - offsets[index];
        offsets[index] = after;
        ends[index] = end;
        at += bytes > 0 ? bytes : 0;
    }
    if (at > answer + size) {
        wire_fail("answer");
    }
    return records;
}

static int at_end(int partitions)
{
    for (int i = 0; i < partitions; i++) {
        if (offsets[i] < ends[i]) {
            return 0;
        }
    }
    return 1;
}

static void learn(int fd, const char *topic, int partitions, int partition_bytes, struct pass *pass)
{
    size_t capacity = 0, room = 0;
    unsigned char *answer = NULL;
    do {
        struct wire_message request;
        wire_fetch(&request, topic, offsets, partitions, WAIT_MS, partition_bytes);
        wire_send(fd, &request);
        size_t size = wire_receive_length(fd);
        if (size > room) {
            room = size;
            answer = realloc(answer, room);
        }
        wire_receive(fd, answer, size);
        int64_t records = take_answer(answer, size);
        if (records == 0) {
            continue; /* not read from disk yet */
        }
        if (pass->count == capacity) {
            capacity = capacity ? 2 * capacity : 16;
            pass->requests = realloc(pass->requests, capacity * sizeof request);
        }
        pass->requests[pass->count++] = request;
        pass->records += records;
        pass->bytes += (int64_t)size + 4;
    } while (!at_end(partitions));
    free(answer);
}

int main(int argc, char **argv)
{
    if (argc < 5 || atoi(argv[3]) < 1 || atoi(argv[3]) > PARTITIONS_MAX) {
        fprintf(
            stderr,
            "usage: raw_fetch BOOTSTRAP TOPIC PARTITIONS ROUNDS [PARTITION-BYTES [REQUESTS]]\n");
        return 2;
    }
    int partitions = atoi(argv[3]), rounds = atoi(argv[4]);
    int fd = wire_connect(argv[1]);
    struct pass pass = {0};
    learn(fd, argv[2], partitions, argc > 5 ? atoi(argv[5]) : 1 << 20, &pass);
    size_t count =
        argc > 6 && (size_t)atoi(argv[6]) < pass.count ? (size_t)atoi(argv[6]) : pass.count;
    printf("ready\n");
    fflush(stdout);
    if (getchar() == EOF) {
        return 1;
    }
    int64_t begin = wire_now_ns(), bytes = 0;
    for (int round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++) {
            wire_send(fd, &pass.requests[i]);
            size_t size = wire_receive_length(fd);
            wire_receive(fd, NULL, size);
            bytes += (int64_t)size + 4;
        }
    }
    double seconds = (double)(wire_now_ns() - begin) / 1e9;
    printf("{\"rounds\":%d,\"requests\":%zu,\"records\":%lld,\"bytes\":%lld,\"seconds\":%.6f,"
           "\"client_cpu\":%.6f}\n",
           rounds, count * (size_t)rounds,
           (long long)(pass.records * (count == pass.count ? rounds : 0)), (long long)bytes,
           seconds, (double)wire_cpu_ns() / 1e9);
    return 0;
}
