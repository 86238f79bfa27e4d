/* Committed offsets as groups see them: the same tests in memory only and over a database that is
 * reopened after every change. */
#include "fixture.h"

enum mode { MEMORY, DURABLE };

static int setup_in(void **ret, enum mode mode)
{
    struct fixture *f = calloc(1, sizeof *f);
    fixture_init(f);
    if (mode == DURABLE) {
        fixture_open(f);
    } else {
        struct hc_error error;
        assert_int_equal(hc_offsets_new(NULL, HC_SLICE("main"), &f->offsets, &error), HC_OK);
    }
    *ret = f;
    return 0;
}

static int setup_memory(void **ret)
{
    return setup_in(ret, MEMORY);
}

static int setup_durable(void **ret)
{
    return setup_in(ret, DURABLE);
}

static int teardown(void **ret)
{
    fixture_done(*ret);
    free(*ret);
    return 0;
}

/* What was acknowledged must be there after a restart. */
static void restart(struct fixture *f)
{
    if (f->db) {
        fixture_close(f);
        fixture_open(f);
    }
}

static void test_commit_and_read(void **ret)
{
    struct fixture *f = *ret;
    struct hc_offset_position position;
    assert_false(hc_offsets_get(f->offsets, HC_SLICE("g"), HC_SLICE("t"), 0, &position));
    assert_false(hc_offsets_has_group(f->offsets, HC_SLICE("g")));
    assert_int_equal(commit(f, "g", "t", 0, 41), HC_OK);
    assert_int_equal(commit(f, "g", "t", 0, 42), HC_OK);
    assert_int_equal(commit(f, "g", "t", 7, -1), HC_OK);
    assert_int_equal(commit(f, "", "t", 0, 5), HC_OK); /* the empty group id is one */
    restart(f);
    assert_true(hc_offsets_get(f->offsets, HC_SLICE("g"), HC_SLICE("t"), 0, &position));
    assert_int_equal(position.offset, 42);
    assert_int_equal(position.leader_epoch, 3);
    assert_int_equal(position.commit_ms, 77);
    assert_true(hc_slice_equal_str(position.metadata, "note"));
    assert_true(hc_offsets_get(f->offsets, HC_SLICE("g"), HC_SLICE("t"), 7, &position));
    assert_int_equal(committed(f, "", "t", 0), 5);
    assert_int_equal(committed(f, "g", "u", 0), -1);
    assert_true(hc_offsets_has_group(f->offsets, HC_SLICE("g")));
}

static void test_batches_are_whole(void **ret)
{
    struct fixture *f = *ret;
    struct hc_offsets_change changes[100];
    for (int32_t i = 0; i < 100; i++) {
        changes[i] = commit_of("g", i % 2 ? "odd" : "even", i, i * 10);
    }
    assert_int_equal(apply(f, changes, 100), HC_OK);
    restart(f);
    for (int32_t i = 0; i < 100; i++) {
        assert_int_equal(committed(f, "g", i % 2 ? "odd" : "even", i), i * 10);
    }
}

struct seen {
    char text[256];
};

static void see(void *context, struct hc_slice topic, int32_t partition,
                const struct hc_offset_position *position)
{
    char *text = ((struct seen *)context)->text;
    size_t size = strlen(text);
    snprintf(text + size, sizeof(struct seen) - size, HC_SLICE_FMT "/%d=%d ", HC_SLICE_ARG(topic),
             partition, (int)position->offset);
}

static void see_group(void *context, struct hc_slice group)
{
    char *text = ((struct seen *)context)->text;
    size_t size = strlen(text);
    snprintf(text + size, sizeof(struct seen) - size, HC_SLICE_FMT " ", HC_SLICE_ARG(group));
}

static void test_visits_are_in_order(void **ret)
{
    struct fixture *f = *ret;
    commit(f, "g", "b", 1, 1);
    commit(f, "g", "a", 10, 2);
    commit(f, "h", "a", 0, 9);
    commit(f, "g", "a", 9, 3);
    restart(f);
    struct seen seen = {{0}};
    hc_offsets_each(f->offsets, HC_SLICE("g"), see, &seen);
    assert_string_equal(seen.text, "a/9=3 a/10=2 b/1=1 ");
    struct seen groups = {{0}};
    hc_offsets_each_group(f->offsets, see_group, &groups);
    assert_string_equal(groups.text, "g h ");
}

