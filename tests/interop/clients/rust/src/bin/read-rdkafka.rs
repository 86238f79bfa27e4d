//! Reads topics with rust-rdkafka. The command line is described in ../../../README.md.

use hindcast_interop::{parse, Options, Output, Start};
use rdkafka::client::ClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer, ConsumerContext};
use rdkafka::error::KafkaResult;
use rdkafka::types::RDKafkaRespErr;
use rdkafka::{Message, Offset, TopicPartitionList};
use std::time::Duration;

const WAIT: Duration = Duration::from_secs(10);

/// By offset and by time, a group's start is set when partitions come.
struct StartOnAssignment(Start);

impl ClientContext for StartOnAssignment {}

impl ConsumerContext for StartOnAssignment {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        error: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        if error != RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
            consumer.unassign().expect("unassign");
        } else if matches!(self.0, Start::Offset(_) | Start::Time(_)) {
            let started = with_start(consumer, self.0, partitions).expect("start");
            consumer.assign(&started).expect("assign");
        } else {
            consumer.assign(partitions).expect("assign");
        }
    }
}

fn with_start(
    consumer: &BaseConsumer<StartOnAssignment>,
    start: Start,
    partitions: &TopicPartitionList,
) -> KafkaResult<TopicPartitionList> {
    let mut list = partitions.clone();
    list.set_all_offsets(match start {
        Start::Beginning => Offset::Beginning,
        Start::End => Offset::End,
        Start::Offset(number) | Start::Time(number) => Offset::Offset(number),
    })?;
    match start {
        Start::Time(_) => consumer.offsets_for_times(list, WAIT),
        _ => Ok(list),
    }
}

fn all_partitions(
    consumer: &BaseConsumer<StartOnAssignment>,
    options: &Options,
) -> KafkaResult<TopicPartitionList> {
    let mut list = TopicPartitionList::new();
    for topic in &options.topics {
        let metadata = consumer.fetch_metadata(Some(topic), WAIT)?;
        for partition in metadata.topics()[0].partitions() {
            list.add_partition(topic, partition.id());
        }
    }
    Ok(list)
}

fn main() -> KafkaResult<()> {
    let options = parse();
    let mut output = Output::new();
    let reset = if matches!(options.start, Start::End) { "latest" } else { "earliest" };
    let consumer: BaseConsumer<StartOnAssignment> = ClientConfig::new()
        .set("bootstrap.servers", &options.bootstrap)
        .set("group.id", &options.group)
        .set("auto.offset.reset", reset)
        .create_with_context(StartOnAssignment(options.start))?;
    if options.group_mode {
        let names: Vec<&str> = options.topics.iter().map(String::as_str).collect();
        consumer.subscribe(&names)?;
    } else {
        let partitions = all_partitions(&consumer, &options)?;
        consumer.assign(&with_start(&consumer, options.start, &partitions)?)?;
    }

    while output.printed < options.count {
        match consumer.poll(Duration::from_millis(100)) {
            None => output.flush(),
            Some(message) => {
                let message = message?;
                output.record(
                    (message.topic(), message.partition(), message.offset()),
                    message.timestamp().to_millis().unwrap_or(-1),
                    message.key(),
                    message.payload(),
                );
            }
        }
    }
    output.flush();
    if options.group_mode {
        let mut places = TopicPartitionList::new();
        for ((topic, partition), offset) in &output.positions {
            places.add_partition_offset(topic, *partition, Offset::Offset(*offset))?;
        }
        consumer.commit(&places, CommitMode::Sync)?;
    }
    Ok(())
}
