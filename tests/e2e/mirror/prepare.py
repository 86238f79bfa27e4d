"""Prints the Python that has the auditor's client, and where Kafka's classpath is, installing both."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "interop" / "harness"))
import catalogue  # noqa: E402
import install  # noqa: E402

CLIENT = "2.16.1"


def main() -> int:
    tools = install.Toolchains(bool(os.environ.get("HC_STRICT")))
    packages = [f"confluent-kafka=={CLIENT}"]
    try:
        program = install.python_packages(f"venv-confluent-kafka-{CLIENT}", packages, tools)
        jars = catalogue.kafka_tools(tools)
    except install.Missing as missing:
        print(f"mirror: {missing}", file=sys.stderr)
        return 1
    print(program.command[0])
    print(jars / "classpath.args")
    return 0


if __name__ == "__main__":
    sys.exit(main())
