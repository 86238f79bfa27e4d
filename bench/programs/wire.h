/* A Kafka client of a few lines, for measuring: requests built by hand, answers looked at only as
 * far as needed. Any failure ends the program with a sentence. Numbers are big-endian. */
#ifndef HC_BENCH_WIRE_H
#define HC_BENCH_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct wire_message {
    unsigned char bytes[64 * 1024];
    size_t size;
};

static inline void wire_fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, errno ? strerror(errno) : "unexpected answer");
    exit(1);
}

static inline int64_t wire_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* The processor time of this process. */
static inline int64_t wire_cpu_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void wire_put(struct wire_message *message, const void *bytes, size_t size)
{
    if (size > sizeof message->bytes - message->size) {
        wire_fail("request too long");
    }
    memcpy(message->bytes + message->size, bytes, size);
    message->size += size;
}

static inline void wire_put_int(struct wire_message *message, int64_t value, size_t size)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)((uint64_t)value >> (8 * (size - 1 - i)));
    }
    wire_put(message, bytes, size);
}

static inline void wire_put_text(struct wire_message *message, const char *text)
{
    wire_put_int(message, (int64_t)strlen(text), 2);
    wire_put(message, text, strlen(text));
}

static inline int64_t wire_int(const unsigned char *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++) {
        value = value << 8 | bytes[i];
    }
    return size == 4 ? (int32_t)value : size == 2 ? (int16_t)value : (int64_t)value;
}

/* Request header of version 1; wire_end sets the length. */
static inline void wire_begin(struct wire_message *message, int api, int version)
{
    message->size = 0;
    wire_put_int(message, 0, 4);
    wire_put_int(message, api, 2);
    wire_put_int(message, version, 2);
    wire_put_int(message, 7, 4);
    wire_put_text(message, "bench");
}

static inline void wire_end(struct wire_message *message)
{
    size_t size = message->size;
    message->size = 0;
    wire_put_int(message, (int64_t)size - 4, 4);
    message->size = size;
}

/* "HOST:PORT" with a literal IPv4 host; -1 where nobody listens. */
static inline int wire_try_connect(const char *address)
{
    char host[64] = {0};
    const char *colon = strrchr(address, ':');
    if (!colon || (size_t)(colon - address) >= sizeof host) {
        wire_fail(address);
    }
    memcpy(host, address, (size_t)(colon - address));
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
    if (inet_pton(AF_INET, host, &to.sin_addr) != 1) {
        wire_fail(address);
    }
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0) {
        wire_fail("socket");
    }
    if (connect(fd, (const struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static inline int wire_connect(const char *address)
{
    int fd = wire_try_connect(address);
    if (fd < 0) {
        wire_fail(address);
    }
    return fd;
}

static inline void wire_send(int fd, const struct wire_message *message)
{
    for (size_t done = 0; done < message->size;) {
        ssize_t sent = send(fd, message->bytes + done, message->size - done, MSG_NOSIGNAL);
        if (sent <= 0) {
            wire_fail("send");
        }
        done += (size_t)sent;
    }
}

/* `into` NULL: the bytes are thrown away in the kernel. */
static inline void wire_receive(int fd, void *into, size_t size)
{
    while (size > 0) {
        ssize_t got = recv(fd, into, size, into ? MSG_WAITALL : MSG_TRUNC);
        if (got <= 0) {
            wire_fail("receive");
        }
        into = into ? (char *)into + got : NULL;
        size -= (size_t)got;
    }
}

/* The length of the next answer, whose four bytes are taken. */
static inline size_t wire_receive_length(int fd)
{
    unsigned char bytes[4];
    wire_receive(fd, bytes, sizeof bytes);
    int64_t length = wire_int(bytes, sizeof bytes);
    if (length < 4) {
        wire_fail("answer length");
    }
    return (size_t)length;
}

/* Fetch v11 without a session. `offsets[i]` of partition i. */
static inline void wire_fetch(struct wire_message *message, const char *topic,
                              const int64_t *offsets, int partitions, int wait_ms,
                              int partition_bytes)
{
    wire_begin(message, 1, 11);
    wire_put_int(message, -1, 4);
    wire_put_int(message, wait_ms, 4);
    wire_put_int(message, 1, 4);
    wire_put_int(message, 50 << 20, 4);
    wire_put_int(message, 0, 1);
    wire_put_int(message, 0, 4);
    wire_put_int(message, -1, 4);
    wire_put_int(message, 1, 4);
    wire_put_text(message, topic);
    wire_put_int(message, partitions, 4);
    for (int i = 0; i < partitions; i++) {
        wire_put_int(message, i, 4);
        wire_put_int(message, -1, 4);
        wire_put_int(message, offsets[i], 8);
        wire_put_int(message, -1, 8);
        wire_put_int(message, partition_bytes, 4);
    }
    wire_put_int(message, 0, 4);
    wire_put_text(message, "");
    wire_end(message);
}

#endif
