import os

import strategy

BARS = 1440
FIRST_CLOSE_MS = 1_735_689_660_000


def test_a_day_of_history():
    orders = []
    bars = strategy.run(os.environ["HINDCAST_BOOTSTRAP"], orders.append, lambda seen: seen == BARS)
    assert bars == BARS
    assert orders, "a day without a crossing"
    sides = [order.side for order in orders]
    assert sides == ["buy", "sell"] * (len(sides) // 2) + ["buy"] * (len(sides) % 2)
    times = [order.time_ms for order in orders]
    assert times == sorted(times)
    assert times[0] >= FIRST_CLOSE_MS + (strategy.SLOW - 1) * 60_000


def test_no_order_before_the_averages_are_full():
    crossover = strategy.Crossover()
    assert all(crossover.on_bar(i, 100 + i) is None for i in range(strategy.SLOW - 1))
    assert crossover.on_bar(strategy.SLOW, 200).side == "buy"
