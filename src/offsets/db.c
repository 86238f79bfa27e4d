#include "offsets/db.h"

#include "base/memory.h"
#include "offsets/db_state.h"
#include "offsets/offsets_state.h"

/* One transaction at a time: the loop moves ops to `running`, a worker runs them, the mailbox
 * brings their ends back. */

static void take_batch(struct hc_offsets_db *db)
{
    HC_ASSERT(hc_list_empty(&db->running) && !hc_list_empty(&db->queue));
    for (size_t i = 0; i < HC_DB_OPS_PER_TRANSACTION && !hc_list_empty(&db->queue); i++) {
        struct hc_list *first = db->queue.next;
        struct hc_offsets_op *op = HC_CONTAINER(first, struct hc_offsets_op, link);
        hc_list_remove(first);
        hc_list_append(&db->running, first);
        db->queued--;
        db->queued_bytes -= op->bytes;
    }
}

static void set_phase(struct hc_offsets_db *db, enum hc_db_phase phase)
{
    pthread_mutex_lock(&db->lock);
    db->phase = phase;
    pthread_mutex_unlock(&db->lock);
}

static enum hc_db_phase get_phase(struct hc_offsets_db *db)
{
    pthread_mutex_lock(&db->lock);
    enum hc_db_phase phase = db->phase;
    pthread_mutex_unlock(&db->lock);
    return phase;
}

static void start(struct hc_offsets_db *db)
{
    if (get_phase(db) != HC_DB_IDLE || hc_list_empty(&db->queue)) {
        return;
    }
    take_batch(db);
    set_phase(db, HC_DB_RUNNING);
    db->config.executor->submit(db->config.executor, HC_LANE_SHORT, &db->work);
}

/* Posts under the lock: whoever sees the phase finished may free the database at once. */
static void on_worker(struct hc_job *job)
{
    struct hc_offsets_db *db = HC_CONTAINER(job, struct hc_offsets_db, work);
    HC_CHECK_MAGIC(db, HC_DB_MAGIC);
    hc_db_run(db);
    pthread_mutex_lock(&db->lock);
    db->phase = HC_DB_FINISHED;
    if (!db->posted) {
        db->posted = true;
        db->config.mailbox->post(db->config.mailbox, &db->delivery);
    }
    pthread_cond_signal(&db->finished);
    pthread_mutex_unlock(&db->lock);
}

static void tell(struct hc_offsets_op *op)
{
    struct hc_offsets_batch *batch = op->batch;
    if (batch) {
        batch->_op = NULL;
        batch->status = op->status;
        if (!op->submitting && batch->done) {
            batch->done(batch);
        }
    }
    hc_offsets_op_free(op);
}

/* First the books, then those who wait: what they do next may already ask for more. */
static void deliver(struct hc_offsets_db *db)
{
    struct hc_list ended;
    hc_list_init(&ended);
    while (!hc_list_empty(&db->running)) {
        struct hc_list *first = db->running.next;
        struct hc_offsets_op *op = HC_CONTAINER(first, struct hc_offsets_op, link);
        hc_list_remove(first);
        hc_list_append(&ended, first);
        if (op->offsets) {
            hc_offsets_apply_op(op->offsets, op);
        }
    }
    set_phase(db, HC_DB_IDLE);
    while (!hc_list_empty(&ended)) {
        struct hc_list *first = ended.next;
        hc_list_remove(first);
        tell(HC_CONTAINER(first, struct hc_offsets_op, link));
    }
    if (db->failed && !db->told) {
        db->told = true;
        db->config.fatal(db->config.context, &db->failure);
    }
}

static void on_mailbox(struct hc_job *job)
{
    struct hc_offsets_db *db = HC_CONTAINER(job, struct hc_offsets_db, delivery);
    HC_CHECK_MAGIC(db, HC_DB_MAGIC);
    pthread_mutex_lock(&db->lock);
    db->posted = false;
    bool finished = db->phase == HC_DB_FINISHED;
    pthread_mutex_unlock(&db->lock);
    if (finished) {
        deliver(db);
        start(db);
    }
}

void hc_offsets_db_start_queue(struct hc_offsets_db *db)
{
    hc_list_init(&db->queue);
    hc_list_init(&db->running);
    db->work.run = on_worker;
    db->delivery.run = on_mailbox;
    pthread_mutex_init(&db->lock, NULL);
    pthread_cond_init(&db->finished, NULL);
}

enum hc_status hc_offsets_db_submit(struct hc_offsets_db *db, struct hc_offsets_op *op)
{
    HC_CHECK_MAGIC(db, HC_DB_MAGIC);
    if (db->told || (get_phase(db) != HC_DB_RUNNING && db->failed)) {
        return HC_IO;
    }
    if (db->queued >= HC_OFFSETS_BATCHES_MAX ||
        db->queued_bytes + op->bytes > HC_OFFSETS_QUEUE_BYTES_MAX) {
        return HC_NO_SPACE; /* as passing as a full disk */
    }
    hc_list_append(&db->queue, &op->link);
    db->queued++;
    db->queued_bytes += op->bytes;
    start(db);
    return HC_OK;
}

void hc_offsets_db_flush(struct hc_offsets_db *db)
{
    HC_CHECK_MAGIC(db, HC_DB_MAGIC);
    for (;;) {
        pthread_mutex_lock(&db->lock);
        while (db->phase == HC_DB_RUNNING) {
            pthread_cond_wait(&db->finished, &db->lock);
        }
        bool finished = db->phase == HC_DB_FINISHED;
        pthread_mutex_unlock(&db->lock);
        if (finished) {
            deliver(db);
        } else if (hc_list_empty(&db->queue)) {
            return;
        } else {
            take_batch(db);
            hc_db_run(db);
            set_phase(db, HC_DB_FINISHED);
        }
    }
}

static void forget_in(struct hc_list *list, const struct hc_offsets *offsets)
{
    HC_LIST_EACH(list, node)
    {
        struct hc_offsets_op *op = HC_CONTAINER(node, struct hc_offsets_op, link);
        if (op->offsets == offsets) {
            op->offsets = NULL;
            if (op->batch) {
                op->batch->_op = NULL;
                op->batch = NULL;
            }
        }
    }
}

void hc_offsets_db_forget(struct hc_offsets_db *db, struct hc_offsets *offsets)
{
    HC_CHECK_MAGIC(db, HC_DB_MAGIC);
    forget_in(&db->queue, offsets);
    forget_in(&db->running, offsets);
}
