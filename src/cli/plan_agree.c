/* What topics and sessions say of each other. */
#include "base/nearest.h"
#include "base/timetext.h"
#include "cli/plan_internal.h"
#include "ingest/template.h"

static enum hc_status names_differ(const struct hc_config *config, const struct hc_plan *plan,
                                   struct hc_error *error)
{
    HC_ASSERT(plan->spec_count == config->topic_count);
    HC_ASSERT(plan->session_count == config->session_count);
    for (size_t i = 0; i < plan->spec_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (hc_slice_equal(plan->specs[i].topic, plan->specs[j].topic)) {
                char place[HC_ORIGIN_BYTES];
                return hc_error_set(error, HC_USAGE,
                                    "%s: two sources both make a topic " HC_SLICE_FMT
                                    "; name one of them by another --topic",
                                    hc_origin_text(&config->topics[i].origin, place),
                                    HC_SLICE_ARG(plan->specs[i].topic));
            }
        }
    }
    return HC_OK;
}

static bool serves(const struct hc_plan_session *session, struct hc_slice topic)
{
    for (size_t i = 0; i < session->topics.count; i++) {
        if (hc_slice_equal(session->topics.items[i], topic)) {
            return true;
        }
    }
    return session->topics.count == 0;
}

/* Names made of templates are known only when the source is. */
static enum hc_status topics_exist(const struct hc_scope *scope, const struct hc_plan *plan,
                                   const struct hc_plan_session *session, struct hc_error *error)
{
    struct hc_slice names[64];
    size_t count = HC_MIN(plan->spec_count, HC_COUNT(names));
    for (size_t i = 0; i < plan->spec_count; i++) {
        if (!hc_template_is_plain(plan->specs[i].topic)) {
            return HC_OK;
        }
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = plan->specs[i].topic;
    }
    for (size_t i = 0; i < session->topics.count; i++) {
        bool known = false;
        for (size_t j = 0; j < plan->spec_count && !known; j++) {
            known = hc_slice_equal(plan->specs[j].topic, session->topics.items[i]);
        }
        if (!known) {
            char near[512];
            return hc_scope_refuse(
                scope, HC_KEY_SESSION_TOPICS, error,
                "there is no topic " HC_SLICE_FMT "; the nearest is %s",
                HC_SLICE_ARG(session->topics.items[i]),
                hc_nearest_text(session->topics.items[i], names, count, near, sizeof near));
        }
    }
    return HC_OK;
}

/* Nothing is loaded for a further session: its window lies in what its topics load. */
static enum hc_status window_is_loaded(const struct hc_scope *scope, const struct hc_plan *plan,
                                       const struct hc_plan_session *session,
                                       struct hc_error *error)
{
    char text[HC_ISO_BYTES];
    for (size_t i = 0; i < plan->spec_count; i++) {
        const struct hc_topic_spec *spec = &plan->specs[i];
        if (!serves(session, spec->topic)) {
            continue;
        }
        if (session->config.from_ms != HC_TIME_MIN &&
            hc_plan_begin_ms(&session->config) < spec->range_from_ms) {
            return hc_scope_refuse(scope, HC_KEY_FROM, error,
                                   "the session begins before the range of " HC_SLICE_FMT
                                   ", which is loaded from %s on; topics.NAME.range widens it",
                                   HC_SLICE_ARG(spec->topic), hc_iso_ms(spec->range_from_ms, text));
        }
        if (session->config.to_ms != HC_NEVER && session->config.to_ms > spec->range_to_ms) {
            return hc_scope_refuse(scope, HC_KEY_TO, error,
                                   "the session ends behind the range of " HC_SLICE_FMT
                                   ", which is loaded up to %s; topics.NAME.range widens it",
                                   HC_SLICE_ARG(spec->topic), hc_iso_ms(spec->range_to_ms, text));
        }
    }
    return HC_OK;
}

enum hc_status hc_plan_extra_agrees(const struct hc_scope *scope, const struct hc_plan *plan,
                                    const struct hc_plan_session *session, struct hc_error *error)
{
    enum hc_status status = topics_exist(scope, plan, session, error);
    return status == HC_OK ? window_is_loaded(scope, plan, session, error) : status;
}

enum hc_status hc_plan_agree(const struct hc_config *config, const struct hc_plan *plan,
                             struct hc_error *error)
{
    enum hc_status status = names_differ(config, plan, error);
    for (size_t i = 0; i < plan->session_count && status == HC_OK; i++) {
        const struct hc_scope *scope = &config->sessions[i];
        status = topics_exist(scope, plan, &plan->sessions[i], error);
        if (status == HC_OK && i > 0) {
            status = window_is_loaded(scope, plan, &plan->sessions[i], error);
        }
    }
    return status;
}
