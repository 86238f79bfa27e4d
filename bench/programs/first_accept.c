/* Starts a server and measures until it accepts, and until it has answered ApiVersions:
 *
 *     first_accept HOST:PORT COMMAND...
 *
 * A line of JSON: accept_ms and answer_ms, from before the fork. The server is ended with SIGTERM.
 */
#include "wire.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

enum { PATIENCE_S = 60 };

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: first_accept HOST:PORT COMMAND...\n");
        return 2;
    }
    int64_t begin = wire_now_ns();
    pid_t server = fork();
    if (server == 0) {
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 1);
        dup2(nothing, 2);
        execvp(argv[2], argv + 2);
        _exit(127);
    }
    int fd;
    while ((fd = wire_try_connect(argv[1])) < 0) {
        if (waitpid(server, NULL, WNOHANG) != 0 ||
            wire_now_ns() - begin > PATIENCE_S * 1000000000ll) {
            errno = 0;
            wire_fail("server");
        }
        struct timespec pause = {0, 50000};
        nanosleep(&pause, NULL);
    }
    int64_t accepted = wire_now_ns();
    struct wire_message request;
    wire_begin(&request, 18, 0);
    wire_end(&request);
    wire_send(fd, &request);
    wire_receive(fd, NULL, wire_receive_length(fd));
    printf("{\"accept_ms\":%.3f,\"answer_ms\":%.3f}\n", (double)(accepted - begin) / 1e6,
           (double)(wire_now_ns() - begin) / 1e6);
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
    return 0;
}
