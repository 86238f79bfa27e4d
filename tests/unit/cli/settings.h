/* A plan from flags and a file, for the tests of this room. */
#ifndef HC_TEST_SETTINGS_H
#define HC_TEST_SETTINGS_H

#include "cli/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct settings {
    struct hc_arena arena;
    struct hc_plan plan;
    struct hc_error error;
    enum hc_status status;
};

/* `file` is the text of a configuration file or NULL; flags end with NULL. */
static inline struct settings settings_plan(const char *file, const char *const *flags)
{
    struct settings settings = {0};
    const char *arguments[64];
    size_t count = 0;
    char path[] = "/tmp/hindcast-test-XXXXXX";
    if (file) {
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, file, strlen(file)), (ssize_t)strlen(file));
        close(fd);
        arguments[count++] = "--config";
        arguments[count++] = path;
    }
    for (; *flags; flags++) {
        arguments[count++] = *flags;
    }
    struct hc_config *config = NULL;
    struct hc_config_input input = {.arguments = arguments, .argument_count = count};
    enum hc_status status = hc_config_load(&input, &config, &settings.error);
    if (file) {
        unlink(path);
    }
    if (status != HC_OK) {
        fail_msg("%s", settings.error.text);
    }
    hc_arena_init(&settings.arena, 0);
    settings.status = hc_plan_make(config, &settings.arena, &settings.plan, &settings.error);
    hc_config_free(config);
    return settings;
}

static inline struct settings settings_good(const char *file, const char *const *flags)
{
    struct settings settings = settings_plan(file, flags);
    if (settings.status != HC_OK) {
        fail_msg("%s", settings.error.text);
    }
    return settings;
}

static inline void settings_bad(const char *file, const char *const *flags, const char *sentence)
{
    struct settings settings = settings_plan(file, flags);
    assert_int_equal(settings.status, HC_USAGE);
    if (!strstr(settings.error.text, sentence)) {
        fail_msg("\"%s\" does not say \"%s\"", settings.error.text, sentence);
    }
    hc_arena_done(&settings.arena);
}

static inline void settings_done(struct settings *settings)
{
    hc_arena_done(&settings->arena);
}

#define FLAGS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define NO_FLAGS   ((const char *const[]){NULL})

#endif
