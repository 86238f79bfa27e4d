"""hindcast as the interop tests start it: on free ports, behind a proxy where requests are noted."""

import pathlib
import sys
import typing

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "e2e"))
import reader  # noqa: E402
import real_data  # noqa: E402
from broker import Broker, Failed  # noqa: E402
import wire  # noqa: E402
from market import Log  # noqa: E402
from proxy import Proxy  # noqa: E402

LOAD_SECONDS = 60
YEAR = "bitmex-year"
MONTH, MONTH_PARTITIONS = "bitfinex-month", 4


class Hindcast:
    """A running broker; a context manager. `bootstrap` is the proxy's address where there is one."""

    def __init__(
        self,
        binary: str,
        scratch: pathlib.Path,
        name: str,
        arguments: list[str],
        proxied: bool = False,
    ):
        self.proxy = Proxy() if proxied else None
        extra = ["--advertise", self.proxy.address] if self.proxy else []
        cache = ["--cache-dir", str(scratch / "cache"), "--log-level", "warn"]
        log = scratch / f"{name}.log"
        self._broker = Broker(binary, [*arguments, *cache, *extra], str(log))
        self.direct = self._broker.kafka
        if self.proxy:
            self.proxy.forward_to(self.direct)
        self.bootstrap = self.proxy.address if self.proxy else self.direct
        self.status = self._broker.status

    def __enter__(self) -> "Hindcast":
        return self

    def __exit__(self, *failure) -> None:
        if self.proxy:
            self.proxy.close()
        self._broker.__exit__(*failure)

    def wait_for(self, *logs: Log) -> None:
        """Returns when everything of these logs is visible: a waiting fetch at each end tells."""
        connection = wire.Reader(self.direct, LOAD_SECONDS)
        for log in logs:
            for partition, lines in enumerate(log.lines):
                end, stalls = 0, 0
                while end < len(lines):
                    before = end
                    end, _ = connection.fetch(log.topic, partition, end, 1000)
                    stalls = stalls + 1 if end == before else 0
                    if stalls > LOAD_SECONDS:
                        raise Failed(
                            f"{log.topic} {partition} stands at {end} of {len(lines)}\n"
                            + self._broker.tail()
                        )
        connection.close()


class RealMarket(typing.NamedTuple):
    """Every real data set as a topic of one broker."""

    arguments: list[str]
    logs: list[Log]  # all but the year
    year: Log


def real_market(data_dir: pathlib.Path) -> RealMarket:
    arguments, logs, year = ["--speed", "max"], [], None
    for dataset in reader.DATASETS:
        partitions = MONTH_PARTITIONS if dataset.name == MONTH else 1
        arguments += real_data.flags(dataset, str(data_dir), detect=False)
        arguments += ["--topic", dataset.name, "--partitions", str(partitions)]
        records = reader.expected(dataset, str(data_dir))
        log = Log(dataset.name, reader.partitioned(records, partitions))
        if dataset.name == YEAR:
            year = log
        else:
            logs.append(log)
    return RealMarket(arguments, logs, year)
