/* Brokers in this process, by the public header: life, addresses, errors, what is left alone. */
#include "hindcast/hindcast.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { WAIT_MS = 60000 };

/* libuv closes descriptors by bare system calls, which the thread checker does not see: to it, a
 * descriptor that another broker's thread is given next is still the old one. */
const char *__tsan_default_suppressions(void);
const char *__tsan_default_suppressions(void)
{
    return "race:uv__platform_invalidate_fd\nrace:uv__accept\nrace:uv__socket\nrace:uv__epoll_"
           "init\n";
}

static char cache[64];

#define DEMO       "--source", "demo:?symbols=1&days=1", "--cache-dir", cache
#define START(...) start((const char *const[]){DEMO, __VA_ARGS__, NULL})

static struct hindcast *start(const char *const *flags)
{
    struct hindcast *broker = NULL;
    char error[HINDCAST_ERROR_BYTES] = "";
    if (hindcast_start(flags, &broker, error, sizeof error) != HINDCAST_OK) {
        fail_msg("%s", error);
    }
    return broker;
}

static void stop(struct hindcast *broker)
{
    char error[HINDCAST_ERROR_BYTES] = "not touched";
    assert_int_equal(hindcast_stop(broker, error, sizeof error), HINDCAST_OK);
    assert_string_equal(error, "");
}

