/* Key 65, DescribeTransactions v0. There are no transactions: TRANSACTIONAL_ID_NOT_FOUND for each.
 */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_describe_transactions(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_TRANSACTIONS);
    const struct hp_describe_transactions_request *message = request->message;
    struct hp_describe_transactions_response *response = request->response;
    int32_t count = message->transactional_ids_count;
    response->transaction_states =
        HP_NEW_ARRAY(request->arena, describe_transactions_response_transaction_state, count);
    response->transaction_states_count = count;
    for (int32_t i = 0; i < count; i++) {
        response->transaction_states[i].transactional_id = message->transactional_ids[i];
        response->transaction_states[i].error_code = HP_ERR_TRANSACTIONAL_ID_NOT_FOUND;
        hc_api_note_error(request, HP_ERR_TRANSACTIONAL_ID_NOT_FOUND);
    }
    return HC_DONE;
}
