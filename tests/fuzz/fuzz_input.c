/* Data files: the input is a file, plain or compressed or an archive, read line by line. */
#include "fuzz/fuzz.h"

#include "source/lines.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { LINES_MAX = 100000, MEMBERS_MAX = 4 };

static char path[64];

static void remove_file(void)
{
    (void)unlink(path);
}

/* One file a process, written anew for each input; in memory where the system offers that. */
static void write_file(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0) {
        const char *folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        (void)snprintf(path, sizeof path, "%s/hindcast-fuzz-XXXXXX", folder);
        fd = mkstemp(path);
        HC_ASSERT(fd >= 0);
        HC_ASSERT(atexit(remove_file) == 0);
    }
    HC_ASSERT(ftruncate(fd, 0) == 0);
    HC_ASSERT(pwrite(fd, data, size, 0) == (ssize_t)size);
}

static void check_status(enum hc_status status, const struct hc_error *error)
{
    HC_ASSERT(status != HC_OK && status != HC_INTERNAL && status != HC_IO);
    HC_ASSERT(status == HC_END || (error->status == status && error->text[0] != '\0'));
}

static void check_line(const struct hc_line *line, uint64_t *number)
{
    HC_ASSERT(line->number > *number);
    *number = line->number;
    HC_ASSERT(line->refusal != NULL || line->text.size <= HC_LINE_BYTES_MAX);
    if (line->refusal != NULL)
        return;
    bool has_quote = line->text.size > 0 && memchr(line->text.data, '"', line->text.size) != NULL;
    HC_ASSERT(line->quoted || !has_quote);
}

static void read_lines(struct hc_slice member)
{
    struct hc_error error = {0};
    struct hc_input *input;
    struct hc_lines lines;
    struct hc_line line;
    uint64_t number = 0;
    enum hc_status status = hc_input_open(path, member, NULL, &input, &error);
    if (status != HC_OK) {
        check_status(status, &error);
        return;
    }
    hc_lines_init(&lines, input);
    for (int i = 0; i < LINES_MAX && status == HC_OK; i++) {
        status = hc_lines_next(&lines, &line, &error);
        if (status == HC_OK)
            check_line(&line, &number);
        else
            check_status(status, &error);
    }
    hc_lines_done(&lines);
    hc_input_close(input);
}

static void read_members(void)
{
    static struct hc_arena arena;
    struct hc_slice_list members = {0};
    struct hc_error error = {0};
    hc_arena_init(&arena, 0);
    enum hc_status status = hc_zip_members(path, &arena, &members, &error);
    if (status != HC_OK)
        check_status(status, &error);
    for (size_t i = 0; status == HC_OK && i < HC_MIN(members.count, (size_t)MEMBERS_MAX); i++)
        read_lines(members.items[i]);
    hc_arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    write_file(data, size);
    if (size >= 2 && memcmp(data, "PK", 2) == 0)
        read_members();
    else
        read_lines(HC_SLICE_NULL);
    return 0;
}
