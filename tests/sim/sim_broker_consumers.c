/* Many consumers of one broker, each with a version, a way of fetching and a network of its own,
 * while topics grow, speeds change, the clock is paused and connections break in mid-poll.
 *
 * Each must get every partition byte for byte as the model says, in order and without a gap; no
 * record before its instant; and a waiting Fetch exactly at it, with no virtual lateness at all.
 */
#include "sim/world/client.h"
#include "sim/world/requests.h"
#include "sim/world/world.h"

#include "support/seed.h"

#include <stdio.h>

enum { CONSUMERS = 14, PARTITIONS_EACH_MAX = 6, COMMANDS = 120, WAIT_MS_MAX = 20000 };

static const struct world_topic_config topics[] = {
    {.name = "plain", .partitions = 3, .records = 500, .loads = 6},
    {.name = "zstd", .partitions = 2, .records = 500, .codec = HP_ZSTD, .loads = 4},
    {.name = "lz4", .records = 900, .codec = HP_LZ4, .step_ms = 25000, .loads = 3},
    {.name = "cold", .partitions = 2, .records = 400, .codec = HP_GZIP, .cold = true},
};
enum { COLD = 3 };

struct place {
    size_t topic;
    int32_t partition;
    int64_t next;  /* the offset wanted next */
    int64_t asked; /* what the fetch session was told; -1: nothing yet */
    int64_t high_watermark;
};

struct consumer {
    struct run *run;
    struct world_client *client;
    int16_t version;
    bool uses_session;
    int32_t session_id;
    int32_t session_epoch;
    int32_t min_bytes;
    int32_t max_wait_ms;
    int64_t asks_at_ns; /* pauses until then; HC_NEVER while a request is under way */
    struct place places[PARTITIONS_EACH_MAX];
    int32_t count;
    long answers, exact;
};

struct run {
    struct world *world;
    struct hc_random random;
    struct consumer consumers[CONSUMERS];
    int64_t changed_ns; /* the last change of the clock or the edge */
    int64_t next_command_ns;
    int commands;
    bool finishing;
};

static uint64_t draw(struct run *run, uint64_t bound)
{
    return hc_random_below(&run->random, bound);
}

/* ---- asking ---- */

static void ask(struct consumer *consumer)
{
    struct run *run = consumer->run;
    struct world_fetch fetch = {.version = consumer->version};
    bool whole = !consumer->uses_session || consumer->session_epoch == 0;
    consumer->max_wait_ms = (int32_t)draw(run, WAIT_MS_MAX);
    consumer->min_bytes = draw(run, 4) ? 1 : (int32_t)(1 + draw(run, 4000));
    fetch.max_wait_ms = consumer->max_wait_ms;
    fetch.min_bytes = consumer->min_bytes;
    fetch.max_bytes = (int32_t)(1 + draw(run, 60000));
    if (consumer->uses_session) {
        fetch.session_id = consumer->session_id;
        fetch.session_epoch_plus_1 = consumer->session_epoch + 1;
    }
    for (int32_t i = 0; i < consumer->count; i++) {
        struct place *place = &consumer->places[i];
        if (whole || place->asked != place->next) {
            fetch.items[fetch.count++] =
                (struct world_fetch_item){.topic = place->topic,
                                          .partition = place->partition,
                                          .offset = place->next,
                                          .bytes_max = (int32_t)(1 + draw(run, 30000))};
            place->asked = place->next;
        }
    }
    world_send(consumer->client, HP_FETCH, fetch.version,
               world_fetch_request(consumer->client, &fetch));
    world_forget(consumer->client);
    consumer->asks_at_ns = HC_NEVER;
}

/* ---- answers ---- */

static struct place *find_place(struct consumer *consumer,
                                const struct hp_fetch_response_topic *topic, int32_t partition)
{
    for (int32_t i = 0; i < consumer->count; i++) {
        struct place *place = &consumer->places[i];
        const struct hc_session_topic *known = consumer->run->world->topics[place->topic].topic;
        bool same = consumer->version >= 13 ? hp_uuid_equal(known->id, topic->topic_id)
                                            : hc_slice_equal(known->name, topic->topic);
        if (same && place->partition == partition) {
            return place;
        }
    }
    fail_msg("a partition that was not asked for");
    return NULL;
}

/* When the first of what was waited for became visible; HC_NEVER: nothing was, or it was before. */
static int64_t awaited_ms(const struct consumer *consumer, int64_t sent_market_ms)
{
    int64_t first = HC_NEVER;
    for (int32_t i = 0; i < consumer->count; i++) {
        const struct place *place = &consumer->places[i];
        const struct model *model = &consumer->run->world->topics[place->topic].model;
        if (place->asked < model->config.records) {
            first = HC_MIN(first, model->visible[place->partition][place->asked]);
        }
    }
    return first > sent_market_ms ? first : HC_NEVER;
}

