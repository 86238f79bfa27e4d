/* Loading a configuration from texts, for the tests of this room. */
#ifndef HC_TEST_LAYERS_H
#define HC_TEST_LAYERS_H

#include "config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { LAYERS_MAX = 32 };

/* The file is written to a temporary one; "FILE" in `sentence` stands for its name. */
struct layers {
    const char *file; /* NULL: none */
    const char *environment[LAYERS_MAX];
    const char *flags[LAYERS_MAX];
};

static inline enum hc_status layers_load(const struct layers *layers, char path[64],
                                         struct hc_config **ret, struct hc_error *error)
{
    const char *arguments[LAYERS_MAX + 2];
    size_t count = 0;
    snprintf(path, 64, "/tmp/hindcast-test-XXXXXX");
    if (layers->file) {
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        size_t size = strlen(layers->file);
        assert_int_equal(write(fd, layers->file, size), (ssize_t)size);
        close(fd);
        arguments[count++] = "--config";
        arguments[count++] = path;
    }
    for (size_t i = 0; layers->flags[i]; i++) {
        arguments[count++] = layers->flags[i];
    }
    char *environment[LAYERS_MAX] = {0};
    for (size_t i = 0; layers->environment[i]; i++) {
        environment[i] = (char *)(uintptr_t)layers->environment[i];
    }
    struct hc_config_input input = {
        .arguments = arguments, .argument_count = count, .environment = environment};
    enum hc_status status = hc_config_load(&input, ret, error);
    if (layers->file) {
        unlink(path);
    }
    return status;
}

/* Own. */
static inline struct hc_config *layers_good(struct layers layers)
{
    char path[64];
    struct hc_config *config = NULL;
    struct hc_error error = {0};
    if (layers_load(&layers, path, &config, &error) != HC_OK) {
        fail_msg("%s", error.text);
    }
    return config;
}

/* The error begins with `begin` behind the file's name (where it begins with a colon) and says
 * `sentence`. */
static inline void layers_bad(struct layers layers, const char *begin, const char *sentence)
{
    char path[64], expected[256];
    struct hc_config *config = NULL;
    struct hc_error error = {0};
    assert_int_equal(layers_load(&layers, path, &config, &error), HC_USAGE);
    assert_null(config);
    snprintf(expected, sizeof expected, "%s%s", *begin == ':' ? path : "", begin);
    if (strncmp(error.text, expected, strlen(expected)) != 0 || !strstr(error.text, sentence)) {
        fail_msg("\"%s\" does not begin with \"%s\" and say \"%s\"", error.text, expected,
                 sentence);
    }
}

/* Value and origin of a setting; the file is called FILE. */
static inline void layers_setting(const struct hc_scope *scope, enum hc_key_id id,
                                  const char *value, const char *origin)
{
    const struct hc_setting *setting = hc_scope_get(scope, id);
    struct hc_buffer text = {0};
    char from[HC_ORIGIN_BYTES];
    assert_true(setting->value.set);
    hc_value_write(hc_key(id), &setting->value, &text);
    assert_string_equal(hc_buffer_str(&text), value);
    hc_origin_text(&setting->origin, from);
    if (setting->origin.kind == HC_ORIGIN_FILE) {
        assert_string_equal(strrchr(from, ':'), origin);
    } else {
        assert_string_equal(from, origin);
    }
    hc_buffer_done(&text);
}

#endif
