/* The CRC-32C of a row covers every column, each text with its length, integers little-endian. */
#include "base/endian.h"
#include "offsets/db_state.h"
#include "protocol/crc32c.h"

static uint32_t add_i64(uint32_t sum, int64_t value)
{
    uint64_t bytes = htole64((uint64_t)value);
    return hp_crc32c(sum, &bytes, sizeof bytes);
}

static uint32_t add_text(uint32_t sum, struct hc_slice text)
{
    sum = add_i64(sum, (int64_t)text.size);
    return text.size > 0 ? hp_crc32c(sum, text.data, text.size) : sum;
}

uint32_t hc_db_commit_sum(struct hc_slice session, const struct hc_offsets_step *step)
{
    const struct hc_offsets_change *change = &step->change;
    uint32_t sum = add_text(0, session);
    sum = add_text(sum, change->group);
    sum = add_text(sum, change->topic);
    sum = add_text(sum, step->identity);
    sum = add_i64(sum, change->partition);
    sum = add_i64(sum, change->position.offset);
    sum = add_i64(sum, change->position.leader_epoch);
    sum = add_i64(sum, change->position.commit_ms);
    return add_text(sum, change->position.metadata);
}

uint32_t hc_db_session_sum(struct hc_slice session, const struct hc_offsets_session_state *state)
{
    uint32_t sum = add_text(0, session);
    sum = add_i64(sum, state->market_ms);
    sum = add_i64(sum, state->state);
    sum = add_i64(sum, state->generation);
    sum = add_i64(sum, state->speed_max);
    sum = add_i64(sum, state->speed_num);
    return add_i64(sum, state->speed_den);
}

uint32_t hc_db_topic_sum(struct hc_slice session, const struct hc_offsets_step *step)
{
    uint32_t sum = add_text(0, session);
    sum = add_text(sum, step->change.topic);
    sum = add_text(sum, step->identity);
    return add_text(sum, step->settings);
}

uint32_t hc_db_epoch_sum(struct hc_slice session, const struct hc_offsets_step *step,
                         const struct hc_offsets_epoch *epoch)
{
    uint32_t sum = add_text(0, session);
    sum = add_text(sum, step->change.topic);
    sum = add_text(sum, step->identity);
    sum = add_i64(sum, step->change.partition);
    sum = add_i64(sum, epoch->epoch);
    return add_i64(sum, epoch->start);
}

uint32_t hc_db_incarnation_sum(struct hc_slice session, const uint8_t incarnation[16])
{
    return hp_crc32c(add_text(0, session), incarnation, 16);
}
