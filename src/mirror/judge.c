/* What a failure of the cluster means. Whatever is not known to be for good, or to be ours to end
 * for, is unclear: the producer is destroyed and the position asked for again. */
#include "mirror/internal.h"

static const struct {
    rd_kafka_resp_err_t code;
    enum hc_mirror_step step;
} table[] = {
    {RD_KAFKA_RESP_ERR__FENCED, HC_STEP_FENCED},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, HC_STEP_FENCED},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, HC_STEP_FENCED},
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_POLICY_VIOLATION, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR_INVALID_RECORD, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, HC_STEP_REFUSED},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, HC_STEP_REFUSED},
};

enum hc_mirror_step hc_mirror_judge_code(rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < HC_COUNT(table); i++) {
        if (table[i].code == code) {
            return table[i].step;
        }
    }
    return HC_STEP_AGAIN;
}

enum hc_mirror_step hc_mirror_judge(struct hc_mirror *mirror, rd_kafka_error_t *failure,
                                    const char *doing, struct hc_error *error)
{
    const struct hc_rdkafka *kafka = mirror->kafka;
    rd_kafka_resp_err_t code = kafka->error_code(failure);
    bool fatal = kafka->error_is_fatal(failure);
    char why[512] = "";
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        code = kafka->fatal_error(mirror->producer, why, sizeof why);
    }
    enum hc_mirror_step step = hc_mirror_judge_code(code);
    if (step == HC_STEP_AGAIN && fatal) {
        step = HC_STEP_FATAL;
    }
    hc_error_set(error, HC_IO, "%s failed: %s (%s)", doing, kafka->error_string(failure),
                 kafka->err2name(code));
    kafka->error_destroy(failure);
    return step;
}
