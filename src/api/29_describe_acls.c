/* Key 29, DescribeAcls v1-3. There is no authorizer: SECURITY_DISABLED, as Kafka answers without
 * one. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_describe_acls(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_DESCRIBE_ACLS);
    struct hp_describe_acls_response *response = request->response;
    response->error_code = HP_ERR_SECURITY_DISABLED;
    response->error_message = HC_SLICE("Hindcast has no authorizer: every client may read.");
    hc_api_note_error(request, response->error_code);
    return HC_DONE;
}
