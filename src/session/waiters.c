/* Who waits for market time. Keys are market instants, so pauses and speeds leave the heap as it
 * is. */
#include "base/assert.h"
#include "session/internal.h"

static bool is_due_anyway(const struct hc_market_waiter *waiter)
{
    return waiter->_due.next != NULL && !hc_list_empty(&waiter->_due);
}

void hc_session_wait(struct hc_session *session, struct hc_market_waiter *waiter, int64_t market_ms)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    HC_ASSERT(!is_due_anyway(waiter));
    hc_heap_move(&session->waiters, &waiter->node, market_ms);
    hc_session_touch(session);
}

void hc_session_unwait(struct hc_session *session, struct hc_market_waiter *waiter)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    if (is_due_anyway(waiter)) {
        hc_list_remove(&waiter->_due);
    }
    hc_heap_remove(&session->waiters, &waiter->node);
    hc_session_touch(session);
}

void hc_session_wake_all(struct hc_session *session)
{
    struct hc_heap_node *node;
    hc_session_touch(session);
    while ((node = hc_heap_first(&session->waiters)) != NULL) {
        hc_heap_remove(&session->waiters, node);
        struct hc_market_waiter *waiter = HC_CONTAINER(node, struct hc_market_waiter, node);
        hc_list_append(&session->due, &waiter->_due);
    }
}

struct hc_market_waiter *hc_session_pop_due(struct hc_session *session)
{
    HC_CHECK_MAGIC(session, HC_SESSION_MAGIC);
    hc_session_touch(session);
    if (!hc_list_empty(&session->due)) {
        struct hc_market_waiter *waiter =
            HC_CONTAINER(session->due.next, struct hc_market_waiter, _due);
        hc_list_remove(&waiter->_due);
        return waiter;
    }
    struct hc_heap_node *first = hc_heap_first(&session->waiters);
    if (first == NULL || first->key == HC_NEVER || first->key > session->timeline.market_ms) {
        return NULL;
    }
    hc_heap_remove(&session->waiters, first);
    return HC_CONTAINER(first, struct hc_market_waiter, node);
}
