/* How late this machine wakes a process: an absolute timerfd, again and again.
 *
 *   jitter INTERVAL_US COUNT     prints {"p50","p99","max"} in microseconds
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int ascending(const void *one, const void *other)
{
    int64_t a = *(const int64_t *)one, b = *(const int64_t *)other;
    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    long interval = argc == 3 ? atol(argv[1]) * 1000 : 0, count = argc == 3 ? atol(argv[2]) : 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    int64_t *late = interval > 0 && count > 0 ? calloc((size_t)count, sizeof *late) : NULL;
    if (timer < 0 || !late) {
        fprintf(stderr, "usage: jitter INTERVAL_US COUNT\n");
        return 2;
    }
    int64_t due = now_ns();
    for (long i = 0; i < count; i++) {
        due += interval;
        struct itimerspec at = {
            .it_value = {.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000}};
        uint64_t times;
        if (timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL) != 0 ||
            read(timer, &times, sizeof times) != sizeof times) {
            perror("jitter");
            return 1;
        }
        late[i] = now_ns() - due;
    }
    qsort(late, (size_t)count, sizeof *late, ascending);
    printf("{\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n", (double)late[count / 2] / 1000,
           (double)late[count * 99 / 100] / 1000, (double)late[count - 1] / 1000);
    free(late);
    return 0;
}
