/* libpq, opened by its soname when a database is first needed: linked, it would cost every start
 * some milliseconds (docs/decisions.md). Types come from its own header. Any thread.
 */
#ifndef HC_SOURCE_POSTGRES_LIBPQ_H
#define HC_SOURCE_POSTGRES_LIBPQ_H

#include "base/status.h"

#include <libpq-fe.h>

/* X(member, function): what is used of libpq. */
#define HC_PG_FUNCTIONS(X)                                                                         \
    X(connect_start, PQconnectStartParams)                                                         \
    X(connect_poll, PQconnectPoll)                                                                 \
    X(finish, PQfinish)                                                                            \
    X(status, PQstatus)                                                                            \
    X(socket, PQsocket)                                                                            \
    X(error_message, PQerrorMessage)                                                               \
    X(server_version, PQserverVersion)                                                             \
    X(database, PQdb)                                                                              \
    X(host, PQhost)                                                                                \
    X(port, PQport)                                                                                \
    X(set_error_verbosity, PQsetErrorVerbosity)                                                    \
    X(set_notice_processor, PQsetNoticeProcessor)                                                  \
    X(send_query, PQsendQuery)                                                                     \
    X(consume_input, PQconsumeInput)                                                               \
    X(is_busy, PQisBusy)                                                                           \
    X(get_result, PQgetResult)                                                                     \
    X(get_copy_data, PQgetCopyData)                                                                \
    X(result_status, PQresultStatus)                                                               \
    X(result_error_field, PQresultErrorField)                                                      \
    X(result_error_message, PQresultErrorMessage)                                                  \
    X(tuples, PQntuples)                                                                           \
    X(value, PQgetvalue)                                                                           \
    X(value_size, PQgetlength)                                                                     \
    X(is_null, PQgetisnull)                                                                        \
    X(field_count, PQnfields)                                                                      \
    X(field_name, PQfname)                                                                         \
    X(field_type, PQftype)                                                                         \
    X(clear, PQclear)                                                                              \
    X(free_memory, PQfreemem)

struct hc_pg_api {
#define HC_PG_MEMBER(member, function) __typeof__(function) *member;
    HC_PG_FUNCTIONS(HC_PG_MEMBER)
#undef HC_PG_MEMBER
};

/* The table of functions, for ever. HC_NOT_FOUND: the library is not installed (the text names the
 * package), or too old. */
HC_MUST_USE enum hc_status hc_pg_api_open(const struct hc_pg_api **ret, struct hc_error *error);

#endif
