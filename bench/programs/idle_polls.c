/* Opens connections that each wait in a Fetch at the end of partition 0 and asks again whenever one
 * is answered:
 *
 *     idle_polls BOOTSTRAP TOPIC COUNT WAIT-MS SECONDS
 *
 * "waiting" on standard output once all of them wait; then it goes on for that many seconds. */
#include "wire.h"

#include <sys/epoll.h>

/* The end of partition 0, by ListOffsets v1. */
static int64_t find_end(int fd, const char *topic)
{
    struct wire_message request;
    wire_begin(&request, 2, 1);
    wire_put_int(&request, -1, 4);
    wire_put_int(&request, 1, 4);
    wire_put_text(&request, topic);
    wire_put_int(&request, 1, 4);
    wire_put_int(&request, 0, 4);
    wire_put_int(&request, -1, 8);
    wire_end(&request);
    wire_send(fd, &request);
    unsigned char answer[512];
    size_t size = wire_receive_length(fd);
    if (size > sizeof answer) {
        wire_fail("ListOffsets");
    }
    wire_receive(fd, answer, size);
    return wire_int(answer + size - 8, 8);
}

int main(int argc, char **argv)
{
    int count = argc == 6 ? atoi(argv[3]) : 0;
    if (count < 1) {
        fprintf(stderr, "usage: idle_polls BOOTSTRAP TOPIC COUNT WAIT-MS SECONDS\n");
        return 2;
    }
    int first = wire_connect(argv[1]);
    int64_t end = find_end(first, argv[2]);
    close(first);
    struct wire_message request;
    wire_fetch(&request, argv[2], &end, 1, atoi(argv[4]), 1 << 20);
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < count; i++) {
        int fd = wire_connect(argv[1]);
        struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
        if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
            wire_fail("epoll");
        }
        wire_send(fd, &request);
    }
    printf("waiting\n");
    fflush(stdout);
    int64_t until = wire_now_ns() + atoll(argv[5]) * 1000000000, answered = 0;
    for (int64_t left; (left = until - wire_now_ns()) > 0;) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, (int)(left / 1000000 + 1));
        for (int i = 0; i < ready; i++) {
            wire_receive(events[i].data.fd, NULL, wire_receive_length(events[i].data.fd));
            wire_send(events[i].data.fd, &request);
            answered++;
        }
    }
    printf("{\"answered\":%lld}\n", (long long)answered);
    return 0;
}
