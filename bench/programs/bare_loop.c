/* The least that a server of stored batches can do: it maps FILE and answers every framed request,
 * whatever it says, with ANSWER-BYTES of it by writev, one answer after the other through the file.
 *
 *     bare_loop FILE ANSWER-BYTES
 *
 * Prints its address, serves until standard input ends. One connection at a time. */
#include "wire.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

enum { HEAD_BYTES = 64, PARTS_MAX = 256 };

static const unsigned char *mapped;
static size_t mapped_size, answer_size, position;

static void write_all(int fd, struct iovec *parts, int count)
{
    while (count > 0) {
        ssize_t sent = writev(fd, parts, count);
        if (sent < 0) {
            wire_fail("writev");
        }
        for (; count > 0 && (size_t)sent >= parts->iov_len; parts++, count--) {
            sent -= (ssize_t)parts->iov_len;
        }
        if (count > 0) {
            parts->iov_base = (char *)parts->iov_base + sent;
            parts->iov_len -= (size_t)sent;
        }
    }
}

/* A head, then bytes of the file from where the last answer ended, around its end as often as
 * needed. */
static void answer(int fd)
{
    struct wire_message length = {.size = 0};
    wire_put_int(&length, (int64_t)answer_size - 4, 4);
    unsigned char head[HEAD_BYTES] = {0};
    memcpy(head, length.bytes, 4);
    struct iovec parts[PARTS_MAX] = {{head, sizeof head}};
    int count = 1;
    for (size_t left = answer_size - sizeof head; left > 0 && count < PARTS_MAX; count++) {
        size_t size = left < mapped_size - position ? left : mapped_size - position;
        parts[count] = (struct iovec){(void *)(uintptr_t)(mapped + position), size};
        position = (position + size) % mapped_size;
        left -= size;
    }
    write_all(fd, parts, count);
}

/* Requests are smaller than the buffer and come one at a time. */
static void serve(int fd)
{
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    unsigned char request[65536];
    size_t have = 0;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    for (;;) {
        if (epoll_wait(epoll, &event, 1, -1) < 0) {
            break;
        }
        ssize_t got = read(fd, request + have, sizeof request - have);
        if (got <= 0) {
            break;
        }
        have += (size_t)got;
        if (have >= 4 && have >= 4 + (size_t)wire_int(request, 4)) {
            have = 0;
            answer(fd);
        }
    }
    close(epoll);
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc != 3 || atoll(argv[2]) < 128) {
        fprintf(stderr, "usage: bare_loop FILE ANSWER-BYTES\n");
        return 2;
    }
    answer_size = (size_t)atoll(argv[2]);
    int file = open(argv[1], O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (file < 0 || fstat(file, &about) != 0) {
        wire_fail(argv[1]);
    }
    mapped_size = (size_t)about.st_size;
    mapped = mmap(NULL, mapped_size, PROT_READ, MAP_SHARED, file, 0);
    if (mapped == MAP_FAILED || answer_size / mapped_size + 3 > PARTS_MAX) {
        wire_fail("mmap");
    }
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (bind(listener, (struct sockaddr *)&at, size) != 0 || listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0) {
        wire_fail("listen");
    }
    printf("127.0.0.1:%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        struct pollfd wanted[2] = {{.fd = listener, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        if (poll(wanted, 2, -1) > 0 && wanted[1].revents) {
            return 0;
        }
        serve(accept(listener, NULL, NULL));
    }
}
