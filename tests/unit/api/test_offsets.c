/* Committed offsets through the wire, in every version: what is refused, and when a commit is
 * answered. */
#include "group_requests.h"

#include "offsets/db.h"

static void test_commit_and_fetch_in_every_version(void **state)
{
    struct fixture *f = *state;
    for (int16_t version = 2; version <= 10; version++) {
        struct commit simple = {"g", NULL, 0, "candles", 1, 100 + version, "note"};
        assert_int_equal(commit(f->client, version, simple), 0);
        for (int16_t reader = 1; reader <= 10; reader++) {
            struct fetched got = fetch(f->client, reader, "g", "candles", 1);
            assert_int_equal(got.error, 0);
            assert_int_equal(got.offset, 100 + version);
            assert_string_equal(got.metadata, "note");
            assert_int_equal(got.epoch, version >= 6 && reader >= 5 ? 4 : -1);
        }
    }
}

static void test_nothing_committed_is_no_error(void **state)
{
    struct fixture *f = *state;
    for (int16_t version = 1; version <= 10; version++) {
        struct fetched got = fetch(f->client, version, "never seen", "candles", 0);
        assert_int_equal(got.error, 0);
        assert_int_equal(got.offset, -1);
        assert_string_equal(got.metadata, "");
        got = fetch(f->client, version, "never seen", "no such topic", 0);
        assert_int_equal(got.error, version >= 10 ? HP_ERR_UNKNOWN_TOPIC_ID : 0);
        assert_int_equal(got.offset, -1);
    }
}

static void test_refused_commits(void **state)
{
    static char note[4098];
    memset(note, 'x', sizeof note - 1);
    struct fixture *f = *state;
    char id[ID_BYTES];
    become_stable(f->client, "g", id);
    const struct {
        struct commit commit;
        int16_t version, error;
    } rows[] = {
        {{"s", NULL, 0, "no such topic", 0, 1, ""}, 9, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION},
        {{"s", NULL, 0, "no such topic", 0, 1, ""}, 10, HP_ERR_UNKNOWN_TOPIC_ID},
        {{"s", NULL, 0, "candles", 2, 1, ""}, 9, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION},
        {{"s", NULL, 0, "candles", -1, 1, ""}, 9, HP_ERR_UNKNOWN_TOPIC_OR_PARTITION},
        {{"s", NULL, 0, "candles", 0, 1, note}, 9, HP_ERR_OFFSET_METADATA_TOO_LARGE},
        {{"s", NULL, 0, "candles", 0, 1, note + 1}, 9, 0},
        {{"s", NULL, 0, "candles", 0, -2, ""}, 9, HP_ERR_INVALID_REQUEST},
        {{"s", NULL, 0, "candles", 0, -1, ""}, 9, 0},
        {{"s", NULL, 0, "candles", 0, INT64_MAX, ""}, 9, 0}, /* above the end */
        {{"s", NULL, 0, "candles", 0, 1, NULL}, 9, 0},
        {{"", NULL, 0, "candles", 0, 1, ""}, 9, 0},
        {{note + 3842, NULL, 0, "candles", 0, 1, ""}, 9, 0}, /* 255 bytes */
        {{note + 3841, NULL, 0, "candles", 0, 1, ""}, 9, HP_ERR_INVALID_GROUP_ID},
        {{"g", NULL, 0, "candles", 0, 1, ""}, 9, HP_ERR_UNKNOWN_MEMBER_ID},
        {{"g", id, 2, "candles", 0, 1, ""}, 9, HP_ERR_ILLEGAL_GENERATION},
        {{"g", "ghost", 1, "candles", 0, 1, ""}, 9, HP_ERR_UNKNOWN_MEMBER_ID},
        {{"g", id, 1, "candles", 0, 1, ""}, 9, 0},
        {{"new", "ghost", 1, "candles", 0, 1, ""}, 9, HP_ERR_UNKNOWN_MEMBER_ID},
        {{"new", "", 1, "candles", 0, 1, ""}, 8, HP_ERR_ILLEGAL_GENERATION},
        {{"new", "", 1, "candles", 0, 1, ""}, 9, HP_ERR_GROUP_ID_NOT_FOUND},
    };
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        int16_t error = commit(f->client, rows[i].version, rows[i].commit);
        if (error != rows[i].error) {
            print_error("row %zu\n", i);
        }
        assert_int_equal(error, rows[i].error);
    }
}