static int64_t take_partition(struct consumer *consumer, struct place *place,
                              const struct hp_fetch_response_partition *got,
                              const struct world_call *call)
{
    const struct model *model = &consumer->run->world->topics[place->topic].model;
    int64_t end = model_end(model, place->partition, call->answered_market_ms);
    int64_t first;
    assert_int_equal(got->error_code, 0);
    assert_true(got->high_watermark <= end);
    assert_true(got->high_watermark >= place->high_watermark);
    place->high_watermark = got->high_watermark;
    if (got->records.size == 0) {
        return 0;
    }
    int64_t next = model_check(model, place->partition, &got->records, &first, NULL, NULL);
    assert_true(first <= place->next && place->next < next && next <= got->high_watermark);
    assert_true(model->visible[place->partition][next - 1] <= call->answered_market_ms);
    place->next = next;
    return (int64_t)got->records.size;
}

/* A Fetch that waited for one byte and got it was answered at the very instant. */
static void check_lateness(struct consumer *consumer, const struct world_call *call,
                           int64_t awaited, int64_t bytes)
{
    const struct run *run = consumer->run;
    int64_t waited_ns = call->answered_ns - call->sent_ns;
    assert_true(waited_ns <= consumer->max_wait_ms * HC_NS_PER_MS);
    if (bytes == 0) {
        assert_int_equal(waited_ns, consumer->max_wait_ms * HC_NS_PER_MS);
        return;
    }
    if (awaited == HC_NEVER || consumer->min_bytes > 1) {
        return;
    }
    for (int32_t i = 0; i < consumer->count; i++) {
        if (consumer->places[i].topic == COLD) {
            return; /* may have waited for a worker */
        }
    }
    int64_t instant = hc_session_instant_ns(run->world->cluster.session, awaited);
    assert_int_equal(call->answered_market_ms, awaited);
    assert_true(call->answered_ns == instant || call->answered_ns == run->changed_ns);
    consumer->exact++;
}

static void take_answer(struct consumer *consumer)
{
    struct world_call call;
    const struct hp_fetch_response *answer = world_take(consumer->client, &call);
    int64_t awaited = awaited_ms(consumer, call.sent_market_ms);
    int64_t bytes = 0;
    int32_t told = 0;
    assert_int_equal(answer->error_code, 0);
    for (int32_t t = 0; t < answer->responses_count; t++) {
        const struct hp_fetch_response_topic *topic = &answer->responses[t];
        for (int32_t i = 0; i < topic->partitions_count; i++, told++) {
            const struct hp_fetch_response_partition *got = &topic->partitions[i];
            struct place *place = find_place(consumer, topic, got->partition_index);
            bytes += take_partition(consumer, place, got, &call);
        }
    }
    bool whole = !consumer->uses_session || consumer->session_epoch == 0;
    assert_true(told <= consumer->count && (!whole || told == consumer->count));
    if (consumer->uses_session) {
        assert_true(answer->session_id != 0 &&
                    (whole || answer->session_id == consumer->session_id));
        consumer->session_id = answer->session_id;
        consumer->session_epoch++;
    }
    check_lateness(consumer, &call, awaited, bytes);
    consumer->answers++;
    world_forget(consumer->client);
}

/* ---- the run ---- */

static void connect_again(struct consumer *consumer)
{
    world_reconnect(consumer->client);
    consumer->session_id = consumer->session_epoch = 0;
    for (int32_t i = 0; i < consumer->count; i++) {
        consumer->places[i].asked = -1;
    }
    consumer->asks_at_ns = consumer->run->world->now.mono_ns;
}

static void act(struct consumer *consumer)
{
    struct run *run = consumer->run;
    int64_t now = run->world->now.mono_ns;
    if (consumer->client->answered > 0) {
        take_answer(consumer);
        consumer->asks_at_ns = now;
        if (!run->finishing && draw(run, 8) == 0) {
            consumer->asks_at_ns += (int64_t)draw(run, 300) * HC_NS_PER_S;
        }
    }
    assert_false(world_is_closed(consumer->client));
    if (consumer->asks_at_ns <= now) {
        ask(consumer);
    }
    run->world->alarm_ns = HC_MIN(run->world->alarm_ns, consumer->asks_at_ns);
}

