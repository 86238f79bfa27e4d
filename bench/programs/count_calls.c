/* Counts what a process asks of the allocator and of the kernel's input and output, for LD_PRELOAD:
 *
 *     HC_COUNT_FILE=FILE LD_PRELOAD=count_calls.so PROGRAM
 *
 * FILE holds one 64-bit counter for each of the names in COUNTED, in that order, and can be read at
 * any time. Only calls through the C library are seen. All the counters are of the whole process.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <unistd.h>

enum counted { ALLOCATIONS, READS, WRITES, EPOLL_WAITS, EPOLL_CONTROLS, TIMER_SETTINGS, COUNTED };

static _Atomic uint64_t spare[COUNTED];
static _Atomic uint64_t *counters = spare;

static void count(enum counted what)
{
    atomic_fetch_add_explicit(&counters[what], 1, memory_order_relaxed);
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("HC_COUNT_FILE");
    int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd < 0 || ftruncate(fd, sizeof spare) != 0) {
        return;
    }
    void *shared = mmap(NULL, sizeof spare, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (shared != MAP_FAILED) {
        counters = shared;
    }
}

/* The allocator's own entry points: looking the real one up with dlsym may itself allocate. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
    count(ALLOCATIONS);
    return __libc_malloc(size);
}

void *calloc(size_t elements, size_t size)
{
    count(ALLOCATIONS);
    return __libc_calloc(elements, size);
}

void *realloc(void *memory, size_t size)
{
    count(ALLOCATIONS);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    count(ALLOCATIONS);
    return __libc_memalign(alignment, size);
}

/* The real function of that name, looked up once; it has the type of the one that calls. */
#define REAL(result, name, ...)                                                                    \
    static result (*real)(__VA_ARGS__);                                                            \
    if (!real) {                                                                                   \
        *(void **)&real = dlsym(RTLD_NEXT, name);                                                  \
    }

ssize_t read(int fd, void *into, size_t size)
{
    REAL(ssize_t, "read", int, void *, size_t)
    count(READS);
    return real(fd, into, size);
}

ssize_t recv(int fd, void *into, size_t size, int flags)
{
    REAL(ssize_t, "recv", int, void *, size_t, int)
    count(READS);
    return real(fd, into, size, flags);
}

ssize_t write(int fd, const void *from, size_t size)
{
    REAL(ssize_t, "write", int, const void *, size_t)
    count(WRITES);
    return real(fd, from, size);
}

ssize_t writev(int fd, const struct iovec *parts, int number)
{
    REAL(ssize_t, "writev", int, const struct iovec *, int)
    count(WRITES);
    return real(fd, parts, number);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(ssize_t, "sendmsg", int, const struct msghdr *, int)
    count(WRITES);
    return real(fd, message, flags);
}

int epoll_wait(int fd, struct epoll_event *events, int max, int timeout)
{
    REAL(int, "epoll_wait", int, struct epoll_event *, int, int)
    count(EPOLL_WAITS);
    return real(fd, events, max, timeout);
}

int epoll_pwait(int fd, struct epoll_event *events, int max, int timeout, const sigset_t *mask)
{
    REAL(int, "epoll_pwait", int, struct epoll_event *, int, int, const sigset_t *)
    count(EPOLL_WAITS);
    return real(fd, events, max, timeout, mask);
}

int epoll_ctl(int fd, int what, int other, struct epoll_event *event)
{
    REAL(int, "epoll_ctl", int, int, int, struct epoll_event *)
    count(EPOLL_CONTROLS);
    return real(fd, what, other, event);
}

int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *before)
{
    REAL(int, "timerfd_settime", int, int, const struct itimerspec *, struct itimerspec *)
    count(TIMER_SETTINGS);
    return real(fd, flags, value, before);
}
