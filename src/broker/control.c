#include "broker/control.h"

#include "base/assert.h"
#include "base/log.h"
#include "base/memory.h"
#include "broker/internal.h"

#include <stdlib.h>

enum { DESK_MAGIC = 0x4445534b };

struct hc_control_desk {
    uint32_t magic;
    struct hc_cluster *cluster;
    struct hc_list queue; /* struct hc_control; the first is under way while busy */
    size_t count;
    bool busy;   /* frozen, and being stored */
    bool stored; /* the batch has ended */
    struct hc_session_plan plan;
    struct hc_offsets_batch batch;
    struct hc_offsets_session_state state;
    struct hc_offsets_change *changes; /* with the epochs they point to; own */
    struct hc_offsets_epoch *epochs;
};

struct hc_control_desk *hc_control_desk_new(struct hc_cluster *cluster)
{
    struct hc_control_desk *desk = hc_alloc(sizeof *desk);
    desk->magic = DESK_MAGIC;
    desk->cluster = cluster;
    hc_list_init(&desk->queue);
    return desk;
}

static struct hc_control *first_of(const struct hc_control_desk *desk)
{
    HC_ASSERT(desk->count > 0);
    return HC_CONTAINER(desk->queue.next, struct hc_control, _node);
}

/* Ends the first command of the queue. */
static void finish(struct hc_control_desk *desk, enum hc_status status, struct hc_now now)
{
    struct hc_control *control = first_of(desk);
    hc_list_remove(&control->_node);
    desk->count--;
    control->status = status;
    control->_cluster = NULL;
    if (control->done) {
        control->done(control, now);
    }
}

static void forget_batch(struct hc_control_desk *desk)
{
    free(desk->changes);
    free(desk->epochs);
    desk->changes = NULL;
    desk->epochs = NULL;
    desk->busy = desk->stored = false;
}

void hc_control_desk_free(struct hc_control_desk *desk)
{
    if (!desk) {
        return;
    }
    HC_CHECK_MAGIC(desk, DESK_MAGIC);
    if (desk->busy) {
        hc_offsets_abandon(&desk->batch);
    }
    forget_batch(desk);
    while (desk->count > 0) {
        hc_error_set(&first_of(desk)->error, HC_CANCELLED, "the session is gone");
        finish(desk, HC_CANCELLED, (struct hc_now){0});
    }
    desk->magic = 0;
    free(desk);
}

/* ---- storing ---- */

static size_t partition_count(const struct hc_session *session)
{
    size_t count = 0;
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        count += (size_t)hc_session_topic_at(session, i)->partition_count;
    }
    return count;
}

static size_t epoch_room(const struct hc_session *session)
{
    size_t room = 0;
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, i);
        for (int32_t p = 0; p < topic->partition_count; p++) {
            room += topic->partitions[p].epoch_count + 1;
        }
    }
    return room;
}

/* Truncates one partition: its epochs, and unless all are forgotten, the commits above its end. */
static void add_rewind(struct hc_control_desk *desk, const struct hc_session_topic *topic,
                       int32_t partition, size_t *epochs)
{
    const struct hc_session *session = desk->cluster->session;
    const struct hc_seek *seek = &desk->plan.seek;
    struct hc_epoch_entry *entries =
        hc_alloc_array(topic->partitions[partition].epoch_count + 1, sizeof *entries);
    size_t count = hc_session_epochs_after(session, topic, partition, seek, entries);
    struct hc_offsets_epoch *kept = desk->epochs + *epochs;
    for (size_t i = 0; i < count; i++) {
        kept[i] = (struct hc_offsets_epoch){entries[i].epoch, entries[i].start};
    }
    *epochs += count;
    desk->changes[desk->batch.count++] = (struct hc_offsets_change){.kind = HC_CHANGE_EPOCHS,
                                                                    .topic = topic->name,
                                                                    .partition = partition,
                                                                    .epochs = kept,
                                                                    .epoch_count = count};
    if (!desk->plan.command.reset) {
        desk->changes[desk->batch.count++] = (struct hc_offsets_change){
            .kind = HC_CHANGE_CLAMP,
            .topic = topic->name,
            .partition = partition,
            .position.offset = entries[count - 1].start,
        };
    }
    free(entries);
}

static void add_rewinds(struct hc_control_desk *desk)
{
    const struct hc_session *session = desk->cluster->session;
    size_t epochs = 0;
    desk->epochs = hc_alloc_array(HC_MAX(epoch_room(session), (size_t)1), sizeof *desk->epochs);
    for (size_t i = 0; i < hc_session_topic_count(session); i++) {
        const struct hc_session_topic *topic = hc_session_topic_at(session, i);
        for (int32_t p = 0; p < topic->partition_count; p++) {
            add_rewind(desk, topic, p, &epochs);
        }
    }
    if (desk->plan.command.reset) {
        desk->changes[desk->batch.count++] = (struct hc_offsets_change){.kind = HC_CHANGE_FORGET};
    }
}

static void on_stored(struct hc_offsets_batch *batch)
{
    struct hc_control_desk *desk = batch->user;
    HC_CHECK_MAGIC(desk, DESK_MAGIC);
    desk->stored = true;
    hc_broker_touch(desk->cluster);
}