static void command(struct run *run)
{
    static const int64_t speeds[][2] = {{1, 4}, {1, 1}, {60, 1}, {333, 1}};
    struct world *world = run->world;
    struct hc_session *session = world->cluster.session;
    struct hc_error error;
    const int64_t *speed = speeds[draw(run, HC_COUNT(speeds))];
    bool ended = hc_session_state(session) == HC_SESSION_ENDED;
    switch (draw(run, 6)) {
    case 0:
        assert_true(ended || hc_session_pause(session, world->now, &error) == HC_OK);
        break;
    case 1:
    case 2:
        (void)world_load(world, draw(run, HC_COUNT(topics)));
        break;
    case 3:
        connect_again(&run->consumers[draw(run, CONSUMERS)]);
        break;
    default:
        assert_true(ended || hc_session_resume(session, world->now, &error) == HC_OK);
        hc_session_set_speed(session, hc_speed_of(speed[0], speed[1]), world->now);
        break;
    }
    run->changed_ns = world->now.mono_ns;
    run->next_command_ns = world->now.mono_ns + (int64_t)draw(run, 60) * HC_NS_PER_S + 12345;
    run->commands++;
}

static void finish_commands(struct run *run)
{
    struct hc_session *session = run->world->cluster.session;
    struct hc_error error;
    run->finishing = true;
    for (size_t i = 0; i < HC_COUNT(topics); i++) {
        while (world_load(run->world, i)) {
        }
    }
    if (hc_session_state(session) != HC_SESSION_ENDED) {
        assert_int_equal(hc_session_resume(session, run->world->now, &error), HC_OK);
    }
    run->changed_ns = run->world->now.mono_ns;
    run->next_command_ns = HC_NEVER;
}

static bool has_all(const struct consumer *consumer)
{
    for (int32_t i = 0; i < consumer->count; i++) {
        const struct place *place = &consumer->places[i];
        if (place->next < consumer->run->world->topics[place->topic].model.config.records) {
            return false;
        }
    }
    return true;
}

static bool look(void *context)
{
    struct run *run = context;
    bool done = run->finishing;
    if (run->next_command_ns <= run->world->now.mono_ns) {
        if (run->commands < COMMANDS) {
            command(run);
        } else {
            finish_commands(run);
        }
    }
    for (size_t i = 0; i < CONSUMERS; i++) {
        act(&run->consumers[i]);
        done = done && has_all(&run->consumers[i]);
    }
    run->world->alarm_ns = HC_MIN(run->world->alarm_ns, run->next_command_ns);
    return done;
}

static void begin(struct run *run, size_t index)
{
    struct consumer *consumer = &run->consumers[index];
    consumer->run = run;
    consumer->client = world_connect(run->world, (enum world_pieces)(index % 4));
    consumer->version = (int16_t)(4 + draw(run, 15));
    consumer->uses_session = consumer->version >= 7 && draw(run, 2);
    for (size_t topic = 0; topic < HC_COUNT(topics); topic++) {
        int32_t partitions = run->world->topics[topic].model.config.partitions;
        for (int32_t p = 0; p < partitions && consumer->count < PARTITIONS_EACH_MAX; p++) {
            if (draw(run, 2) || (topic == 2 && consumer->count == 0)) {
                consumer->places[consumer->count++] =
                    (struct place){.topic = topic, .partition = p, .asked = -1};
            }
        }
    }
}

static void replay(uint64_t seed, long *answers, long *exact)
{
    static struct run run;
    run = (struct run){0};
    struct world_config config = {.seed = seed,
                                  .session = world_session(),
                                  .topics = topics,
                                  .topic_count = HC_COUNT(topics),
                                  .job_ns_max = 5 * HC_NS_PER_MS};
    hc_random_seed(&run.random, seed);
    run.world = world_new(&config);
    for (size_t i = 0; i < CONSUMERS; i++) {
        begin(&run, i);
    }
    run.next_command_ns = run.world->now.mono_ns;
    assert_true(world_run_until(run.world, look, &run, 1000000 * HC_NS_PER_S));
    for (size_t i = 0; i < CONSUMERS; i++) {
        *answers += run.consumers[i].answers;
        *exact += run.consumers[i].exact;
    }
    world_free(run.world);
}

static void every_stream_is_the_model_on_time(void **state)
{
    (void)state;
    uint64_t first = test_seed("consumers", 1);
    long answers = 0, exact = 0;
    for (uint64_t seed = first; seed < first + 4; seed++) {
        replay(seed, &answers, &exact);
    }
    print_message("%ld answers, %ld of them waited and came at their very instant\n", answers,
                  exact);
    assert_true(exact > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_stream_is_the_model_on_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