static void test_delete(void **ret)
{
    struct fixture *f = *ret;
    commit(f, "g", "t", 0, 1);
    commit(f, "g", "t", 1, 2);
    commit(f, "h", "t", 0, 3);
    struct hc_offsets_change one[] = {
        {.kind = HC_CHANGE_DELETE, .group = HC_SLICE("g"), .topic = HC_SLICE("t"), .partition = 0},
        {.kind = HC_CHANGE_DELETE, .group = HC_SLICE("g"), .topic = HC_SLICE("t"), .partition = 99},
    };
    assert_int_equal(apply(f, one, 2), HC_OK);
    restart(f);
    assert_int_equal(committed(f, "g", "t", 0), -1);
    assert_int_equal(committed(f, "g", "t", 1), 2);
    struct hc_offsets_change group = {.kind = HC_CHANGE_DELETE_GROUP, .group = HC_SLICE("g")};
    assert_int_equal(apply(f, &group, 1), HC_OK);
    restart(f);
    assert_false(hc_offsets_has_group(f->offsets, HC_SLICE("g")));
    assert_int_equal(committed(f, "h", "t", 0), 3);
    struct hc_offsets_change all = {.kind = HC_CHANGE_FORGET};
    assert_int_equal(apply(f, &all, 1), HC_OK);
    restart(f);
    assert_int_equal(committed(f, "h", "t", 0), -1);
}

static void test_clamp_with_epoch_and_session_is_one_step(void **ret)
{
    struct fixture *f = *ret;
    commit(f, "g", "t", 0, 100);
    commit(f, "h", "t", 0, 40);
    commit(f, "g", "t", 1, 100);
    struct hc_offsets_epoch epochs[] = {{0, 0}, {1, 50}};
    struct hc_offsets_session_state state = {1234, 3, 1, false, 60, 1};
    struct hc_offsets_change rewind[] = {
        {.kind = HC_CHANGE_CLAMP, .topic = HC_SLICE("t"), .position.offset = 50},
        {.kind = HC_CHANGE_EPOCHS, .topic = HC_SLICE("t"), .epochs = epochs, .epoch_count = 2},
        {.kind = HC_CHANGE_SESSION, .session = &state},
    };
    struct hc_offsets_session_state read = {0};
    assert_false(hc_offsets_session_state(f->offsets, &read));
    assert_int_equal(apply(f, rewind, 3), HC_OK);
    restart(f);
    assert_int_equal(committed(f, "g", "t", 0), 50);
    assert_int_equal(committed(f, "h", "t", 0), 40);
    assert_int_equal(committed(f, "g", "t", 1), 100);
    assert_true(hc_offsets_session_state(f->offsets, &read));
    assert_int_equal(read.market_ms, 1234);
    assert_int_equal(read.speed_num, 60);
    const struct hc_offsets_epoch *list;
    assert_int_equal(hc_offsets_epochs(f->offsets, HC_SLICE("t"), 0, &list), 2);
    assert_int_equal(list[1].epoch, 1);
    assert_int_equal(list[1].start, 50);
    assert_int_equal(hc_offsets_epochs(f->offsets, HC_SLICE("t"), 1, &list), 0);
}

/* A later rewind cuts entries away and a list becomes shorter. */
static void test_epochs_are_replaced(void **ret)
{
    struct fixture *f = *ret;
    struct hc_offsets_epoch longer[] = {{0, 0}, {1, 50}, {2, 70}}, shorter[] = {{0, 0}, {3, 20}};
    struct hc_offsets_change change = {
        .kind = HC_CHANGE_EPOCHS, .topic = HC_SLICE("t"), .epochs = longer, .epoch_count = 3};
    assert_int_equal(apply(f, &change, 1), HC_OK);
    change.epochs = shorter;
    change.epoch_count = 2;
    assert_int_equal(apply(f, &change, 1), HC_OK);
    restart(f);
    const struct hc_offsets_epoch *list;
    assert_int_equal(hc_offsets_epochs(f->offsets, HC_SLICE("t"), 0, &list), 2);
    assert_int_equal(list[1].epoch, 3);
}

