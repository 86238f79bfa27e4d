#include "source/postgres/link.h"

#include "base/log.h"
#include "base/memory.h"
#include "base/timetext.h"
#include "source/postgres/failure.h"

#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>

enum {
    TICK_MS = 20, /* between looks at control->cancel */
    PATIENCE_MS = 15 * 1000,
    PATIENCE_MS_MAX = 3600 * 1000,
    PAUSE_MS = 100,
    PAUSE_MS_MAX = 1000,
    LOST_MS = 5000, /* degraded until then */
};

void hc_pg_link_init(struct hc_pg_link *link, struct hc_slice uri)
{
    *link = (struct hc_pg_link){
        .uri = hc_slice_dup(uri), .patience_ms = PATIENCE_MS, .pause_ms = PAUSE_MS};
    link->name = hc_strdup("PostgreSQL");
}

void hc_pg_link_drop(struct hc_pg_link *link)
{
    if (link->connection != NULL) {
        link->api->finish(link->connection);
        link->connection = NULL;
    }
}

void hc_pg_link_done(struct hc_pg_link *link)
{
    hc_pg_link_drop(link);
    free(link->uri);
    free(link->name);
}

struct hc_slice hc_pg_value(const struct hc_pg_link *link, const PGresult *result, int row,
                            int column)
{
    HC_ASSERT(row >= 0 && column >= 0 && column < link->api->field_count(result));
    if (link->api->is_null(result, row, column)) {
        return HC_SLICE_NULL;
    }
    return hc_slice_of(link->api->value(result, row, column),
                       (size_t)link->api->value_size(result, row, column));
}

/* ---- waiting ---- */

static enum hc_status cancelled(const struct hc_pg_link *link, struct hc_error *error)
{
    HC_ASSERT(link->control != NULL);
    return atomic_load(&link->control->cancel) ? hc_error_set(error, HC_CANCELLED, "cancelled")
                                               : HC_OK;
}

enum hc_status hc_pg_link_wait(struct hc_pg_link *link, short events, struct hc_error *error)
{
    struct pollfd watched = {.fd = link->api->socket(link->connection), .events = events};
    if (watched.fd < 0) {
        return hc_error_set(error, HC_AGAIN, "%s: the connection is gone", link->name);
    }
    for (int64_t waited = 0; waited < link->patience_ms; waited += TICK_MS) {
        if (poll(&watched, 1, TICK_MS) > 0) {
            return HC_OK; /* errors show when libpq reads */
        }
        enum hc_status status = cancelled(link, error);
        if (status != HC_OK) {
            return status;
        }
    }
    hc_error_set(error, HC_AGAIN, "%s: no answer for %" PRId64 " s", link->name,
                 link->patience_ms / 1000);
    link->patience_ms = HC_MIN(link->patience_ms * 2, (int64_t)PATIENCE_MS_MAX);
    return HC_AGAIN;
}

static void set_health(struct hc_pg_link *link, enum hc_source_health health)
{
    atomic_store(&link->control->health, health);
}

void hc_pg_link_alive(struct hc_pg_link *link)
{
    if (link->lost) {
        set_health(link, HC_HEALTH_OK);
        hc_log(HC_LOG_INFO, "source-ok", "source=\"%s\"", link->name);
    }
    link->lost = false;
    link->pause_ms = PAUSE_MS;
    link->down_ms = 0;
}

enum hc_status hc_pg_link_pause(struct hc_pg_link *link, struct hc_error *error)
{
    hc_pg_link_drop(link);
    if (link->once) {
        return HC_AGAIN;
    }
    char why[512];
    if (!link->lost) {
        link->lost = true;
        set_health(link, HC_HEALTH_DEGRADED);
        hc_log(HC_LOG_WARN, "source-degraded", "source=\"%s\" why=%s", link->name,
               hc_log_quote(hc_slice_str(error->text), why, sizeof(why)));
    }
    for (int64_t waited = 0; waited < link->pause_ms; waited += TICK_MS) {
        poll(NULL, 0, TICK_MS);
        enum hc_status status = cancelled(link, error);
        if (status != HC_OK) {
            return status;
        }
    }
    link->down_ms += link->pause_ms;
    link->pause_ms = HC_MIN(link->pause_ms * 2, (int64_t)PAUSE_MS_MAX);
    if (link->down_ms >= LOST_MS && atomic_load(&link->control->health) != HC_HEALTH_LOST) {
        set_health(link, HC_HEALTH_LOST);
        hc_log(HC_LOG_WARN, "source-lost", "source=\"%s\" why=%s", link->name,
               hc_log_quote(hc_slice_str(error->text), why, sizeof(why)));
    }
    return HC_OK;
}