/* The good partitions of a request are stored, the others are told why not. */
static void test_partitions_are_judged_one_by_one(void **state)
{
    struct fixture *f = *state;
    struct hp_offset_commit_request *request = WORLD_NEW(f->client, offset_commit_request);
    request->group_id = HC_SLICE("g");
    request->topics = WORLD_ARRAY(f->client, offset_commit_request_topic, 2);
    request->topics_count = 2;
    for (int32_t t = 0; t < 2; t++) {
        request->topics[t].name = t == 0 ? HC_SLICE("candles") : HC_SLICE("nothing");
        request->topics[t].partitions = WORLD_ARRAY(f->client, offset_commit_request_partition, 3);
        request->topics[t].partitions_count = 3;
        for (int32_t p = 0; p < 3; p++) {
            request->topics[t].partitions[p].partition_index = p;
            request->topics[t].partitions[p].committed_offset = 10 + p;
        }
    }
    const struct hp_offset_commit_response *answer =
        world_ask(f->client, HP_OFFSET_COMMIT, 9, request);
    assert_int_equal(answer->topics[0].partitions[0].error_code, 0);
    assert_int_equal(answer->topics[0].partitions[1].error_code, 0);
    assert_int_equal(answer->topics[0].partitions[2].error_code, 3);
    assert_int_equal(answer->topics[1].partitions[0].error_code, 3);
    assert_int_equal(fetch(f->client, 9, "g", "candles", 1).offset, 11);
}

static void test_too_many_partitions(void **state)
{
    struct fixture *f = *state;
    (void)fetch(f->client, 9, "g", "candles", 0); /* a first frame may not be so large */
    struct hp_offset_commit_request *request = WORLD_NEW(f->client, offset_commit_request);
    request->group_id = HC_SLICE("g");
    request->topics = WORLD_ARRAY(f->client, offset_commit_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].name = HC_SLICE("candles");
    request->topics[0].partitions = WORLD_ARRAY(f->client, offset_commit_request_partition, 10001);
    request->topics[0].partitions_count = 10001;
    const struct hp_offset_commit_response *answer =
        world_ask(f->client, HP_OFFSET_COMMIT, 9, request);
    assert_int_equal(answer->topics[0].partitions_count, 10001);
    assert_int_equal(answer->topics[0].partitions[10000].error_code, HP_ERR_INVALID_REQUEST);
}

