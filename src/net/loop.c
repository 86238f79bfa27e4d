#include "net/internal.h"

#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * HC_NS_PER_S + now.tv_nsec;
}

struct hc_now hc_now_read(void)
{
    return (struct hc_now){.mono_ns = read_clock(CLOCK_MONOTONIC),
                           .wall_ms = read_clock(CLOCK_REALTIME) / HC_NS_PER_MS};
}

/* libuv's timers know milliseconds; releasing a record on time needs the kernel's nanoseconds. */
static void arm_timer(struct hc_loop *loop, int64_t wake_ns)
{
    /* A deadline that moves away with every request is left where it is: the timer then fires once
     * for nothing and is set to what comes next, which is cheaper than a system call a request. */
    if (wake_ns >= loop->armed_ns) {
        return;
    }
    loop->armed_ns = wake_ns;
    struct itimerspec when = {0};
    if (wake_ns != HC_NEVER) {
        int64_t at = HC_MAX(wake_ns, (int64_t)1);
        when.it_value.tv_sec = at / HC_NS_PER_S;
        when.it_value.tv_nsec = at % HC_NS_PER_S;
    }
    int failed = timerfd_settime(loop->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
    HC_ASSERT(failed == 0);
}

static int64_t next_wake(const struct hc_loop *loop)
{
    int64_t wake = HC_NEVER;
    for (size_t i = 0; i < loop->driver_count; i++) {
        wake = HC_MIN(wake, loop->drivers[i].next_wake_ns(loop->drivers[i].context));
    }
    return wake;
}

static void advance(struct hc_loop *loop)
{
    struct hc_now now = hc_now_read();
    for (size_t i = 0; i < loop->driver_count; i++) {
        loop->drivers[i].advance(loop->drivers[i].context, now);
    }
    loop->touched = true;
}

static void on_timer(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    struct hc_loop *loop = handle->data;
    HC_CHECK_MAGIC(loop, HC_LOOP_MAGIC);
    uint64_t expirations;
    ssize_t got = read(loop->timer_fd, &expirations, sizeof expirations);
    if (got != (ssize_t)sizeof expirations) {
        return; /* re-armed in the meantime */
    }
    loop->lateness_ns = read_clock(CLOCK_MONOTONIC) - loop->armed_ns;
    loop->armed_ns = HC_NEVER;
    advance(loop);
}

/* Runs before the loop sleeps: what was touched is served, then the timer is set to what comes
 * next. */
static void on_prepare(uv_prepare_t *handle)
{
    struct hc_loop *loop = handle->data;
    HC_CHECK_MAGIC(loop, HC_LOOP_MAGIC);
    for (int turns = 0; turns < 64; turns++) {
        hc_streams_attend(loop);
        int64_t wake = next_wake(loop);
        loop->touched = false;
        if (wake > read_clock(CLOCK_MONOTONIC)) {
            arm_timer(loop, wake);
            if (hc_list_empty(&loop->attention)) {
                return;
            }
        } else {
            advance(loop);
        }
    }
    /* More is due than fits a turn: let sockets be served first, and come back at once. */
    arm_timer(loop, 1);
}

static void run_mail(struct hc_loop *loop)
{
    pthread_mutex_lock(&loop->mail_lock);
    struct hc_job *job = loop->mail_first;
    loop->mail_first = NULL;
    loop->mail_last = &loop->mail_first;
    pthread_mutex_unlock(&loop->mail_lock);
    while (job) {
        struct hc_job *next = job->_next;
        job->run(job);
        job = next;
    }
    loop->touched = true;
}

static void on_async(uv_async_t *handle)
{
    struct hc_loop *loop = handle->data;
    HC_CHECK_MAGIC(loop, HC_LOOP_MAGIC);
    run_mail(loop);
}

static void post(struct hc_mailbox *mailbox, struct hc_job *job)
{
    struct hc_loop *loop = HC_CONTAINER(mailbox, struct hc_loop, mailbox);
    job->_next = NULL;
    pthread_mutex_lock(&loop->mail_lock);
    *loop->mail_last = job;
    loop->mail_last = &job->_next;
    pthread_mutex_unlock(&loop->mail_lock);
    uv_async_send(&loop->async);
}

/* Writing to a closed socket is an error of that socket, never of the process. A thread that blocks
 * the signal has seen to that, and leaves the process's setting alone. */
static void ignore_broken_pipes(void)
{
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    if (!sigismember(&blocked, SIGPIPE)) {
        signal(SIGPIPE, SIG_IGN);
    }
}

enum hc_status hc_loop_new(struct hc_loop **ret, struct hc_error *error)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0) {
        return hc_error_errno(error, errno, "cannot make a timer");
    }
    struct hc_loop *loop = hc_alloc(sizeof *loop);
    loop->magic = HC_LOOP_MAGIC;
    loop->timer_fd = fd;
    loop->armed_ns = HC_NEVER;
    loop->read_buffer = hc_alloc(HC_READ_BUFFER_BYTES);
    hc_list_init(&loop->streams);
    hc_list_init(&loop->attention);
    loop->mail_last = &loop->mail_first;
    pthread_mutex_init(&loop->mail_lock, NULL);
    loop->mailbox.post = post;
    int failed = uv_loop_init(&loop->uv);
    failed = failed ? failed : uv_poll_init(&loop->uv, &loop->timer, fd);
    failed = failed ? failed : uv_poll_start(&loop->timer, UV_READABLE, on_timer);
    failed = failed ? failed : uv_async_init(&loop->uv, &loop->async, on_async);
    failed = failed ? failed : uv_prepare_init(&loop->uv, &loop->prepare);
    failed = failed ? failed : uv_prepare_start(&loop->prepare, on_prepare);
    if (failed) {
        return hc_error_set(error, HC_IO, "cannot start the event loop: %s", uv_strerror(failed));
    }
    loop->timer.data = loop->async.data = loop->prepare.data = loop;
    ignore_broken_pipes();
    *ret = loop;
    return HC_OK;
}

