#include "net/call.h"

#include "net/stream.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { ANSWER_BYTES_MAX = 64 << 20, PIECE = 16384 };

static enum hc_status fail(const struct hc_call *call, int code, struct hc_error *error)
{
    char address[HC_ADDRESS_BYTES];
    hc_address_text(&call->address, address);
    if (code == EAGAIN || code == EWOULDBLOCK || code == EINPROGRESS) {
        return hc_error_set(error, HC_AGAIN, "%s does not answer", address);
    }
    if (code == ECONNREFUSED) {
        return hc_error_set(error, HC_NOT_FOUND,
                            "nobody listens at %s; --http tells where hindcast serves HTTP",
                            address);
    }
    return hc_error_errno(error, code, "%s", address);
}

static enum hc_status open_socket(const struct hc_call *call, int *ret, struct hc_error *error)
{
    char port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    (void)snprintf(port, sizeof port, "%u", call->address.port);
    int code = getaddrinfo(call->address.host, port, &hints, &found);
    if (code != 0) {
        return hc_error_set(error, HC_NOT_FOUND, "%s: %s", call->address.host, gai_strerror(code));
    }
    struct timeval timeout = {.tv_sec = call->timeout_ns / HC_NS_PER_S,
                              .tv_usec = call->timeout_ns % HC_NS_PER_S / 1000};
    int fd = -1;
    for (struct addrinfo *at = found; at && fd < 0; at = at->ai_next) {
        fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
        if (fd >= 0 && connect(fd, at->ai_addr, at->ai_addrlen) != 0) {
            code = errno;
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    *ret = fd;
    return fd >= 0 ? HC_OK : fail(call, code, error);
}

static enum hc_status exchange(const struct hc_call *call, int fd, struct hc_buffer *answer,
                               struct hc_error *error)
{
    struct hc_buffer request = {0};
    char address[HC_ADDRESS_BYTES];
    hc_buffer_printf(&request,
                     "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %zu\r\n"
                     "Content-Type: application/json\r\n\r\n",
                     call->method, call->target, hc_address_text(&call->address, address),
                     call->body.size);
    hc_buffer_append_slice(&request, call->body);
    ssize_t moved = 1;
    for (size_t at = 0; at < request.size && moved > 0; at += (size_t)moved) {
        moved = send(fd, request.data + at, request.size - at, MSG_NOSIGNAL);
    }
    hc_buffer_done(&request);
    while (moved > 0 && answer->size < ANSWER_BYTES_MAX) {
        moved = recv(fd, hc_buffer_reserve(answer, PIECE), PIECE, 0);
        answer->size += moved > 0 ? (size_t)moved : 0;
    }
    return moved < 0 ? fail(call, errno, error) : HC_OK;
}

/* The server closes behind its answer, so the body ends where the bytes do. */
static enum hc_status split(struct hc_buffer *answer, int *ret_status, struct hc_error *error)
{
    const char *text = hc_buffer_str(answer);
    const char *end = strstr(text, "\r\n\r\n");
    if (!end || sscanf(text, "HTTP/1.1 %3d ", ret_status) != 1) {
        return hc_error_set(error, HC_INVALID, "what answers there does not speak HTTP/1.1");
    }
    hc_buffer_consume(answer, (size_t)(end - text) + 4);
    return HC_OK;
}

enum hc_status hc_call(const struct hc_call *call, int *ret_status, struct hc_buffer *ret_body,
                       struct hc_error *error)
{
    int fd = -1;
    hc_buffer_clear(ret_body);
    enum hc_status status = open_socket(call, &fd, error);
    if (status != HC_OK) {
        return status;
    }
    status = exchange(call, fd, ret_body, error);
    close(fd);
    return status == HC_OK ? split(ret_body, ret_status, error) : status;
}