static void test_null_topics_ask_for_all(void **state)
{
    struct fixture *f = *state;
    const struct commit commits[] = {{"g", NULL, 0, "trades", 0, 3, ""},
                                     {"g", NULL, 0, "candles", 1, 2, ""},
                                     {"g", NULL, 0, "candles", 0, 1, ""},
                                     {"h", NULL, 0, "candles", 0, 9, ""}};
    for (size_t i = 0; i < HC_COUNT(commits); i++) {
        assert_int_equal(commit(f->client, 9, commits[i]), 0);
    }
    for (int16_t version = 2; version <= 10; version++) {
        struct hp_offset_fetch_request *request = WORLD_NEW(f->client, offset_fetch_request);
        request->group_id = version < 8 ? HC_SLICE("g") : HC_SLICE_EMPTY;
        request->topics_count = version < 8 ? -1 : 0;
        if (version >= 8) {
            request->groups = WORLD_ARRAY(f->client, offset_fetch_request_group, 2);
            request->groups_count = 2;
            request->groups[0].group_id = HC_SLICE("g");
            request->groups[0].topics_count = -1;
            request->groups[1].group_id = HC_SLICE("nobody");
            request->groups[1].topics_count = -1;
        }
        const struct hp_offset_fetch_response *answer =
            world_ask(f->client, HP_OFFSET_FETCH, version, request);
        if (version < 8) {
            assert_int_equal(answer->topics_count, 2);
            assert_true(hc_slice_equal_str(answer->topics[0].name, "candles"));
            assert_int_equal(answer->topics[0].partitions_count, 2);
            assert_int_equal(answer->topics[0].partitions[1].committed_offset, 2);
            assert_int_equal(answer->topics[1].partitions[0].committed_offset, 3);
            continue;
        }
        assert_int_equal(answer->groups_count, 2);
        assert_int_equal(answer->groups[0].topics_count, 2);
        assert_int_equal(answer->groups[0].topics[0].partitions[1].committed_offset, 2);
        struct hp_uuid candles = id_of(f->client, "candles");
        assert_int_equal(hp_uuid_equal(answer->groups[0].topics[0].topic_id, candles),
                         version >= 10);
        assert_int_equal(answer->groups[1].topics_count, 0);
        assert_int_equal(answer->groups[1].error_code, 0);
    }
}

/* ---- OffsetDelete ---- */

static int16_t offset_delete(struct world_client *client, const char *group, const char *topic,
                             int32_t partition)
{
    struct hp_offset_delete_request *request = WORLD_NEW(client, offset_delete_request);
    request->group_id = hc_slice_str(group);
    request->topics = WORLD_ARRAY(client, offset_delete_request_topic, 1);
    request->topics_count = 1;
    request->topics[0].name = hc_slice_str(topic);
    request->topics[0].partitions = WORLD_ARRAY(client, offset_delete_request_partition, 1);
    request->topics[0].partitions_count = 1;
    request->topics[0].partitions[0].partition_index = partition;
    const struct hp_offset_delete_response *answer =
        world_ask(client, HP_OFFSET_DELETE, 0, request);
    if (answer->error_code != 0) {
        return answer->error_code;
    }
    assert_int_equal(answer->topics_count, 1);
    return answer->topics[0].partitions[0].error_code;
}

