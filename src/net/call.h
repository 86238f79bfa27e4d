/* One HTTP/1.1 request, blocking: for commands of the tool. No loop. */
#ifndef HC_NET_CALL_H
#define HC_NET_CALL_H

#include "base/buffer.h"
#include "broker/connection.h"

struct hc_call {
    struct hc_address address;
    const char *method;
    const char *target;   /* path and query, encoded */
    struct hc_slice body; /* JSON; empty: none */
    int64_t timeout_ns;   /* of each wait for the server */
};

/* HC_OK: the server has answered `*ret_status`, and `ret_body` holds the body. HC_NOT_FOUND: nobody
 * listens there. HC_AGAIN: no answer in time. HC_INVALID: no HTTP. HC_IO. */
HC_MUST_USE enum hc_status hc_call(const struct hc_call *call, int *ret_status,
                                   struct hc_buffer *ret_body, struct hc_error *error);

#endif