/* ---- statements ---- */

enum hc_status hc_pg_link_send(struct hc_pg_link *link, const char *sql, struct hc_error *error)
{
    enum hc_status status = hc_pg_link_open(link, error);
    if (status != HC_OK) {
        return status;
    }
    if (link->api->send_query(link->connection, sql) == 0) {
        struct hc_slice why = hc_pg_failure_line(link->api->error_message(link->connection));
        return hc_error_set(error, HC_AGAIN, "%s: " HC_SLICE_FMT, link->name, HC_SLICE_ARG(why));
    }
    return HC_OK;
}

static enum hc_status refused(struct hc_pg_link *link, PGresult *result, struct hc_error *error)
{
    const char *state = link->api->result_error_field(result, PG_DIAG_SQLSTATE);
    const char *text = link->api->result_error_field(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = link->api->result_error_field(result, PG_DIAG_MESSAGE_HINT);
    struct hc_slice plain = hc_pg_failure_line(link->api->result_error_message(result));
    struct hc_slice why = text != NULL ? hc_slice_str(text) : plain;
    enum hc_status status = hc_pg_failure_status(state != NULL ? state : "");
    return hc_error_set(error, status, "%s: " HC_SLICE_FMT "%s%s%s", link->name, HC_SLICE_ARG(why),
                        hint != NULL ? " (" : "", hint != NULL ? hint : "",
                        hint != NULL ? ")" : "");
}

enum hc_status hc_pg_link_result(struct hc_pg_link *link, ExecStatusType wanted, PGresult **ret,
                                 struct hc_error *error)
{
    HC_ASSERT(link->connection != NULL && ret != NULL);
    while (link->api->is_busy(link->connection)) {
        enum hc_status status = hc_pg_link_wait(link, POLLIN, error);
        if (status != HC_OK) {
            return status;
        }
        if (link->api->consume_input(link->connection) == 0) {
            struct hc_slice why = hc_pg_failure_line(link->api->error_message(link->connection));
            return hc_error_set(error, HC_AGAIN, "%s: " HC_SLICE_FMT, link->name,
                                HC_SLICE_ARG(why));
        }
    }
    PGresult *result = link->api->get_result(link->connection);
    if (result == NULL) {
        return HC_END;
    }
    if (link->api->result_status(result) != wanted) {
        enum hc_status status = refused(link, result, error);
        link->api->clear(result);
        return status;
    }
    *ret = result;
    return HC_OK;
}

static enum hc_status query_once(struct hc_pg_link *link, const char *sql, PGresult **ret,
                                 struct hc_error *error)
{
    PGresult *result = NULL;
    PGresult *more = NULL;
    enum hc_status status = hc_pg_link_send(link, sql, error);
    if (status == HC_OK) {
        status = hc_pg_link_result(link, PGRES_TUPLES_OK, &result, error);
        HC_ASSERT(status != HC_END);
    }
    if (status != HC_OK) {
        return status;
    }
    status = hc_pg_link_result(link, PGRES_TUPLES_OK, &more, error);
    if (status != HC_END) {
        link->api->clear(more);
        link->api->clear(result);
        return status == HC_OK
                   ? hc_error_set(error, HC_INVALID, "%s: more than one result", link->name)
                   : status;
    }
    *ret = result;
    return HC_OK;
}

enum hc_status hc_pg_link_query(struct hc_pg_link *link, const char *sql, PGresult **ret,
                                struct hc_error *error)
{
    HC_ASSERT(link->control != NULL && ret != NULL);
    struct hc_error why = {0};
    enum hc_status status = query_once(link, sql, ret, &why);
    while (status == HC_AGAIN) {
        status = hc_pg_link_pause(link, &why);
        if (status == HC_OK) {
            status = query_once(link, sql, ret, &why);
        } else if (status == HC_AGAIN) {
            break;
        }
    }
    if (status == HC_OK) {
        hc_pg_link_alive(link);
    } else if (error != NULL) {
        *error = why;
        hc_pg_link_drop(link); /* what else it may still send is not wanted */
    }
    return status;
}

int64_t hc_pg_number(struct hc_slice text)
{
    int64_t value = 0;
    return !hc_slice_is_null(text) && hc_parse_i64(text, &value) ? value : 0;
}

enum hc_status hc_pg_link_query_row(struct hc_pg_link *link, const char *sql, PGresult **ret,
                                    struct hc_error *error)
{
    enum hc_status status = hc_pg_link_query(link, sql, ret, error);
    HC_ASSERT(status != HC_OK || link->api->tuples(*ret) == 1);
    return status;
}
