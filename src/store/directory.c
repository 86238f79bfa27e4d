#include "store/directory.h"

#include "store/file.h"
#include "store/segment.h"

#include <unistd.h>

struct sweep {
    int64_t keep;
    int64_t last;
};

static void sweep_name(void *context, int directory_fd, const char *name)
{
    struct sweep *sweep = context;
    int64_t build;
    if (strcmp(name, HC_MANIFEST_NAME ".tmp") == 0) {
        (void)unlinkat(directory_fd, name, 0);
    } else if (hc_segment_name_parse(name, &build)) {
        sweep->last = HC_MAX(sweep->last, build);
        if (build != sweep->keep) {
            (void)unlinkat(directory_fd, name, 0);
        }
    }
}

enum hc_status hc_directory_sweep(int directory_fd, const char *directory, int64_t build,
                                  int64_t *ret_last, struct hc_error *error)
{
    struct sweep sweep = {.keep = build};
    enum hc_status status = hc_file_each(directory_fd, directory, sweep_name, &sweep, error);
    if (status == HC_OK && ret_last) {
        *ret_last = sweep.last;
    }
    return status;
}
