#include "source/postgres/failure.h"

static const struct {
    const char *prefix;
    enum hc_status status;
} states[] = {
    /* The longer prefixes first. */
    {"57014", HC_AGAIN},     /* query canceled, statement timeout */
    {"57P01", HC_AGAIN},     /* admin shutdown */
    {"57P02", HC_AGAIN},     /* crash shutdown */
    {"57P03", HC_AGAIN},     /* starting up */
    {"57P05", HC_AGAIN},     /* idle session timeout */
    {"25P03", HC_AGAIN},     /* idle in transaction timeout */
    {"40001", HC_AGAIN},     /* conflict with recovery */
    {"40P01", HC_AGAIN},     /* deadlock */
    {"55006", HC_AGAIN},     /* database is being accessed or created */
    {"55P03", HC_AGAIN},     /* lock timeout */
    {"42501", HC_DENIED},    /* insufficient privilege */
    {"42P01", HC_NOT_FOUND}, /* undefined table */
    {"42703", HC_NOT_FOUND}, /* undefined column */
    {"08", HC_AGAIN},        {"53", HC_AGAIN},     {"58", HC_AGAIN},
    {"28", HC_DENIED},       {"3D", HC_NOT_FOUND}, {"3F", HC_NOT_FOUND},
};

enum hc_status hc_pg_failure_status(const char *sqlstate)
{
    HC_ASSERT(sqlstate != NULL);
    if (sqlstate[0] == '\0') {
        return HC_AGAIN;
    }
    for (size_t i = 0; i < HC_COUNT(states); i++) {
        if (strncmp(sqlstate, states[i].prefix, strlen(states[i].prefix)) == 0) {
            return states[i].status;
        }
    }
    return HC_INVALID;
}

static bool is_state(const char *text)
{
    for (int i = 0; i < HC_SQLSTATE_BYTES - 1; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        bool letter = text[i] >= 'A' && text[i] <= 'Z';
        if (!digit && !letter) {
            return false;
        }
    }
    return text[HC_SQLSTATE_BYTES - 1] == ':' || text[HC_SQLSTATE_BYTES - 1] == '\0' ||
           text[HC_SQLSTATE_BYTES - 1] == '\n';
}

struct hc_slice hc_pg_failure_line(const char *message)
{
    HC_ASSERT(message != NULL);
    struct hc_slice text = hc_slice_trim(hc_slice_str(message));
    const char *end = memchr(text.data, '\n', text.size);
    return hc_slice_trim(hc_slice_of(text.data, end ? (size_t)(end - text.data) : text.size));
}

bool hc_pg_failure_parse(const char *message, char ret_state[HC_SQLSTATE_BYTES],
                         struct hc_slice *ret_text)
{
    HC_ASSERT(message != NULL && ret_text != NULL);
    for (const char *at = strstr(message, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
        const char *state = at + 3;
        if (strlen(state) >= HC_SQLSTATE_BYTES - 1 && is_state(state)) {
            memcpy(ret_state, state, HC_SQLSTATE_BYTES - 1);
            ret_state[HC_SQLSTATE_BYTES - 1] = '\0';
            const char *rest = state + HC_SQLSTATE_BYTES - 1;
            *ret_text = hc_pg_failure_line(rest[0] == ':' ? rest + 1 : rest);
            return true;
        }
    }
    return false;
}
