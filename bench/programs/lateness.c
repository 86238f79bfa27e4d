/* How late records reach fetches that waited for them:
 *
 *     lateness BOOTSTRAP TOPIC WAITERS SPEED SECONDS
 *
 * WAITERS connections wait at the end of partition 0, each asking again at once. A record of
 * timestamp T should come at A + T / SPEED, where A is not known: the earliest arrival of the run
 * says it, so a lateness that all have in common is not seen here (the server's own histogram has
 * it). A line of JSON: waves, samples, and in microseconds the median and the 99th percentile. The
 * first waves, while everybody connects, are left out. */
#include "wire.h"

#include <sys/epoll.h>

enum { WAITERS_MAX = 4096, ANSWER_BYTES_MAX = 1 << 20, WAVES_SKIPPED = 10 };

struct waiter {
    int fd;
    int64_t offset;
};

struct sample {
    int64_t arrived_ns;
    int64_t timestamp_ms;
};

static struct waiter waiters[WAITERS_MAX];
static struct sample *samples;
static size_t sample_count, sample_room;

static void ask(const struct waiter *waiter, const char *topic)
{
    struct wire_message request;
    wire_fetch(&request, topic, &waiter->offset, 1, 20000, 1 << 20);
    wire_send(waiter->fd, &request);
}

/* One topic of a name of `name` bytes and one partition: where the last batch says its time and
 * offset. */
static void take(struct waiter *waiter, size_t name)
{
    static unsigned char answer[ANSWER_BYTES_MAX];
    size_t size = wire_receive_length(waiter->fd);
    if (size > sizeof answer) {
        wire_fail("answer");
    }
    wire_receive(waiter->fd, answer, size);
    int64_t now = wire_now_ns();
    const unsigned char *at = answer + 18 + 2 + name + 4;
    int64_t error = wire_int(at + 4, 2), aborted = wire_int(at + 30, 4);
    at += 34 + (aborted > 0 ? 16 * aborted : 0) + 4;
    int64_t left = wire_int(at, 4), timestamp = -1;
    for (at += 4; error == 0 && left >= 61;) {
        int64_t batch = 12 + wire_int(at + 8, 4);
        waiter->offset = wire_int(at, 8) + wire_int(at + 23, 4) + 1;
        timestamp = wire_int(at + 35, 8);
        at += batch;
        left -= batch;
    }
    if (timestamp < 0) {
        return;
    }
    if (sample_count == sample_room) {
        sample_room = sample_room ? 2 * sample_room : 4096;
        samples = realloc(samples, sample_room * sizeof *samples);
    }
    samples[sample_count++] = (struct sample){now, timestamp};
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

static void report(double speed)
{
    int64_t waves = 0, latest = 0;
    double *late = calloc(sample_count + 1, sizeof *late);
    size_t count = 0;
    for (size_t i = 0; i < sample_count; i++) {
        if (samples[i].timestamp_ms > latest) {
            latest = samples[i].timestamp_ms;
            waves++;
        }
        if (waves > WAVES_SKIPPED) {
            late[count++] =
                (double)samples[i].arrived_ns / 1e3 -
                (double)(samples[i].timestamp_ms - samples[0].timestamp_ms) * 1e3 / speed;
        }
    }
    if (count == 0) {
        errno = 0;
        wire_fail("too few records");
    }
    qsort(late, count, sizeof *late, compare);
    printf("{\"waves\":%lld,\"samples\":%zu,\"median_us\":%.1f,\"p99_us\":%.1f}\n",
           (long long)waves, count, late[count / 2] - late[0],
           late[count - 1 - count / 100] - late[0]);
}

int main(int argc, char **argv)
{
    int count = argc == 6 ? atoi(argv[3]) : 0;
    if (count < 1 || count > WAITERS_MAX) {
        fprintf(stderr, "usage: lateness BOOTSTRAP TOPIC WAITERS SPEED SECONDS\n");
        return 2;
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < count; i++) {
        waiters[i].fd = wire_connect(argv[1]);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &waiters[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, waiters[i].fd, &event);
    }
    for (int i = 0; i < count; i++) {
        ask(&waiters[i], argv[2]);
    }
    int64_t until = wire_now_ns() + (int64_t)(atof(argv[5]) * 1e9);
    for (int64_t left; (left = until - wire_now_ns()) > 0;) {
        struct epoll_event events[256];
        int ready = epoll_wait(epoll, events, 256, (int)(left / 1000000 + 1));
        for (int i = 0; i < ready; i++) {
            take(events[i].data.ptr, strlen(argv[2]));
        }
        for (int i = 0; i < ready; i++) {
            ask(events[i].data.ptr, argv[2]);
        }
    }
    report(atof(argv[4]));
    return 0;
}
