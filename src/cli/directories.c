#include "cli/app.h"

#include "ingest/cache.h"

/* Puts the flag before what went wrong with its directory, which says what to change. */
static enum hc_status name_flag(enum hc_status status, const char *flag, struct hc_error *error)
{
    if (status != HC_OK) {
        hc_error_prefix(error, "%s", flag);
    }
    return status;
}

enum hc_status hc_app_open_directories(struct hc_app *app, struct hc_error *error)
{
    enum hc_status status = hc_cache_make(app->plan->cache_dir, error);
    if (status != HC_OK) {
        return name_flag(status, "--cache-dir", error);
    }
    if (!app->plan->data_dir) {
        hc_log(HC_LOG_INFO, "state-in-memory",
               "why=\"no --data-dir: committed offsets and the replay's position end with the "
               "process\"");
        return HC_OK;
    }
    struct hc_offsets_db_config config = {
        .directory = app->plan->data_dir,
        .executor = app->workers,
        .mailbox = hc_loop_mailbox(app->loop),
        .fatal = hc_app_storage_failed,
        .context = app,
    };
    return name_flag(hc_offsets_db_open(&config, &app->db, error), "--data-dir", error);
}
