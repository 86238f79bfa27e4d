import java.io.PrintStream;
import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.AppInfoParser;

/**
 * Appends batches made by Apache Kafka's own builder to batches.jsonl (see make_batches.py for the format), or with --check reads
 * such a file and compares what Kafka's reader finds in each batch with the line's text.
 */
public final class MakeBatches {
    private static final int LONG = 1024;
    private static final long T0 = 1514764800000L;

    private static final class Batch {
        long baseOffset = 0;
        int leaderEpoch = 0;
        long producerId = -1;
        short producerEpoch = -1;
        int baseSequence = -1;
        boolean transactional = false;
        TimestampType timestampType = TimestampType.CREATE_TIME;
        final List<Object[]> records = new ArrayList<>();

        Batch add(long timestamp, byte[] key, byte[] value, Header... headers) {
            records.add(new Object[] {timestamp, key, value, headers});
            return this;
        }

        byte[] build(CompressionType type) {
            MemoryRecordsBuilder builder = new MemoryRecordsBuilder(ByteBuffer.allocate(1 << 20),
                RecordBatch.MAGIC_VALUE_V2, Compression.of(type).build(), timestampType, baseOffset,
                T0 + 77, producerId, producerEpoch, baseSequence, transactional, false, leaderEpoch, 1 << 20);
            for (Object[] r : records) {
                builder.append((Long) r[0], (byte[]) r[1], (byte[]) r[2], (Header[]) r[3]);
            }
            ByteBuffer buffer = builder.build().buffer();
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        }
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("--check")) {
            check(Path.of(args[1]));
            return;
        }
        try (PrintStream out = new PrintStream(new FileOutputStream(args[0], true), false, StandardCharsets.US_ASCII)) {
            List<CompressionType> all = List.of(CompressionType.values());
            List<CompressionType> compressed = all.subList(1, all.size());
            write(out, "nulls", all, new Batch().add(T0, null, null));
            write(out, "empty", all, new Batch().add(T0, utf8(""), utf8("")));
            write(out, "candles", all, candles());
            write(out, "headers", all, headers());
            write(out, "times", all, times());
            write(out, "transaction", all, transaction());
            write(out, "append-time", all, appendTime());
            write(out, "many", List.of(CompressionType.NONE, CompressionType.ZSTD), many());
            write(out, "long", compressed, longValues());
        }
    }

    private static void write(PrintStream out, String name, List<CompressionType> types, Batch batch) {
        for (CompressionType type : types) {
            byte[] bytes = batch.build(type);
            out.print("{\"src\":\"kafka-clients " + AppInfoParser.getVersion() + ": " + name + "\",\"codec\":\""
                + type.name + "\",\"hex\":\"" + HexFormat.of().formatHex(bytes) + "\"," + describe(bytes) + "\n");
        }
    }

    private static Batch candles() {
        Batch batch = new Batch();
        for (int i = 0; i < 12; i++) {
            batch.add(T0 + 60000L * i, utf8("XBTUSD"), utf8("{\"open\":" + (14000.5 + i) + ",\"volume\":" + 1000 * i + "}"));
        }
        batch.baseOffset = 1L << 40;
        batch.leaderEpoch = 7;
        return batch;
    }

    private static Batch headers() {
        return new Batch()
            .add(T0, utf8("k"), utf8("v"), new RecordHeader("source", utf8("bitmex")), new RecordHeader("", utf8("")),
                new RecordHeader("null", null), new RecordHeader("h\u00e9", new byte[] {0, -1}))
            .add(T0 + 1, null, utf8("w".repeat(64)), new RecordHeader("x", utf8("y".repeat(130))));
    }

    private static Batch times() {
        return new Batch().add(T0, utf8("a"), utf8("1")).add(T0 - 86400000, utf8("a"), utf8("2"))
            .add(T0 + (1L << 33), utf8("a"), utf8("3")).add(0, utf8("a"), utf8("4"));
    }

    private static Batch transaction() {
        Batch batch = candles();
        batch.producerId = 4711;
        batch.producerEpoch = 3;
        batch.baseSequence = Integer.MAX_VALUE - 1;
        batch.transactional = true;
        return batch;
    }

    private static Batch appendTime() {
        Batch batch = times();
        batch.timestampType = TimestampType.LOG_APPEND_TIME;
        return batch;
    }

    private static Batch many() {
        Batch batch = new Batch();
        for (int i = 0; i < 130; i++) {
            batch.add(T0 + i, utf8("" + i), null);
        }
        return batch;
    }

    private static Batch longValues() {
        return new Batch().add(T0, utf8("long"), utf8("candles ".repeat(9000))).add(T0 + 1, null, utf8("0".repeat(40000)));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] data) {
        if (data == null) {
            return "null";
        }
        if (data.length <= LONG) {
            return "\"" + HexFormat.of().formatHex(data) + "\"";
        }
        CRC32C crc = new CRC32C();
        crc.update(data);
        return String.format("\"#%d:%08x\"", data.length, crc.getValue());
    }

    private static String text(ByteBuffer buffer) {
        if (buffer == null) {
            return "null";
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return text(bytes);
    }

    private static String record(Record record) {
        StringJoiner headers = new StringJoiner(",", "[", "]");
        for (Header header : record.headers()) {
            headers.add("[\"" + HexFormat.of().formatHex(utf8(header.key())) + "\"," + text(header.value()) + "]");
        }
        return "{\"offset\":" + record.offset() + ",\"timestamp\":" + record.timestamp() + ",\"key\":"
            + text(record.key()) + ",\"value\":" + text(record.value()) + ",\"headers\":" + headers + "}";
    }

    /** The canonical text of the one batch in these bytes, as Kafka's reader sees it. */
    private static String describe(byte[] bytes) {
        List<MutableRecordBatch> batches = new ArrayList<>();
        MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).batches().forEach(batches::add);
        if (batches.size() != 1 || batches.get(0).sizeInBytes() != bytes.length) {
            throw new IllegalStateException("not one batch");
        }
        DefaultRecordBatch batch = (DefaultRecordBatch) batches.get(0);
        batch.ensureValid();
        StringJoiner records = new StringJoiner(",", "[", "]");
        batch.forEach(r -> records.add(record(r)));
        ByteBuffer head = ByteBuffer.wrap(bytes);
        return "\"batch\":{\"base_offset\":" + batch.baseOffset() + ",\"leader_epoch\":" + batch.partitionLeaderEpoch()
            + ",\"attributes\":" + head.getShort(21) + ",\"last_offset_delta\":" + (batch.lastOffset() - batch.baseOffset())
            + ",\"base_timestamp\":" + head.getLong(27) + ",\"max_timestamp\":" + batch.maxTimestamp()
            + ",\"producer_id\":" + batch.producerId() + ",\"producer_epoch\":" + batch.producerEpoch()
            + ",\"base_sequence\":" + batch.baseSequence() + ",\"count\":" + batch.countOrNull() + "},\"records\":" + records + "}";
    }

    private static void check(Path file) throws Exception {
        int checked = 0;
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split("\"hex\":\"|\",\"batch\":");
            String found = describe(HexFormat.of().parseHex(parts[1]));
            String told = "\"batch\":" + parts[2];
            if (!found.equals(told)) {
                throw new IllegalStateException("line " + (checked + 1) + "\n told  " + told + "\n found " + found);
            }
            checked++;
        }
        System.out.println(checked + " batches read alike by Apache Kafka " + AppInfoParser.getVersion());
        if (checked == 0) {
            throw new IllegalStateException("no batches");
        }
    }
}
