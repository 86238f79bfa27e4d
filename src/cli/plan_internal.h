/* Inside plan: topics and sessions have a file each. */
#ifndef HC_CLI_PLAN_INTERNAL_H
#define HC_CLI_PLAN_INTERNAL_H

#include "cli/plan.h"

/* The sessions' windows are known before the topics: main's is the default range. */
HC_MUST_USE enum hc_status hc_plan_sessions(const struct hc_config *config, struct hc_arena *arena,
                                            struct hc_plan *plan, struct hc_error *error);
HC_MUST_USE enum hc_status hc_plan_topics(const struct hc_config *config, struct hc_arena *arena,
                                          struct hc_plan *plan, struct hc_error *error);

/* What sessions and topics say of each other: names exist, windows lie in what is loaded. */
HC_MUST_USE enum hc_status hc_plan_agree(const struct hc_config *config, const struct hc_plan *plan,
                                         struct hc_error *error);

HC_MUST_USE enum hc_status hc_plan_extra_agrees(const struct hc_scope *scope,
                                                const struct hc_plan *plan,
                                                const struct hc_plan_session *session,
                                                struct hc_error *error);

/* Who moves the market on; a speed that nobody has given becomes max. */
HC_MUST_USE enum hc_status hc_plan_lockstep(const struct hc_scope *scope, struct hc_arena *arena,
                                            struct hc_plan_session *session,
                                            struct hc_error *error);

/* The setting as HOST:PORT. */
HC_MUST_USE enum hc_status hc_plan_address(const struct hc_scope *scope, enum hc_key_id id,
                                           struct hc_address *ret, struct hc_error *error);

/* from - warmup, HC_TIME_MIN where the session has no `from`. */
int64_t hc_plan_begin_ms(const struct hc_session_config *session);

#endif