static void test_changed_identity_starts_without_offsets(void **ret)
{
    struct fixture *f = *ret;
    assert_false(add_topic(f, "t", "aaaa", "interval=1m\nkey=symbol", NULL));
    commit(f, "g", "t", 0, 10);
    restart(f);
    assert_false(add_topic(f, "t", "aaaa", "interval=1m\nkey=symbol", NULL));
    assert_int_equal(committed(f, "g", "t", 0), 10);
    char *before = NULL;
    assert_true(add_topic(f, "t", "bbbb", "interval=5m\nkey=symbol", &before));
    assert_string_equal(before, "interval=1m\nkey=symbol");
    char *keys =
        hc_offsets_changed_settings(hc_slice_str(before), HC_SLICE("interval=5m\nkey=symbol"));
    assert_string_equal(keys, "interval");
    free(keys);
    free(before);
    assert_int_equal(committed(f, "g", "t", 0), -1);
    assert_false(hc_offsets_has_group(f->offsets, HC_SLICE("g")));
    commit(f, "g", "t", 0, 3);
    restart(f);
    assert_int_equal(committed(f, "g", "t", 0), 3);
    assert_true(add_topic(f, "t", "aaaa", "interval=1m\nkey=symbol", NULL)); /* back again */
    assert_int_equal(committed(f, "g", "t", 0), 10);
}

static void test_changed_settings(void **ret)
{
    (void)ret;
    static const struct {
        const char *before, *after, *keys;
    } rows[] = {
        {"a=1\nb=2", "a=1\nb=2", ""},     {"a=1\nb=2", "a=2\nb=3", "a, b"},
        {"a=1", "a=1\nb=2", "b"},         {"a=1\nb=2", "b=2", "a"},
        {"a=x=y", "a=x=z", "a"},          {"", "", ""},
        {"a=\nb=2\n", "a=1\nb=2\n", "a"},
    };
    for (size_t i = 0; i < HC_COUNT(rows); i++) {
        char *keys =
            hc_offsets_changed_settings(hc_slice_str(rows[i].before), hc_slice_str(rows[i].after));
        assert_string_equal(keys, rows[i].keys);
        free(keys);
    }
}

static void test_groups_are_bounded(void **ret)
{
    struct fixture *f = *ret;
    for (int i = 0; i < HC_OFFSETS_GROUPS_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "g%d", i);
        assert_int_equal(commit(f, name, "t", 0, i), HC_OK);
    }
    assert_int_equal(commit(f, "one more", "t", 0, 1), HC_LIMIT);
    assert_int_equal(commit(f, "g5", "t", 1, 1), HC_OK);
    struct hc_offsets_change group = {.kind = HC_CHANGE_DELETE_GROUP, .group = HC_SLICE("g5")};
    assert_int_equal(apply(f, &group, 1), HC_OK);
    assert_int_equal(commit(f, "one more", "t", 0, 1), HC_OK);
}

int main(void)
{
#define BOTH(name)                                                                                 \
    {#name " in memory", name, setup_memory, teardown, NULL},                                      \
    {                                                                                              \
#name " durable", name, setup_durable, teardown, NULL                                      \
    }
    const struct CMUnitTest tests[] = {
        BOTH(test_commit_and_read),
        BOTH(test_batches_are_whole),
        BOTH(test_visits_are_in_order),
        BOTH(test_delete),
        BOTH(test_clamp_with_epoch_and_session_is_one_step),
        BOTH(test_epochs_are_replaced),
        BOTH(test_changed_identity_starts_without_offsets),
        cmocka_unit_test_setup_teardown(test_groups_are_bounded, setup_memory, teardown),
        cmocka_unit_test(test_changed_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
