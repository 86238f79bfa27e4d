/* The client of raw_fetch without Kafka, for bare_loop: sends a request of a Fetch's size and
 * throws the answer away.
 *
 *     raw_client ADDRESS REQUESTS
 *
 * A line of JSON as of raw_fetch: requests, bytes, seconds. */
#include "wire.h"

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: raw_client ADDRESS REQUESTS\n");
        return 2;
    }
    int fd = wire_connect(argv[1]);
    int64_t offset = 0, bytes = 0;
    struct wire_message request;
    wire_fetch(&request, "candles", &offset, 1, 500, 1 << 20);
    int64_t begin = wire_now_ns();
    for (long left = atol(argv[2]); left > 0; left--) {
        wire_send(fd, &request);
        size_t size = wire_receive_length(fd);
        wire_receive(fd, NULL, size);
        bytes += (int64_t)size + 4;
    }
    printf("{\"requests\":%ld,\"bytes\":%lld,\"seconds\":%.6f}\n", atol(argv[2]), (long long)bytes,
           (double)(wire_now_ns() - begin) / 1e9);
    return 0;
}
