/* Key 46, ListPartitionReassignments v0. One node: nothing is ever reassigned. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_list_partition_reassignments(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_LIST_PARTITION_REASSIGNMENTS);
    (void)request;
    (void)now;
    return HC_DONE;
}
