/* One broker with two topics and one client, for tests of handlers. Include once per test. */
#ifndef HC_TESTS_API_FIXTURE_H
#define HC_TESTS_API_FIXTURE_H

#include "sim/world/client.h"
#include "sim/world/requests.h"
#include "sim/world/world.h"

#include "support/seed.h"

/* "candles": two partitions of 300 records about a minute apart; "trades": one partition, finer,
 * with timestamps out of order. */
static const struct world_topic_config fixture_topics[] = {
    {.name = "candles", .partitions = 2, .records = 300},
    {.name = "trades", .records = 500, .step_ms = 700, .stamp_ms = 5000},
};

struct fixture {
    struct world *world;
    struct world_client *client;
};

static inline void open_world(struct fixture *fixture, const struct world_config *config)
{
    fixture->world = world_new(config);
    fixture->client = world_connect(fixture->world, WORLD_WHOLE);
}

/* Runs until market time is that; the client connects again, since connections do not idle for
 * ever.
 */
static inline void reach(struct fixture *fixture, int64_t market_ms)
{
    world_market(fixture->world, market_ms);
    world_reconnect(fixture->client);
}

static inline struct world_config fixture_config(void)
{
    return (struct world_config){.seed = 1,
                                 .session = world_session(),
                                 .topics = fixture_topics,
                                 .topic_count = HC_COUNT(fixture_topics)};
}

static inline int setup(void **state)
{
    static struct fixture fixture;
    struct world_config config = fixture_config();
    open_world(&fixture, &config);
    *state = &fixture;
    return 0;
}

/* Everything is visible. */
static inline int setup_ended(void **state)
{
    static struct fixture fixture;
    struct world_config config = fixture_config();
    config.session.speed = hc_speed_max();
    open_world(&fixture, &config);
    *state = &fixture;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *fixture = *state;
    world_free(fixture->world);
    return 0;
}

#endif
