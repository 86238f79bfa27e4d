import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads topics with the Java client, 2.8 to 4.3. The command line is described in ../README.md. */
public final class Read {
    private final Map<String, String> options = new HashMap<>();
    private final String start;
    private final long number;
    private final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    private KafkaConsumer<byte[], byte[]> consumer;

    private Read(String[] arguments) {
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i].substring(2), arguments[i + 1]);
        }
        String[] from = options.get("from").split(":");
        start = from[0];
        number = from.length > 1 ? Long.parseLong(from[1]) : 0;
    }

    public static void main(String[] arguments) {
        new Read(arguments).run();
    }

    private void run() {
        boolean inGroup = options.get("mode").equals("group");
        consumer = newConsumer(inGroup);
        List<String> topics = List.of(options.get("topics").split(","));
        if (!inGroup) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : topics) {
                for (PartitionInfo partition : consumer.partitionsFor(topic)) {
                    partitions.add(new TopicPartition(topic, partition.partition()));
                }
            }
            consumer.assign(partitions);
            seek(partitions);
        } else if (start.equals("offset") || start.equals("time")) {
            consumer.subscribe(topics, new SeekOnAssignment());
        } else {
            consumer.subscribe(topics);
        }
        read(Long.parseLong(options.get("count")));
        if (inGroup) {
            consumer.commitSync(positions);
        }
        consumer.close();
    }

    private KafkaConsumer<byte[], byte[]> newConsumer(boolean inGroup) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", options.get("bootstrap"));
        properties.put("auto.offset.reset", start.equals("end") ? "latest" : "earliest");
        if (inGroup) {
            properties.put("group.id", options.get("group"));
            properties.put("enable.auto.commit", "false"); // close() would commit what was read beyond the count
        }
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void seek(Collection<TopicPartition> partitions) {
        switch (start) {
            case "beginning":
                consumer.seekToBeginning(partitions);
                break;
            case "end":
                consumer.seekToEnd(partitions);
                break;
            case "offset":
                partitions.forEach(partition -> consumer.seek(partition, number));
                break;
            default:
                Map<TopicPartition, Long> times =
                    partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> number));
                for (Map.Entry<TopicPartition, OffsetAndTimestamp> found : consumer.offsetsForTimes(times).entrySet()) {
                    if (found.getValue() == null) {
                        consumer.seekToEnd(List.of(found.getKey()));
                    } else {
                        consumer.seek(found.getKey(), found.getValue().offset());
                    }
                }
        }
    }

    private final class SeekOnAssignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            seek(partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        }
    }

    private void read(long count) {
        long left = count;
        while (left > 0) {
            StringBuilder lines = new StringBuilder();
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                if (left == 0) {
                    break;
                }
                left--;
                lines.append(record.topic()).append('\t').append(record.partition()).append('\t')
                    .append(record.offset()).append('\t').append(record.timestamp()).append('\t')
                    .append(text(record.key())).append('\t').append(text(record.value())).append('\n');
                positions.put(new TopicPartition(record.topic(), record.partition()),
                    new OffsetAndMetadata(record.offset() + 1));
            }
            System.out.print(lines);
            System.out.flush();
        }
    }

    private static String text(byte[] data) {
        return data == null ? "-" : Base64.getEncoder().encodeToString(data);
    }
}
