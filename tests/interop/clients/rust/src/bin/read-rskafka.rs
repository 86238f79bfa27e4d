//! Reads topics with rskafka, which has no groups. The command line is described in ../../../README.md.

use chrono::DateTime;
use hindcast_interop::{parse, Output, Start};
use rskafka::client::partition::{OffsetAt, PartitionClient, UnknownTopicHandling};
use rskafka::client::ClientBuilder;

const BYTES: std::ops::Range<i32> = 1..1_048_576;
const WAIT_MS: i32 = 10; // partitions are asked one after another

/// A time after the last record is answered with -1: then the start is the end.
async fn first_offset(
    client: &PartitionClient,
    start: Start,
) -> Result<i64, rskafka::client::error::Error> {
    let at = match start {
        Start::Offset(number) => return Ok(number),
        Start::Beginning => OffsetAt::Earliest,
        Start::End => OffsetAt::Latest,
        Start::Time(ms) => {
            OffsetAt::Timestamp(DateTime::from_timestamp_millis(ms).expect("a time"))
        }
    };
    match client.get_offset(at).await? {
        -1 => client.get_offset(OffsetAt::Latest).await,
        offset => Ok(offset),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = parse();
    let client = ClientBuilder::new(vec![options.bootstrap.clone()]).build().await?;
    let mut readers = Vec::new();
    for topic in client.list_topics().await? {
        if !options.topics.contains(&topic.name) {
            continue;
        }
        for partition in topic.partitions {
            let handling = UnknownTopicHandling::Error;
            let reader = client.partition_client(&topic.name, partition, handling).await?;
            let offset = first_offset(&reader, options.start).await?;
            readers.push((topic.name.clone(), partition, reader, offset));
        }
    }
    let mut output = Output::new();
    while output.printed < options.count {
        for (topic, partition, reader, offset) in &mut readers {
            let (records, _) = reader.fetch_records(*offset, BYTES, WAIT_MS).await?;
            for found in records {
                *offset = found.offset + 1;
                if output.printed < options.count {
                    let record = &found.record;
                    output.record(
                        (topic, *partition, found.offset),
                        record.timestamp.timestamp_millis(),
                        record.key.as_deref(),
                        record.value.as_deref(),
                    );
                }
            }
            output.flush();
        }
    }
    Ok(())
}
