#include "net/internal.h"

#include "base/timetext.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

static void from_sockaddr(const struct sockaddr_storage *from, struct hc_address *ret)
{
    if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)from;
        uv_ip6_name(in6, ret->host, sizeof ret->host);
        ret->port = ntohs(in6->sin6_port);
    } else {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
        uv_ip4_name(in, ret->host, sizeof ret->host);
        ret->port = ntohs(in->sin_port);
    }
}

void hc_address_of_peer(const uv_tcp_t *tcp, struct hc_address *ret)
{
    struct sockaddr_storage name = {0};
    int size = sizeof name;
    if (uv_tcp_getpeername(tcp, (struct sockaddr *)&name, &size) == 0) {
        from_sockaddr(&name, ret);
    }
}

void hc_address_of_socket(const uv_tcp_t *tcp, struct hc_address *ret)
{
    struct sockaddr_storage name = {0};
    int size = sizeof name;
    if (uv_tcp_getsockname(tcp, (struct sockaddr *)&name, &size) == 0) {
        from_sockaddr(&name, ret);
    }
}

/* Literals are the usual case and need no resolver, whose libraries cost milliseconds to load. */
enum hc_status hc_address_resolve(const struct hc_address *address, struct sockaddr_storage *ret,
                                  struct hc_error *error)
{
    memset(ret, 0, sizeof *ret);
    const char *host = strcmp(address->host, "localhost") == 0 ? "127.0.0.1" : address->host;
    if (uv_ip4_addr(host, address->port, (struct sockaddr_in *)(void *)ret) == 0 ||
        uv_ip6_addr(host, address->port, (struct sockaddr_in6 *)(void *)ret) == 0) {
        return HC_OK;
    }
    struct addrinfo hints = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    char port[8];
    snprintf(port, sizeof port, "%u", address->port);
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed) {
        return hc_error_set(error, HC_NOT_FOUND, "cannot resolve the address %s: %s", host,
                            gai_strerror(failed));
    }
    memcpy(ret, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return HC_OK;
}

enum hc_status hc_address_parse(struct hc_slice text, struct hc_address *ret,
                                struct hc_error *error)
{
    const char *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;
    int64_t port = -1;
    struct hc_slice host = HC_SLICE_NULL;
    if (colon) {
        size_t before = (size_t)(colon - text.data);
        host = hc_slice_of(text.data, before);
        hc_parse_i64(hc_slice_of(colon + 1, text.size - before - 1), &port);
    }
    if (host.size >= 2 && host.data[0] == '[' && host.data[host.size - 1] == ']') {
        host = hc_slice_of(host.data + 1, host.size - 2);
    }
    if (host.size == 0 || host.size >= HC_HOST_BYTES || port < 0 || port > UINT16_MAX) {
        return hc_error_set(error, HC_USAGE,
                            "\"" HC_SLICE_FMT "\" is not an address; it takes the form HOST:PORT, "
                            "e.g. 127.0.0.1:9092 (port 0: any free one)",
                            HC_SLICE_ARG(text));
    }
    hc_slice_to_str(host, ret->host, sizeof ret->host);
    ret->port = (uint16_t)port;
    return HC_OK;
}

char *hc_address_text(const struct hc_address *address, char out[HC_ADDRESS_BYTES])
{
    const char *form = strchr(address->host, ':') ? "[%s]:%u" : "%s:%u";
    _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wformat-nonliteral\"");
    snprintf(out, HC_ADDRESS_BYTES, form, address->host, address->port);
    _Pragma("GCC diagnostic pop");
    return out;
}

bool hc_address_is_loopback(const struct hc_address *address)
{
    return strncmp(address->host, "127.", 4) == 0 || strcmp(address->host, "::1") == 0 ||
           strcmp(address->host, "localhost") == 0;
}
