/* How the sources are, as status shows them. */
#include "cli/app.h"

_Static_assert((int)HC_HEALTH_OK == (int)HC_SOURCE_OK &&
                   (int)HC_HEALTH_DEGRADED == (int)HC_SOURCE_DEGRADED &&
                   (int)HC_HEALTH_LOST == (int)HC_SOURCE_LOST &&
                   (int)HC_HEALTH_CHANGED == (int)HC_SOURCE_CHANGED,
               "one scale");

static struct hc_slice scheme_of(const struct hc_topic_spec *spec)
{
    struct hc_slice uri = spec->source;
    return hc_slice_cut(&uri, ':');
}

/* Several topics may have a source of one name: the worst of their states. */
void hc_app_refresh_sources(struct hc_app_session *session)
{
    const struct hc_app *app = session->app;
    if (!app->ingest) {
        return;
    }
    for (size_t i = 0; i < app->plan->spec_count; i++) {
        struct hc_slice name = scheme_of(&app->plan->specs[i]);
        enum hc_source_health worst = HC_HEALTH_OK;
        for (size_t k = 0; k < app->plan->spec_count; k++) {
            if (hc_slice_equal(name, scheme_of(&app->plan->specs[k]))) {
                worst = HC_MAX(worst, hc_ingest_health(app->ingest, k));
            }
        }
        hc_session_set_source(session->cluster.session, name, (enum hc_source_state)worst);
    }
}
