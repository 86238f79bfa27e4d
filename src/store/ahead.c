#include "store/ahead.h"

#include "base/memory.h"

#include <stdlib.h>

enum { AHEAD_MAGIC = 0x48434148 };

struct hc_read_ahead {
    uint32_t magic;
    struct hc_executor *executor;
    struct hc_mailbox *mailbox;
    const struct hc_log *busy[HC_AHEAD_LOGS_MAX]; /* NULL: free */
    size_t users; /* the owner and the jobs under way: the last one frees */
};

struct ahead_job {
    struct hc_job job;
    struct hc_read_ahead *ahead;
    size_t slot;
};

struct hc_read_ahead *hc_read_ahead_new(struct hc_executor *executor, struct hc_mailbox *mailbox)
{
    HC_ASSERT(executor && mailbox);
    struct hc_read_ahead *ahead = hc_alloc(sizeof *ahead);
    *ahead = (struct hc_read_ahead){
        .magic = AHEAD_MAGIC, .executor = executor, .mailbox = mailbox, .users = 1};
    return ahead;
}

void hc_read_ahead_free(struct hc_read_ahead *ahead)
{
    if (ahead) {
        HC_CHECK_MAGIC(ahead, AHEAD_MAGIC);
        HC_ASSERT(ahead->users > 0);
        if (--ahead->users == 0) {
            ahead->magic = 0;
            free(ahead);
        }
    }
}

static void finished(struct hc_job *job)
{
    struct ahead_job *mine = HC_CONTAINER(job, struct ahead_job, job);
    mine->ahead->busy[mine->slot] = NULL;
    hc_read_ahead_free(mine->ahead);
    free(mine);
}

/* A free slot, or HC_AHEAD_LOGS_MAX when there is none or the log has one. */
static size_t find_slot(const struct hc_read_ahead *ahead, const struct hc_log *log)
{
    size_t found = HC_AHEAD_LOGS_MAX;
    for (size_t i = 0; i < HC_AHEAD_LOGS_MAX; i++) {
        if (ahead->busy[i] == log) {
            return HC_AHEAD_LOGS_MAX;
        }
        if (!ahead->busy[i]) {
            found = i;
        }
    }
    return found;
}

void hc_read_ahead(struct hc_read_ahead *ahead, struct hc_log *log, int64_t offset)
{
    HC_CHECK_MAGIC(ahead, AHEAD_MAGIC);
    HC_ASSERT(offset >= 0);
    int64_t end = hc_log_end(log);
    if (offset >= end || hc_log_ready(log, offset, HC_AHEAD_BYTES) ||
        hc_log_is_corrupt(log, NULL)) {
        return;
    }
    size_t slot = find_slot(ahead, log);
    if (slot == HC_AHEAD_LOGS_MAX) {
        return;
    }
    struct ahead_job *job = hc_alloc(sizeof *job);
    *job = (struct ahead_job){.job = {.run = finished}, .ahead = ahead, .slot = slot};
    ahead->busy[slot] = log;
    ahead->users++;
    hc_log_prepare(log, offset, end, ahead->executor, ahead->mailbox, &job->job);
}
