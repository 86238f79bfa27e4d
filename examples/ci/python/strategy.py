"""A strategy as a service: goes long when the fast average of closes crosses the slow one from below."""

import json
from collections import deque
from dataclasses import dataclass

from confluent_kafka import Consumer

FAST, SLOW = 5, 20


@dataclass
class Order:
    time_ms: int
    side: str
    price: float


class Crossover:
    """Pure: bars in, orders out."""

    def __init__(self):
        self.closes = deque(maxlen=SLOW)
        self.is_long = False

    def on_bar(self, time_ms: int, close: float) -> Order | None:
        self.closes.append(close)
        if len(self.closes) < SLOW:
            return None
        fast = sum(list(self.closes)[-FAST:]) / FAST
        slow = sum(self.closes) / SLOW
        if (fast > slow) == self.is_long:
            return None
        self.is_long = not self.is_long
        return Order(time_ms, "buy" if self.is_long else "sell", close)


def run(bootstrap: str, on_order, is_over) -> int:
    """Reads bars until is_over() and commits each before the next; how many there were."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "strategy",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe(["candles"])
    strategy, bars = Crossover(), 0
    while not is_over(bars):
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        order = strategy.on_bar(message.timestamp()[1], float(json.loads(message.value())["close"]))
        if order:
            on_order(order)
        bars += 1
        consumer.commit(message=message, asynchronous=False)
    consumer.poll(0.5)  # asks once more: there is nothing left
    consumer.close()
    return bars