static void store(struct hc_control_desk *desk)
{
    const struct hc_session_saved *after = &desk->plan.after;
    desk->state = (struct hc_offsets_session_state){
        .market_ms = after->market_ms,
        .state = (int32_t)after->state,
        .generation = after->generation,
        .speed_max = after->speed.max,
        .speed_num = after->speed.num,
        .speed_den = after->speed.den,
    };
    size_t room = 2 + 2 * partition_count(desk->cluster->session);
    desk->changes = hc_alloc_array(room, sizeof *desk->changes);
    desk->batch = (struct hc_offsets_batch){
        .changes = desk->changes, .count = 1, .done = on_stored, .user = desk};
    desk->changes[0] =
        (struct hc_offsets_change){.kind = HC_CHANGE_SESSION, .session = &desk->state};
    if (desk->plan.moves && desk->plan.seek.backward) {
        add_rewinds(desk);
    }
    HC_ASSERT(desk->batch.count <= room);
    desk->busy = true;
    desk->stored = hc_offsets_apply(desk->cluster->offsets, &desk->batch) != HC_AGAIN;
}

/* ---- the queue ---- */

static void begin(struct hc_control_desk *desk, struct hc_now now)
{
    struct hc_control *control = first_of(desk);
    struct hc_session *session = desk->cluster->session;
    hc_session_freeze(session, now);
    enum hc_status status =
        hc_session_plan(session, &control->command, &desk->plan, &control->error);
    if (status != HC_OK || control->validate_only) {
        hc_session_thaw(session, now);
        finish(desk, status, now);
        return;
    }
    store(desk);
}

static void end(struct hc_control_desk *desk, struct hc_now now)
{
    struct hc_control *control = first_of(desk);
    struct hc_cluster *cluster = desk->cluster;
    enum hc_status status = desk->batch.status;
    forget_batch(desk);
    if (status == HC_OK) {
        hc_session_apply(cluster->session, &desk->plan, now);
        if (desk->plan.moves && desk->plan.seek.backward) {
            hc_coordinator_rebalance_all(cluster->groups, now);
        }
        control->stepped_records = desk->plan.stepped_records;
        control->stepped_instants = desk->plan.stepped_instants;
    } else {
        hc_session_thaw(cluster->session, now);
        hc_error_set(&control->error, status, "the change could not be stored: %s",
                     hc_status_text(status));
    }
    finish(desk, status, now);
}

void hc_control_drive(struct hc_cluster *cluster, struct hc_now now)
{
    struct hc_control_desk *desk = cluster->control;
    HC_CHECK_MAGIC(desk, DESK_MAGIC);
    /* Commands that `done` submits have their turn too, but not for ever. */
    for (int turns = 0; turns < HC_CONTROL_QUEUE_MAX && hc_control_is_due(cluster); turns++) {
        if (!desk->busy) {
            begin(desk, now);
        }
        if (desk->stored) {
            end(desk, now);
        }
    }
}

bool hc_control_is_due(const struct hc_cluster *cluster)
{
    const struct hc_control_desk *desk = cluster->control;
    return desk->count > 0 && (!desk->busy || desk->stored);
}

bool hc_control_has_room(const struct hc_cluster *cluster)
{
    return cluster->control->count < HC_CONTROL_QUEUE_MAX;
}

bool hc_control_is_busy(const struct hc_cluster *cluster)
{
    return cluster->control && cluster->control->busy;
}

void hc_control_submit(struct hc_control *control, struct hc_cluster *cluster)
{
    struct hc_control_desk *desk = cluster->control;
    HC_CHECK_MAGIC(desk, DESK_MAGIC);
    control->status = HC_AGAIN;
    control->error = (struct hc_error){0};
    control->stepped_records = control->stepped_instants = 0;
    control->_cluster = cluster;
    hc_list_append(&desk->queue, &control->_node);
    desk->count++;
    hc_broker_touch(cluster);
}

/* ---- commands that nobody waits for ---- */

static void end_order(struct hc_control *control, struct hc_now now)
{
    (void)now;
    if (control->status != HC_OK && control->status != HC_CANCELLED) {
        char text[HC_ERROR_TEXT_BYTES];
        hc_log(HC_LOG_WARN, "command-refused", "why=%s",
               hc_log_quote(hc_slice_str(control->error.text), text, sizeof text));
    }
    free(control);
}

void hc_control_order(struct hc_cluster *cluster, const struct hc_session_command *command)
{
    struct hc_control *control = hc_alloc(sizeof *control);
    control->command = *command;
    control->done = end_order;
    hc_control_submit(control, cluster);
}

void hc_control_withdraw(struct hc_control *control)
{
    struct hc_cluster *cluster = control->_cluster;
    if (!cluster) {
        return;
    }
    /* What stands in the queue is a copy that frees itself. */
    struct hc_control *copy = hc_alloc(sizeof *copy);
    *copy = *control;
    copy->done = end_order;
    copy->_node.prev = control->_node.prev;
    copy->_node.next = control->_node.next;
    copy->_node.prev->next = &copy->_node;
    copy->_node.next->prev = &copy->_node;
    hc_list_init(&control->_node);
    control->_cluster = NULL;
}
