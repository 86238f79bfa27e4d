/* Key 66, ListTransactions v0-2. There are no transactions: an empty list. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_list_transactions(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_LIST_TRANSACTIONS);
    (void)request;
    (void)now;
    return HC_DONE;
}
