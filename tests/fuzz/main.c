/* Runs a fuzz target over files: fuzz_NAME DIRECTORY...
 *
 * Each file is an input, and so is what a few simple hands make of it: cut off behind every byte,
 * and changed in one place. Always the same inputs in the same order. Fails when a directory holds
 * no file.
 */
#include "fuzz/fuzz.h"

#include "base/buffer.h"
#include "base/random.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { CUTS_MAX = 256, CHANGES = 256 };

/* On its own piece of the heap, so that a sanitizer sees a read behind the end. */
static void run(const char *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    HC_ASSERT(copy != NULL);
    memcpy(copy + 1, data, size);
    HC_ASSERT(LLVMFuzzerTestOneInput(copy + 1, size) == 0);
    free(copy);
}

static void run_variants(struct hc_buffer *input)
{
    struct hc_random random;
    hc_random_seed(&random, input->size);
    run(input->data, input->size);
    for (size_t i = 0; i < CUTS_MAX && i < input->size; i++)
        run(input->data, input->size <= CUTS_MAX ? i : hc_random_below(&random, input->size));
    for (size_t i = 0; i < CHANGES && input->size > 0; i++) {
        char *byte = &input->data[hc_random_below(&random, input->size)];
        char before = *byte;
        static const uint8_t extremes[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
        uint64_t kind = hc_random_below(&random, HC_COUNT(extremes) + 8);
        if (kind < HC_COUNT(extremes)) {
            *byte = (char)extremes[kind];
        } else {
            unsigned bit = 1U << (kind - HC_COUNT(extremes));
            *byte = (char)((unsigned char)before ^ bit);
        }
        run(input->data, input->size);
        *byte = before;
    }
}

static void read_file(const char *path, struct hc_buffer *out)
{
    FILE *file = fopen(path, "rb");
    HC_ASSERT(file != NULL);
    hc_buffer_clear(out);
    for (size_t got = 1; got > 0;) {
        got = fread(hc_buffer_reserve(out, 4096), 1, 4096, file);
        out->size += got;
    }
    (void)fclose(file);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int run_directory(const char *path)
{
    struct dirent **entries;
    struct hc_buffer name = {0};
    struct hc_buffer input = {0};
    int count = scandir(path, &entries, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        hc_buffer_clear(&name);
        hc_buffer_printf(&name, "%s/%s", path, entries[i]->d_name);
        read_file(hc_buffer_str(&name), &input);
        run_variants(&input);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    hc_buffer_done(&input);
    hc_buffer_done(&name);
    return count;
}

int main(int argc, char **argv)
{
    int status = argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
    for (int i = 1; i < argc; i++) {
        int count = run_directory(argv[i]);
        printf("%s: %d files\n", argv[i], count);
        if (count <= 0)
            status = EXIT_FAILURE;
    }
    return status;
}
