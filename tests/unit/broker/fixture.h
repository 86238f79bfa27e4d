/* One broker with one topic, for tests of connections. Include once per test. */
#ifndef HC_TESTS_BROKER_FIXTURE_H
#define HC_TESTS_BROKER_FIXTURE_H

#include "sim/world/client.h"
#include "sim/world/requests.h"
#include "sim/world/world.h"

static const struct world_topic_config fixture_topics[] = {
    {.name = "candles", .partitions = 2, .records = 2000, .step_ms = 1000},
};

struct fixture {
    struct world *world;
    struct world_client *client;
};

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct world_config config = {.seed = 1,
                                  .session = world_session(),
                                  .topics = fixture_topics,
                                  .topic_count = HC_COUNT(fixture_topics)};
    fixture.world = world_new(&config);
    fixture.client = world_connect(fixture.world, WORLD_WHOLE);
    *state = &fixture;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    world_free(fixture->world);
    return 0;
}

/* A valid request, so that the connection has spoken. */
static inline void speak(struct world_client *client)
{
    const struct hp_api_versions_response *answer =
        world_ask(client, HP_API_VERSIONS, 0, WORLD_NEW(client, api_versions_request));
    assert_int_equal(answer->error_code, 0);
}

/* A parked Fetch at the end of candles-0. */
static inline void send_parked_fetch(struct world_client *client, int32_t max_wait_ms)
{
    struct world_fetch fetch = {.version = 11,
                                .max_wait_ms = max_wait_ms,
                                .min_bytes = 1 << 20,
                                .items = {{.offset = world_end(client->world, 0, 0)}},
                                .count = 1};
    world_send(client, HP_FETCH, 11, world_fetch_request(client, &fetch));
    world_forget(client);
}

#endif
