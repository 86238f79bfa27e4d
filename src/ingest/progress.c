#include "ingest/progress.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/texttable.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { LINE_MS = 200, EVENT_MS = 5000 };
#define EVENT_NS (EVENT_MS * HC_NS_PER_MS)

void hc_teller_init(struct hc_teller *teller, const struct hc_ingest *ingest,
                    int64_t (*clock_ns)(void), bool line)
{
    *teller =
        (struct hc_teller){.ingest = ingest, .clock_ns = clock_ns, .line = line, .wake_fd = -1};
    if (clock_ns) {
        teller->start_ns = teller->event_ns = clock_ns();
    }
}

static int64_t rate(int64_t rows, int64_t elapsed_ns)
{
    return elapsed_ns > 0 ? (int64_t)((double)rows * 1e9 / (double)elapsed_ns) : 0;
}

/* -1: unknown. */
static int64_t seconds_left(int32_t percent, int64_t elapsed_ns)
{
    if (percent <= 0) {
        return -1;
    }
    return (int64_t)((double)elapsed_ns / 1e9 * (100 - percent) / percent + 0.5);
}

char *hc_progress_text(const struct hc_ingest_progress *progress, int64_t elapsed_ns,
                       char out[HC_PROGRESS_TEXT_BYTES])
{
    char rows[HC_THOUSANDS_BYTES], speed[HC_THOUSANDS_BYTES];
    int64_t left = seconds_left(progress->percent, elapsed_ns);
    bool surveying = progress->state < HC_LOAD_READ;
    int used = snprintf(out, HC_PROGRESS_TEXT_BYTES, "%s: %s rows  %s rows/s",
                        surveying ? "surveying" : "loading", hc_thousands(progress->rows, rows),
                        hc_thousands(rate(progress->rows, elapsed_ns), speed));
    if (progress->percent >= 0) {
        used += snprintf(out + used, (size_t)(HC_PROGRESS_TEXT_BYTES - used), "  %d %%",
                         (int)progress->percent);
    }
    if (left >= 0) {
        used += snprintf(out + used, (size_t)(HC_PROGRESS_TEXT_BYTES - used),
                         "  %" PRId64 " s left", left);
    }
    HC_ASSERT(used < HC_PROGRESS_TEXT_BYTES);
    return out;
}

static void show_line(struct hc_teller *teller, const struct hc_ingest_progress *progress,
                      int64_t now_ns)
{
    char text[HC_PROGRESS_TEXT_BYTES], line[HC_PROGRESS_TEXT_BYTES + 32];
    hc_progress_text(progress, now_ns - teller->start_ns, text);
    int size = snprintf(line, sizeof line, "\r\033[K%s", text);
    (void)!write(STDERR_FILENO, line, (size_t)size);
    teller->line_shown = true;
}

/* Something else can be written. */
static void clear_line(struct hc_teller *teller)
{
    if (teller->line_shown) {
        (void)!write(STDERR_FILENO, "\r\033[K", 4);
        teller->line_shown = false;
    }
}

static void tick(struct hc_teller *teller)
{
    struct hc_ingest_progress progress = hc_ingest_progress(teller->ingest);
    int64_t now_ns = teller->clock_ns(), elapsed_ns = now_ns - teller->start_ns;
    if (teller->line) {
        show_line(teller, &progress, now_ns);
    }
    if (now_ns - teller->event_ns >= EVENT_NS) {
        clear_line(teller);
        hc_log(HC_LOG_INFO, "load-progress",
               "phase=%s rows=%" PRId64 " rate=%" PRId64 " percent=%d left_s=%" PRId64,
               progress.state < HC_LOAD_READ ? "survey" : "load", progress.rows,
               rate(progress.rows, elapsed_ns), (int)progress.percent,
               seconds_left(progress.percent, elapsed_ns));
        teller->event_ns = now_ns;
    }
}

static void *run(void *argument)
{
    struct hc_teller *teller = argument;
    struct pollfd wake = {.fd = teller->wake_fd, .events = POLLIN};
    int ready;
    do {
        ready = poll(&wake, 1, teller->line ? LINE_MS : EVENT_MS);
        if (ready == 0) {
            tick(teller);
        }
    } while (ready == 0 || (ready < 0 && errno == EINTR));
    return NULL;
}

/* Who cannot have a thread or a descriptor loads without words. */
void hc_teller_start(struct hc_teller *teller)
{
    if (teller->running || !teller->clock_ns) {
        return;
    }
    teller->wake_fd = eventfd(0, EFD_CLOEXEC);
    if (teller->wake_fd >= 0) {
        teller->running = pthread_create(&teller->thread, NULL, run, teller) == 0;
    }
}

static void stop(struct hc_teller *teller)
{
    if (teller->running) {
        HC_ASSERT(eventfd_write(teller->wake_fd, 1) == 0);
        pthread_join(teller->thread, NULL);
        teller->running = false;
    }
    if (teller->wake_fd >= 0) {
        close(teller->wake_fd);
        teller->wake_fd = -1;
    }
}

void hc_teller_end(struct hc_teller *teller, bool loaded)
{
    stop(teller);
    clear_line(teller);
    if (!loaded) {
        return;
    }
    struct hc_ingest_progress progress = hc_ingest_progress(teller->ingest);
    if (!teller->clock_ns) {
        hc_log(HC_LOG_INFO, "load-done", "rows=%" PRId64 " refused=%" PRId64, progress.rows,
               progress.refused);
        return;
    }
    int64_t elapsed_ns = teller->clock_ns() - teller->start_ns;
    hc_log(HC_LOG_INFO, "load-done",
           "rows=%" PRId64 " refused=%" PRId64 " rate=%" PRId64 " took_ms=%" PRId64, progress.rows,
           progress.refused, rate(progress.rows, elapsed_ns), elapsed_ns / HC_NS_PER_MS);
}