static void test_offset_delete(void **state)
{
    struct fixture *f = *state;
    char id[ID_BYTES];
    become_stable(f->client, "g", id); /* subscribed to candles */
    struct commit own = {"g", id, 1, "trades", 0, 7, ""};
    assert_int_equal(commit(f->client, 9, own), 0);
    assert_int_equal(offset_delete(f->client, "", "trades", 0), HP_ERR_INVALID_GROUP_ID);
    assert_int_equal(offset_delete(f->client, "nobody", "trades", 0), HP_ERR_GROUP_ID_NOT_FOUND);
    assert_int_equal(offset_delete(f->client, "g", "candles", 0), HP_ERR_GROUP_SUBSCRIBED_TO_TOPIC);
    assert_int_equal(offset_delete(f->client, "g", "nothing", 0),
                     HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(offset_delete(f->client, "g", "trades", 1), HP_ERR_UNKNOWN_TOPIC_OR_PARTITION);
    assert_int_equal(offset_delete(f->client, "g", "trades", 0), 0);
    assert_int_equal(fetch(f->client, 9, "g", "trades", 0).offset, -1);
    assert_int_equal(offset_delete(f->client, "g", "trades", 0), 0); /* gone already */
}

/* ---- durable ---- */

struct durable {
    struct fixture fixture;
    struct hc_offsets_db *db;
    char directory[64];
};

static void fatal(void *context, const struct hc_error *error)
{
    (void)context;
    fail_msg("%s", error->text);
}

static void open_durable(struct durable *durable, struct hc_executor *executor)
{
    struct world *world = durable->fixture.world;
    struct hc_offsets_db_config config = {.directory = durable->directory,
                                          .executor = executor,
                                          .mailbox = &world->mailbox,
                                          .fatal = fatal};
    struct hc_error error;
    hc_offsets_free(world->cluster.offsets);
    assert_int_equal(hc_offsets_db_open(&config, &durable->db, &error), HC_OK);
    assert_int_equal(hc_offsets_new(durable->db, HC_SLICE("main"), &world->cluster.offsets, &error),
                     HC_OK);
}

static int setup_durable(void **state)
{
    static struct durable durable;
    void *fixture;
    setup(&fixture);
    durable.fixture = *(struct fixture *)fixture;
    strcpy(durable.directory, "/tmp/hindcast-commits-XXXXXX");
    assert_non_null(mkdtemp(durable.directory));
    *state = &durable;
    return 0;
}

static int teardown_durable(void **state)
{
    struct durable *durable = *state;
    struct world *world = durable->fixture.world;
    hc_offsets_db_flush(durable->db);
    struct hc_error error;
    hc_offsets_free(world->cluster.offsets);
    assert_int_equal(hc_offsets_new(NULL, HC_SLICE("main"), &world->cluster.offsets, &error),
                     HC_OK);
    hc_offsets_db_close(durable->db);
    world_free(world);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", durable->directory);
    return system(command);
}

/* An executor that keeps what it is given until it is told to go on. */
struct held {
    struct hc_executor executor;
    struct hc_job *job;
};

static void hold(struct hc_executor *executor, enum hc_lane lane, struct hc_job *job)
{
    (void)lane;
    struct held *held = (struct held *)(void *)executor;
    assert_null(held->job);
    held->job = job;
}

static bool release(struct held *held)
{
    struct hc_job *job = held->job;
    held->job = NULL;
    if (job) {
        job->run(job);
    }
    return job != NULL;
}

static void test_commit_is_answered_when_durable(void **state)
{
    struct durable *durable = *state;
    struct fixture *f = &durable->fixture;
    struct held held = {.executor.submit = hold};
    open_durable(durable, &held.executor);
    struct commit first = {"g", NULL, 0, "candles", 0, 5, ""};
    send_commit(f->client, 9, first);
    world_sleep(f->world, HC_NS_PER_S);
    assert_int_equal(f->client->answered, 0);
    struct world_client *reader = world_connect(f->world, WORLD_WHOLE);
    assert_int_equal(fetch(reader, 9, "g", "candles", 0).offset, -1); /* not before it is durable */
    while (release(&held)) { /* the topic's row, then the commit */
        world_sleep(f->world, HC_NS_PER_MS);
    }
    assert_int_equal(commit_error(await(f->client)), 0);
    assert_int_equal(fetch(reader, 9, "g", "candles", 0).offset, 5);
}

static void test_connection_lost_while_committing(void **state)
{
    struct durable *durable = *state;
    struct fixture *f = &durable->fixture;
    struct held held = {.executor.submit = hold};
    open_durable(durable, &held.executor);
    struct commit first = {"g", NULL, 0, "candles", 0, 5, ""};
    send_commit(f->client, 9, first);
    world_sleep(f->world, HC_NS_PER_MS);
    world_disconnect(f->client); /* its arena is gone: the commit goes on, nobody is told */
    while (release(&held)) {
        world_sleep(f->world, HC_NS_PER_MS);
    }
    world_reconnect(f->client);
    assert_int_equal(fetch(f->client, 9, "g", "candles", 0).offset, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name)    cmocka_unit_test_setup_teardown(name, setup, teardown)
#define DURABLE(name) cmocka_unit_test_setup_teardown(name, setup_durable, teardown_durable)
        TEST(test_commit_and_fetch_in_every_version),
        TEST(test_nothing_committed_is_no_error),
        TEST(test_refused_commits),
        TEST(test_partitions_are_judged_one_by_one),
        TEST(test_too_many_partitions),
        TEST(test_null_topics_ask_for_all),
        TEST(test_offset_delete),
        DURABLE(test_commit_is_answered_when_durable),
        DURABLE(test_connection_lost_while_committing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