void hc_loop_free(struct hc_loop *loop)
{
    if (!loop) {
        return;
    }
    uv_close((uv_handle_t *)&loop->timer, NULL);
    uv_close((uv_handle_t *)&loop->async, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    for (size_t i = 0; i < loop->signal_count; i++) {
        uv_close((uv_handle_t *)&loop->signals[i].handle, NULL);
    }
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    int failed = uv_loop_close(&loop->uv);
    HC_ASSERT(failed == 0 && loop->stream_count == 0);
    close(loop->timer_fd);
    pthread_mutex_destroy(&loop->mail_lock);
    free(loop->read_buffer);
    free(loop);
}

void hc_loop_run(struct hc_loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void hc_loop_settle(struct hc_loop *loop)
{
    bool sleeping = uv_is_active((uv_handle_t *)&loop->prepare);
    uv_prepare_stop(&loop->prepare);
    while (uv_run(&loop->uv, UV_RUN_NOWAIT) && loop->stream_count > 0) {
    }
    run_mail(loop);
    if (sleeping) {
        uv_prepare_start(&loop->prepare, on_prepare);
    }
}

void hc_loop_stop(struct hc_loop *loop)
{
    uv_stop(&loop->uv);
}

void hc_loop_drive(struct hc_loop *loop, struct hc_loop_driver driver)
{
    HC_ASSERT(loop->driver_count < HC_LOOP_DRIVERS);
    loop->drivers[loop->driver_count++] = driver;
}

void hc_loop_touch(struct hc_loop *loop)
{
    loop->touched = true;
}

struct hc_mailbox *hc_loop_mailbox(struct hc_loop *loop)
{
    return &loop->mailbox;
}

static void on_signal(uv_signal_t *handle, int signal)
{
    struct hc_loop *loop = handle->data;
    HC_CHECK_MAGIC(loop, HC_LOOP_MAGIC);
    for (size_t i = 0; i < loop->signal_count; i++) {
        if (&loop->signals[i].handle == handle) {
            loop->signals[i].handler(loop->signals[i].context, signal);
        }
    }
}

void hc_loop_on_signal(struct hc_loop *loop, int signal, void (*handler)(void *context, int signal),
                       void *context)
{
    HC_ASSERT(loop->signal_count < HC_LOOP_SIGNALS);
    size_t i = loop->signal_count++;
    loop->signals[i].handler = handler;
    loop->signals[i].context = context;
    int failed = uv_signal_init(&loop->uv, &loop->signals[i].handle);
    loop->signals[i].handle.data = loop;
    failed = failed ? failed : uv_signal_start(&loop->signals[i].handle, on_signal, signal);
    HC_ASSERT(failed == 0);
}

int64_t hc_loop_last_timer_lateness_ns(const struct hc_loop *loop)
{
    return loop->lateness_ns;
}
