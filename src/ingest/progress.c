#include "ingest/progress.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_NS  (HC_NS_PER_S / 5)
#define EVENT_NS (5 * HC_NS_PER_S)

void hc_progress_init(struct hc_progress_teller *teller, int64_t (*clock_ns)(void), bool line)
{
    *teller = (struct hc_progress_teller){.clock_ns = clock_ns, .line = line && clock_ns};
    if (clock_ns) {
        teller->start_ns = teller->event_ns = clock_ns();
        teller->line_ns = teller->start_ns - LINE_NS;
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

static const char *thousands(int64_t value, char out[32])
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRId64, value);
    int used = 0;
    for (int i = 0; i < size; i++) {
        out[used++] = digits[i];
        if ((size - i - 1) % 3 == 0 && i + 1 < size) {
            out[used++] = ',';
        }
    }
    out[used] = '\0';
    return out;
}

char *hc_progress_text(const struct hc_ingest_progress *progress, int64_t elapsed_ns,
                       char out[HC_PROGRESS_TEXT_BYTES])
{
    char rows[32], speed[32];
    int64_t left = seconds_left(progress->percent, elapsed_ns);
    int used =
        snprintf(out, HC_PROGRESS_TEXT_BYTES, "%s rows  %s rows/s", thousands(progress->rows, rows),
                 thousands(rate(progress->rows, elapsed_ns), speed));
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

static void show_line(struct hc_progress_teller *teller, const struct hc_ingest_progress *progress,
                      int64_t now_ns)
{
    char text[HC_PROGRESS_TEXT_BYTES], line[HC_PROGRESS_TEXT_BYTES + 32];
    hc_progress_text(progress, now_ns - teller->start_ns, text);
    int size = snprintf(line, sizeof line, "\r\033[Kloading: %s", text);
    (void)!write(STDERR_FILENO, line, (size_t)size);
    teller->line_ns = now_ns;
    teller->line_shown = true;
}

void hc_progress_clear(struct hc_progress_teller *teller)
{
    if (teller->line_shown) {
        (void)!write(STDERR_FILENO, "\r\033[K", 4);
        teller->line_shown = false;
    }
}

void hc_progress_tick(struct hc_progress_teller *teller, const struct hc_ingest_progress *progress)
{
    if (!teller->clock_ns) {
        return;
    }
    int64_t now_ns = teller->clock_ns(), elapsed_ns = now_ns - teller->start_ns;
    if (teller->line && now_ns - teller->line_ns >= LINE_NS) {
        show_line(teller, progress, now_ns);
    }
    if (now_ns - teller->event_ns >= EVENT_NS) {
        hc_progress_clear(teller);
        hc_log(HC_LOG_INFO, "load-progress",
               "rows=%" PRId64 " rate=%" PRId64 " percent=%d left_s=%" PRId64, progress->rows,
               rate(progress->rows, elapsed_ns), (int)progress->percent,
               seconds_left(progress->percent, elapsed_ns));
        teller->event_ns = now_ns;
    }
}

void hc_progress_done(struct hc_progress_teller *teller, const struct hc_ingest_progress *progress)
{
    hc_progress_clear(teller);
    if (!teller->clock_ns) {
        hc_log(HC_LOG_INFO, "load-done", "rows=%" PRId64 " refused=%" PRId64, progress->rows,
               progress->refused);
        return;
    }
    int64_t elapsed_ns = teller->clock_ns() - teller->start_ns;
    hc_log(HC_LOG_INFO, "load-done",
           "rows=%" PRId64 " refused=%" PRId64 " rate=%" PRId64 " took_ms=%" PRId64, progress->rows,
           progress->refused, rate(progress->rows, elapsed_ns), elapsed_ns / HC_NS_PER_MS);
}
