#include "net/process.h"

#include "base/memory.h"
#include "base/slice.h"
#include "net/internal.h"

#include <stdlib.h>
#include <unistd.h>

struct hc_process {
    uv_process_t process;
    void (*ended)(void *context, int status, int signal_number);
    void *context;
};

static void on_closed(uv_handle_t *handle)
{
    free(HC_CONTAINER(handle, struct hc_process, process));
}

static void on_ended(uv_process_t *handle, int64_t status, int signal_number)
{
    struct hc_process *process = HC_CONTAINER(handle, struct hc_process, process);
    process->ended(process->context, (int)status, signal_number);
    uv_close((uv_handle_t *)handle, on_closed);
}

/* The name of a NAME=VALUE is one of those that are added. */
static bool is_replaced(const char *entry, const char *const *more)
{
    size_t name = strcspn(entry, "=") + 1;
    for (; *more; more++) {
        if (strncmp(entry, *more, name) == 0) {
            return true;
        }
    }
    return false;
}

static char **make_environment(const char *const *more)
{
    size_t count = 0, kept = 0;
    while (environ[count]) {
        count++;
    }
    size_t added = 0;
    while (more[added]) {
        added++;
    }
    char **out = hc_alloc_array(count + added + 1, sizeof(char *));
    for (size_t i = 0; i < count; i++) {
        if (!is_replaced(environ[i], more)) {
            out[kept++] = environ[i];
        }
    }
    for (size_t i = 0; i < added; i++) {
        out[kept++] = (char *)(uintptr_t)more[i];
    }
    return out;
}

enum hc_status hc_process_start(struct hc_loop *loop, char *const *argv, const char *const *more,
                                void (*ended)(void *context, int status, int signal_number),
                                void *context, struct hc_process **ret, struct hc_error *error)
{
    struct hc_process *process = hc_alloc(sizeof *process);
    process->ended = ended;
    process->context = context;
    uv_stdio_container_t streams[3];
    for (int i = 0; i < 3; i++) {
        streams[i] = (uv_stdio_container_t){.flags = UV_INHERIT_FD, .data.fd = i};
    }
    char **environment = make_environment(more);
    uv_process_options_t options = {
        .exit_cb = on_ended,
        .file = argv[0],
        .args = (char **)(uintptr_t)argv,
        .env = environment,
        .stdio_count = 3,
        .stdio = streams,
    };
    int code = uv_spawn(&loop->uv, &process->process, &options);
    free(environment);
    if (code != 0) {
        uv_close((uv_handle_t *)&process->process, on_closed);
        return hc_error_errno(error, -code, "cannot start %s", argv[0]);
    }
    *ret = process;
    return HC_OK;
}

void hc_process_signal(struct hc_process *process, int signal_number)
{
    uv_process_kill(&process->process, signal_number);
}
