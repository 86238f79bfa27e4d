/* What the files of the net room share; nobody else includes it. */
#ifndef HC_NET_INTERNAL_H
#define HC_NET_INTERNAL_H

#include "base/list.h"
#include "net/loop.h"
#include "net/stream.h"

#include <pthread.h>
#include <uv.h>

struct hc_loop {
    uint32_t magic;
    uv_loop_t uv;
    uv_poll_t timer;
    int timer_fd;
    int64_t armed_ns; /* HC_NEVER: disarmed */
    int64_t lateness_ns;
    uv_async_t async;
    uv_prepare_t prepare;
    struct hc_mailbox mailbox;
    pthread_mutex_t mail_lock;
    struct hc_job *mail_first;
    struct hc_job **mail_last;
    bool touched;
    struct hc_loop_driver drivers[HC_LOOP_DRIVERS];
    size_t driver_count;
    struct {
        uv_signal_t handle;
        void (*handler)(void *context, int signal);
        void *context;
    } signals[HC_LOOP_SIGNALS];
    size_t signal_count;
    struct hc_list streams;
    struct hc_list attention; /* streams to look at before the loop sleeps */
    size_t stream_count;
    char *read_buffer; /* one for all streams: input is copied out at once */
};

enum { HC_LOOP_MAGIC = 0x48434c50, HC_READ_BUFFER_BYTES = 64 * 1024 };

/* stream.c: serves every stream on the attention list. */
void hc_streams_attend(struct hc_loop *loop);

/* address.c */
void hc_address_of_peer(const uv_tcp_t *tcp, struct hc_address *ret);
void hc_address_of_socket(const uv_tcp_t *tcp, struct hc_address *ret);
enum hc_status hc_address_resolve(const struct hc_address *address, struct sockaddr_storage *ret,
                                  struct hc_error *error);

#endif
