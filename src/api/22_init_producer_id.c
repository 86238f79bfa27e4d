/* Key 22, InitProducerId v0-5. Gives unique ids, so that idempotent producers get as far as Produce
 * and read there why it is refused. A transactional id is refused here already: there are no
 * transactions. */
#include "api/api.h"
#include "api/common.h"

enum hc_outcome hc_api_init_producer_id(struct hc_request *request, struct hc_now now)
{
    (void)now;
    HC_ASSERT(request->api->key == HP_INIT_PRODUCER_ID);
    const struct hp_init_producer_id_request *message = request->message;
    struct hp_init_producer_id_response *response = request->response;
    if (!hc_slice_is_null(message->transactional_id)) {
        response->error_code = HP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
        response->producer_epoch = -1;
        hc_api_note_error(request, response->error_code);
        return HC_DONE;
    }
    response->producer_id = hc_broker_next_id(hc_connection_broker(request->connection));
    response->producer_epoch = 0;
    return HC_DONE;
}
