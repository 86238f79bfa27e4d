/* How late this machine wakes a process that waits for a timer, at the same moments as the broker
 * would:
 *
 *     timer_jitter PERIOD-MS SECONDS
 *
 * A line of JSON: samples, median and 99th percentile of the lateness in microseconds. */
#include "wire.h"

#include <poll.h>
#include <sys/timerfd.h>

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
    if (argc != 3 || atoi(argv[1]) < 1) {
        fprintf(stderr, "usage: timer_jitter PERIOD-MS SECONDS\n");
        return 2;
    }
    size_t count = (size_t)(atof(argv[2]) * 1e3 / atof(argv[1])) + 1;
    int64_t *late = calloc(count, sizeof *late), period = atoll(argv[1]) * 1000000;
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    int64_t due = wire_now_ns();
    for (size_t i = 0; i < count; i++) {
        due += period;
        struct itimerspec when = {.it_value = {due / 1000000000, due % 1000000000}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
        struct pollfd wanted = {.fd = timer, .events = POLLIN};
        poll(&wanted, 1, -1);
        late[i] = wire_now_ns() - due;
    }
    qsort(late, count, sizeof *late, compare);
    printf("{\"samples\":%zu,\"median_us\":%.1f,\"p99_us\":%.1f}\n", count,
           (double)late[count / 2] / 1e3, (double)late[count - 1 - count / 100] / 1e3);
    return 0;
}
