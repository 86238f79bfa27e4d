/* Key 48, DescribeClientQuotas v0-1. There are no quotas: an empty list. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_describe_client_quotas(struct hc_request *request, struct hc_now now)
{
    HC_ASSERT(request->api->key == HP_DESCRIBE_CLIENT_QUOTAS);
    (void)request;
    (void)now;
    return HC_DONE;
}
