/* Sources that cannot be asked first: what is stored is served, and they are asked afterwards. */
#include "base/log.h"
#include "ingest/feed_internal.h"

enum { LOST_MS = 5000 }; /* degraded until then */

enum hc_status hc_feed_survey_fingerprint(struct hc_feed *feed, struct hc_error *error)
{
    HC_ASSERT(feed->far);
    hc_buffer_clear(&feed->fingerprint);
    return hc_cache_fingerprint(feed->source, &feed->fingerprint, error);
}

static void tell(struct hc_feed *feed, enum hc_source_health health, const char *event,
                 const char *why)
{
    char text[600];
    enum hc_log_level level = health == HC_HEALTH_OK ? HC_LOG_INFO : HC_LOG_WARN;
    atomic_store(&feed->control.health, health);
    hc_log(level, event, "source=%s why=%s", feed->name,
           hc_log_quote(hc_slice_str(why), text, sizeof text));
}

static enum hc_status silent(struct hc_feed *feed, int64_t pause_ms, const struct hc_error *error)
{
    enum hc_source_health health = hc_feed_health(feed);
    feed->silent_ms += pause_ms;
    if (health == HC_HEALTH_OK) {
        tell(feed, HC_HEALTH_DEGRADED, "source-degraded", error->text);
    } else if (health == HC_HEALTH_DEGRADED && feed->silent_ms >= LOST_MS) {
        tell(feed, HC_HEALTH_LOST, "source-lost", error->text);
    }
    return HC_AGAIN;
}

enum hc_status hc_feed_probe(struct hc_feed *feed, int64_t pause_ms)
{
    HC_ASSERT(pause_ms >= 0);
    if (!feed->unprobed) {
        return HC_OK;
    }
    struct hc_error error = {0};
    struct hc_buffer now = {0};
    enum hc_status status = hc_cache_probe(feed->source, &feed->control, &now, &error);
    bool same = hc_slice_equal(hc_buffer_slice(&now), hc_buffer_slice(&feed->fingerprint));
    hc_buffer_done(&now);
    if (status == HC_AGAIN) {
        return silent(feed, pause_ms, &error);
    }
    feed->unprobed = false;
    if (status == HC_CANCELLED) {
        return HC_OK;
    }
    if (status != HC_OK) {
        tell(feed, HC_HEALTH_LOST, "source-lost", error.text);
    } else if (same) {
        tell(feed, HC_HEALTH_OK, "source-ok", "unchanged since it was loaded");
    } else {
        tell(feed, HC_HEALTH_CHANGED, "source-changed",
             "it has other rows than those that are served; --refresh loads them");
    }
    return HC_OK;
}

enum hc_source_health hc_feed_health(const struct hc_feed *feed)
{
    return (enum hc_source_health)atomic_load(&feed->control.health);
}
