/* One question after the other on one connection:
 *
 *     lookups BOOTSTRAP TOPIC PARTITIONS times|offsets COUNT FROM-MS TO-MS
 *
 * times: ListOffsets v1, a time for every partition, another one in each request; offsets:
 * OffsetFetch v1 of every partition of a group without commits. A line of JSON: requests and
 * seconds. */
#include "wire.h"

static void ask_times(struct wire_message *request, const char *topic, int partitions, int64_t time)
{
    wire_begin(request, 2, 1);
    wire_put_int(request, -1, 4);
    wire_put_int(request, 1, 4);
    wire_put_text(request, topic);
    wire_put_int(request, partitions, 4);
    for (int i = 0; i < partitions; i++) {
        wire_put_int(request, i, 4);
        wire_put_int(request, time, 8);
    }
    wire_end(request);
}

static void ask_offsets(struct wire_message *request, const char *topic, int partitions)
{
    wire_begin(request, 9, 1);
    wire_put_text(request, "bench-lookups");
    wire_put_int(request, 1, 4);
    wire_put_text(request, topic);
    wire_put_int(request, partitions, 4);
    for (int i = 0; i < partitions; i++) {
        wire_put_int(request, i, 4);
    }
    wire_end(request);
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(stderr,
                "usage: lookups BOOTSTRAP TOPIC PARTITIONS times|offsets COUNT FROM-MS TO-MS\n");
        return 2;
    }
    int fd = wire_connect(argv[1]), partitions = atoi(argv[3]),
        times = strcmp(argv[4], "times") == 0;
    long count = atol(argv[5]);
    int64_t from = atoll(argv[6]), span = atoll(argv[7]) - from;
    uint64_t state = 88172645463325252u;
    int64_t begin = wire_now_ns();
    for (long i = 0; i < count; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        struct wire_message request;
        if (times) {
            ask_times(&request, argv[2], partitions,
                      from + (int64_t)((state >> 20) % (uint64_t)(span + 1)));
        } else {
            ask_offsets(&request, argv[2], partitions);
        }
        wire_send(fd, &request);
        wire_receive(fd, NULL, wire_receive_length(fd));
    }
    printf("{\"requests\":%ld,\"seconds\":%.6f}\n", count, (double)(wire_now_ns() - begin) / 1e9);
    return 0;
}