static int connect_to(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    char host[64];
    unsigned port;
    assert_int_equal(sscanf(address, "%63[^:]:%u", host, &port), 2);
    assert_int_equal(inet_pton(AF_INET, host, &to.sin_addr), 1);
    to.sin_port = htons((uint16_t)port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

/* ApiVersions v0 is answered under its correlation id. */
static void assert_is_kafka(const char *address)
{
    static const uint8_t request[] = {0, 0, 0, 10, 0, 18, 0, 0, 1, 2, 3, 4, 0, 0};
    uint8_t answer[8];
    int fd = connect_to(address);
    assert_int_equal(write(fd, request, sizeof request), sizeof request);
    assert_int_equal(recv(fd, answer, sizeof answer, MSG_WAITALL), sizeof answer);
    assert_memory_equal(answer + 4, request + 8, 4);
    close(fd);
}

static void a_broker_serves_and_stops(void **state)
{
    (void)state;
    struct hindcast *broker = START("--speed", "max");
    assert_int_equal(hindcast_wait_ready(broker, WAIT_MS), HINDCAST_OK);
    assert_int_equal(hindcast_wait_ready(broker, 0), HINDCAST_OK);
    assert_int_equal(hindcast_wait_ended(broker, 0), HINDCAST_TIMED_OUT);
    assert_is_kafka(hindcast_bootstrap(broker));
    close(connect_to(hindcast_http(broker)));
    stop(broker);
    stop(START("--http", "off"));
    assert_int_equal(hindcast_stop(NULL, NULL, 0), HINDCAST_OK);
    assert_string_equal(hindcast_version(), HINDCAST_VERSION);
}

static void several_brokers_are_apart(void **state)
{
    (void)state;
    enum { COUNT = 4 };
    struct hindcast *brokers[COUNT];
    for (int i = 0; i < COUNT; i++) {
        brokers[i] = i % 2 ? START("--topic", "odd") : START("--http", "off");
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(hindcast_bootstrap(brokers[i]), hindcast_bootstrap(brokers[j]));
        }
    }
    stop(brokers[2]);
    assert_int_equal(hindcast_wait_ready(brokers[3], WAIT_MS), HINDCAST_OK);
    assert_null(hindcast_http(brokers[0]));
    assert_is_kafka(hindcast_bootstrap(brokers[0]));
    assert_is_kafka(hindcast_bootstrap(brokers[3]));
    stop(brokers[0]);
    stop(brokers[1]);
    stop(brokers[3]);
}

static int descriptors(void)
{
    int count = 0;
    DIR *open = opendir("/proc/self/fd");
    assert_non_null(open);
    while (readdir(open)) {
        count++;
    }
    closedir(open);
    return count;
}

/* Some are stopped while they still load; memory is looked at by the leak checker. */
static void fifty_lives_leave_nothing(void **state)
{
    (void)state;
    stop(START("--log-level", "error"));
    int before = descriptors();
    for (int i = 0; i < 50; i++) {
        struct hindcast *broker = START("--log-level", "error");
        if (i % 3 == 0) {
            assert_int_equal(hindcast_wait_ready(broker, WAIT_MS), HINDCAST_OK);
        }
        stop(broker);
    }
    assert_int_equal(descriptors(), before);
}

static void *stop_it(void *broker)
{
    stop(broker);
    return NULL;
}

static void another_thread_may_stop_it(void **state)
{
    (void)state;
    pthread_t thread;
    struct hindcast *broker = START("--start", "first-consumer");
    assert_int_equal(hindcast_wait_ready(broker, WAIT_MS), HINDCAST_OK);
    assert_int_equal(pthread_create(&thread, NULL, stop_it, broker), 0);
    pthread_join(thread, NULL);
}

static void fails(int status, const char *says, const char *const *flags)
{
    struct hindcast *broker = (struct hindcast *)(void *)cache;
    char error[HINDCAST_ERROR_BYTES] = "";
    assert_int_equal(hindcast_start(flags, &broker, error, sizeof error), status);
    assert_ptr_equal(broker, cache); /* untouched */
    if (!strstr(error, says)) {
        fail_msg("\"%s\" does not tell of \"%s\"", error, says);
    }
    assert_int_equal(hindcast_start(flags, &broker, NULL, 0), status);
}

#define FLAGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void failures_have_a_status_and_a_sentence(void **state)
{
    (void)state;
    fails(HINDCAST_USAGE, "--spede", FLAGS("--spede", "1"));
    fails(HINDCAST_USAGE, "/nonexistent.yaml", FLAGS("--config", "/nonexistent.yaml"));
    struct hindcast *broker = START("--http", "off");
    fails(HINDCAST_ADDRESS, hindcast_bootstrap(broker),
          FLAGS(DEMO, "--listen", hindcast_bootstrap(broker)));
    stop(broker);
}

/* What goes wrong later is told by whoever waits, and by the stop. */
static void a_source_that_fails_ends_the_broker(void **state)
{
    (void)state;
    char error[HINDCAST_ERROR_BYTES] = "";
    struct hindcast *broker = start(FLAGS("--source", "csv:/nonexistent", "--cache-dir", cache));
    assert_int_equal(hindcast_wait_ended(broker, WAIT_MS), HINDCAST_SOURCE);
    assert_int_equal(hindcast_wait_ready(broker, WAIT_MS), HINDCAST_SOURCE);
    assert_int_equal(hindcast_stop(broker, error, sizeof error), HINDCAST_SOURCE);
    assert_non_null(strstr(error, "/nonexistent"));
}

static void the_process_is_left_alone(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGUSR1, SIGUSR2};
    struct sigaction before[6], after;
    struct rlimit files_before, files_after;
    sigset_t mask_before, mask_after;
    int out[2], stdout_before = dup(STDOUT_FILENO);
    char printed;
    assert_int_equal(pipe(out), 0);
    fflush(stdout);
    dup2(out[1], STDOUT_FILENO);
    close(out[1]);
    getrlimit(RLIMIT_NOFILE, &files_before);
    pthread_sigmask(SIG_BLOCK, NULL, &mask_before);
    for (size_t i = 0; i < 6; i++) {
        sigaction(signals[i], NULL, &before[i]);
    }
    struct hindcast *broker = START("--speed", "max");
    int ready = hindcast_wait_ready(broker, WAIT_MS);
    fflush(stdout);
    dup2(stdout_before, STDOUT_FILENO);
    close(stdout_before);
    assert_int_equal(ready, HINDCAST_OK);
    assert_int_equal(read(out[0], &printed, 1), 0); /* nothing, and nobody holds the other end */
    close(out[0]);
    for (size_t i = 0; i < 6; i++) {
        sigaction(signals[i], NULL, &after);
        assert_true(before[i].sa_handler == after.sa_handler);
    }
    getrlimit(RLIMIT_NOFILE, &files_after);
    assert_int_equal(files_before.rlim_cur, files_after.rlim_cur);
    pthread_sigmask(SIG_BLOCK, NULL, &mask_after);
    for (int i = 1; i < SIGRTMAX; i++) {
        assert_int_equal(sigismember(&mask_before, i), sigismember(&mask_after, i));
    }
    stop(broker);
}

static int cache_make(void **state)
{
    (void)state;
    snprintf(cache, sizeof cache, "/tmp/hindcast-test-XXXXXX");
    return mkdtemp(cache) ? 0 : 1;
}

static int cache_remove(void **state)
{
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", cache);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broker_serves_and_stops),
        cmocka_unit_test(several_brokers_are_apart),
        cmocka_unit_test(fifty_lives_leave_nothing),
        cmocka_unit_test(another_thread_may_stop_it),
        cmocka_unit_test(failures_have_a_status_and_a_sentence),
        cmocka_unit_test(a_source_that_fails_ends_the_broker),
        cmocka_unit_test(the_process_is_left_alone),
    };
    return cmocka_run_group_tests(tests, cache_make, cache_remove);
}
