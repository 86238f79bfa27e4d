#include "base/memory.h"
#include "base/nearest.h"
#include "source/postgres/failure.h"
#include "source/postgres/link.h"

#include <poll.h>
#include <stdlib.h>

static void ignore_notice(void *context, const char *message)
{
    (void)context;
    (void)message;
}

/* What people are told instead of the URI, which may hold a password. */
static void name_link(struct hc_pg_link *link)
{
    const char *database = link->api->database(link->connection);
    const char *host = link->api->host(link->connection);
    const char *port = link->api->port(link->connection);
    if (database == NULL || database[0] == '\0' || host == NULL) {
        return;
    }
    free(link->name);
    link->name = hc_format("PostgreSQL %s at %s:%s", database, host, port != NULL ? port : "");
}

/* ---- why there is no connection ---- */

static bool passes_by_itself(const char *message)
{
    static const char *const words[] = {"connection to server", "could not translate host name",
                                        "timeout expired", "could not connect",
                                        "server closed the connection"};
    for (size_t i = 0; i < HC_COUNT(words); i++) {
        if (strstr(message, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

/* A database that does not exist: the names of those that do, asked for at `postgres`, which nearly
 * always is there. */
static void name_databases(struct hc_pg_link *link, struct hc_slice wanted, struct hc_error *error)
{
    struct hc_pg_link other = *link;
    struct hc_error ignored;
    PGresult *result = NULL;
    char nearest[256];
    other.connection = NULL;
    other.once = true;
    other.setup = NULL;
    other.uri = hc_format("%s", link->uri);
    other.name = hc_strdup(link->name);
    const char *keywords[] = {"dbname", "dbname", "fallback_application_name", NULL};
    const char *values[] = {link->uri, "postgres", "hindcast", NULL};
    other.connection = link->api->connect_start(keywords, values, 1);
    PostgresPollingStatusType step = PGRES_POLLING_WRITING;
    while (other.connection != NULL && step != PGRES_POLLING_OK && step != PGRES_POLLING_FAILED &&
           link->api->status(other.connection) != CONNECTION_BAD &&
           hc_pg_link_wait(&other, step == PGRES_POLLING_READING ? POLLIN : POLLOUT, &ignored) ==
               HC_OK) {
        step = link->api->connect_poll(other.connection);
    }
    if (step == PGRES_POLLING_OK &&
        hc_pg_link_query(&other,
                         "SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT "
                         "datistemplate ORDER BY 1 LIMIT 1000",
                         &result, &ignored) == HC_OK) {
        size_t count = (size_t)link->api->tuples(result);
        struct hc_slice *names = hc_alloc_array(count + 1, sizeof(*names));
        for (size_t i = 0; i < count; i++) {
            names[i] = hc_pg_value(&other, result, (int)i, 0);
        }
        hc_nearest_text(wanted, names, count, nearest, sizeof(nearest));
        size_t size = strlen(error->text);
        snprintf(error->text + size, sizeof(error->text) - size, "; the nearest names are %s",
                 nearest);
        free(names);
        link->api->clear(result);
    }
    hc_pg_link_done(&other);
}

static enum hc_status explain(struct hc_pg_link *link, struct hc_error *error)
{
    const char *message = link->api->error_message(link->connection);
    char state[HC_SQLSTATE_BYTES] = "";
    struct hc_slice text;
    if (hc_pg_failure_parse(message, state, &text)) {
        enum hc_status status = hc_pg_failure_status(state);
        hc_error_set(error, status, "%s: " HC_SLICE_FMT, link->name, HC_SLICE_ARG(text));
        if (strcmp(state, "3D000") == 0 && error != NULL) {
            const char *database = link->api->database(link->connection);
            name_databases(link, hc_slice_str(database != NULL ? database : ""), error);
        }
        return status;
    }
    text = hc_pg_failure_line(message);
    enum hc_status status = strstr(message, "no password supplied") != NULL ? HC_DENIED
                            : passes_by_itself(message)                     ? HC_AGAIN
                                                                            : HC_USAGE;
    return hc_error_set(error, status, "%s: " HC_SLICE_FMT "%s", link->name, HC_SLICE_ARG(text),
                        status == HC_DENIED ? " (in the URI, PGPASSWORD or ~/.pgpass)" : "");
}

/* ---- connecting ---- */

/* The statements that make every connection alike. */
static enum hc_status prepare(struct hc_pg_link *link, struct hc_error *error)
{
    if (link->setup == NULL) {
        return HC_OK;
    }
    PGresult *result = NULL;
    enum hc_status status = HC_OK;
    if (link->api->send_query(link->connection, link->setup) == 0) {
        return hc_error_set(error, HC_AGAIN, "%s: lost while connecting", link->name);
    }
    while ((status = hc_pg_link_result(link, PGRES_TUPLES_OK, &result, error)) == HC_OK) {
        link->api->clear(result);
    }
    return status == HC_END ? HC_OK : status;
}

static enum hc_status shake_hands(struct hc_pg_link *link, struct hc_error *error)
{
    PostgresPollingStatusType step = PGRES_POLLING_WRITING;
    while (step != PGRES_POLLING_OK) {
        enum hc_status status =
            hc_pg_link_wait(link, step == PGRES_POLLING_READING ? POLLIN : POLLOUT, error);
        if (status != HC_OK) {
            return status;
        }
        step = link->api->connect_poll(link->connection);
        if (step == PGRES_POLLING_FAILED) {
            return explain(link, error);
        }
    }
    return prepare(link, error);
}

enum hc_status hc_pg_link_open(struct hc_pg_link *link, struct hc_error *error)
{
    HC_ASSERT(link->control != NULL && link->uri != NULL);
    if (link->connection != NULL) {
        return HC_OK;
    }
    enum hc_status status = hc_pg_api_open(&link->api, error);
    if (status != HC_OK) {
        return status;
    }
    const char *keywords[] = {"dbname", "fallback_application_name", NULL};
    const char *values[] = {link->uri, "hindcast", NULL};
    link->connection = link->api->connect_start(keywords, values, 1);
    if (link->connection == NULL) {
        return hc_error_set(error, HC_NO_MEMORY, "%s: out of memory", link->name);
    }
    link->reconnections++;
    name_link(link);
    link->api->set_error_verbosity(link->connection, PQERRORS_VERBOSE);
    link->api->set_notice_processor(link->connection, ignore_notice, NULL);
    status = link->api->status(link->connection) == CONNECTION_BAD ? explain(link, error)
                                                                   : shake_hands(link, error);
    if (status != HC_OK) {
        hc_pg_link_drop(link);
        return status;
    }
    link->version = link->api->server_version(link->connection);
    return HC_OK;
}
