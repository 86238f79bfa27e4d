import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Writes kafka-java.jsonl: messages filled from a fixed seed and encoded by Apache Kafka's own
 * generated classes. Names, types and nullability of every field at every version come from the
 * schemas that those classes carry.
 */
public final class Vectors {
    private static final int[][] APIS = {
        {0, 0, 13}, {1, 4, 18}, {2, 1, 11}, {3, 0, 13}, {8, 2, 10}, {9, 1, 10}, {10, 0, 6},
        {11, 0, 9}, {12, 0, 4}, {13, 0, 5}, {14, 0, 5}, {15, 0, 6}, {16, 0, 5}, {18, 0, 4},
        {19, 2, 7}, {20, 1, 6}, {21, 0, 2}, {22, 0, 5}, {23, 2, 4}, {29, 1, 3}, {30, 1, 3},
        {31, 1, 3}, {32, 1, 4}, {33, 0, 2}, {35, 1, 5}, {37, 0, 3}, {42, 0, 2}, {44, 0, 1},
        {46, 0, 0}, {47, 0, 0}, {48, 0, 1}, {60, 0, 2}, {61, 0, 0}, {65, 0, 0}, {66, 0, 2},
    };

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz-_.0123456789\u00e9\u20bf";

    private enum Variant {
        DEFAULTS, // untouched
        TYPICAL, // two elements, no null
        NULLS, // null wherever allowed
        LONG // one long string, one long array
    }

    private final Variant variant;
    private final Random random;
    private boolean longStringDue;
    private boolean longArrayDue;

    private Vectors(Variant variant, long seed, boolean longArray) {
        this.variant = variant;
        this.random = new Random(seed);
        this.longStringDue = variant == Variant.LONG;
        this.longArrayDue = variant == Variant.LONG && longArray;
    }

    public static void main(String[] args) throws Exception {
        try (PrintStream out = new PrintStream(args[0], StandardCharsets.UTF_8)) {
            for (int[] api : APIS) {
                ApiKeys key = ApiKeys.forId(api[0]);
                String name = key.name;
                messages(out, api[0], name, "request", name + "RequestData", api[1], api[2]);
                messages(out, api[0], name, "response", name + "ResponseData", api[1], api[2]);
                headers(out, key, api[1], api[2]);
            }
            for (String name : List.of("ConsumerProtocolSubscription", "ConsumerProtocolAssignment")) {
                messages(out, -1, name, "data", name, 0, 3);
            }
        }
    }

    private static void messages(PrintStream out, int api, String name, String kind,
            String className, int first, int last) throws Exception {
        Class<?> type = Class.forName("org.apache.kafka.common.message." + className);
        Schema[] schemas = (Schema[]) type.getField("SCHEMAS").get(null);
        int lowest = Math.max(first, type.getField("LOWEST_SUPPORTED_VERSION").getShort(null));
        int highest = Math.min(last, type.getField("HIGHEST_SUPPORTED_VERSION").getShort(null));
        for (int version = lowest; version <= highest; version++) {
            String previous = null;
            for (Variant variant : Variant.values()) {
                long seed = ((api * 31L + kind.hashCode()) * 31 + version) * 31 + variant.ordinal();
                Message message = (Message) type.getDeclaredConstructor().newInstance();
                new Vectors(variant, seed, version == highest).fill(message, schemas[version]);
                String hex = encode(message, version);
                if (hex.equals(previous)) {
                    continue;
                }
                previous = hex;
                StringBuilder fields = new StringBuilder();
                describe(message, schemas[version], fields);
                line(out, api, name, kind, version, hex, fields.toString());
            }
        }
    }

    private static void headers(PrintStream out, ApiKeys key, int first, int last) {
        int lowest = Math.max(first, key.messageType.lowestSupportedVersion());
        int highest = Math.min(last, key.messageType.highestSupportedVersion(true));
        for (int version = lowest; version <= highest; version++) {
            String client = version % 3 == 0 ? null : "client-" + version;
            int correlation = 0x01020304 + version;
            RequestHeader header = new RequestHeader(key, (short) version, client, correlation);
            String bytes = encode(header.data(), key.requestHeaderVersion((short) version));
            line(out, key.id, key.name, "request_header", version, bytes, String.format(
                "{\"request_api_key\":%d,\"request_api_version\":%d,\"correlation_id\":%d,"
                    + "\"client_id\":%s}",
                key.id, version, correlation, client == null ? "null" : '"' + client + '"'));
            Message response = header.toResponseHeader().data();
            bytes = encode(response, key.responseHeaderVersion((short) version));
            line(out, key.id, key.name, "response_header", version, bytes,
                "{\"correlation_id\":" + correlation + "}");
        }
    }

    private static String encode(Message message, int version) {
        return hex(MessageUtil.toByteBufferAccessor(message, (short) version).buffer());
    }

    private static void line(PrintStream out, int api, String name, String kind, int version,
            String hex, String fields) {
        out.printf("{\"src\":\"kafka-java\",\"api\":%d,\"name\":\"%s\",\"kind\":\"%s\",\"version\":%d,"
            + "\"hex\":\"%s\",\"fields\":%s}\n", api, name, kind, version, hex, fields);
    }

    /** The schema's fields in wire order, tagged ones last. */
    private static List<Field> fieldsOf(Schema schema) {
        List<Field> fields = new ArrayList<>();
        for (BoundField bound : schema.fields()) {
            if (bound.def.type instanceof TaggedFields tagged) {
                fields.addAll(new TreeMap<>(tagged.fields()).values());
            } else {
                fields.add(bound.def);
            }
        }
        return fields;
    }

    private void fill(Object message, Schema schema) throws Exception {
        if (variant == Variant.DEFAULTS) {
            return;
        }
        for (Field def : fieldsOf(schema)) {
            java.lang.reflect.Field member = memberOf(message.getClass(), def.name);
            Class<?> raw = member.getType();
            Class<?> element = elementOf(member);
            setterOf(message.getClass(), member).invoke(message, value(def.type, raw, element));
        }
    }

    @SuppressWarnings("unchecked")
    private Object value(Type type, Class<?> raw, Class<?> element)
            throws Exception {
        if (variant == Variant.NULLS && type.isNullable()) {
            return null;
        }
        if (type.isArray()) {
            Type inner = type.arrayElementType().get();
            Collection<Object> list = raw == List.class ? new ArrayList<>()
                : (Collection<Object>) raw.getDeclaredConstructor().newInstance();
            int count = variant == Variant.TYPICAL ? 2 : 1;
            if (longArrayDue && !(inner instanceof Schema)) {
                longArrayDue = false;
                count = 130;
            }
            for (int i = 0; i < count; i++) {
                list.add(value(inner, element, null));
            }
            return list;
        }
        if (type instanceof Schema schema) {
            Object struct = raw.getDeclaredConstructor().newInstance();
            fill(struct, schema);
            return struct;
        }
        if (raw == boolean.class) {
            return random.nextBoolean();
        } else if (raw == byte.class || raw == Byte.class) {
            return (byte) number(Byte.MIN_VALUE, Byte.MAX_VALUE);
        } else if (raw == short.class || raw == Short.class) {
            return (short) number(Short.MIN_VALUE, Short.MAX_VALUE);
        } else if (raw == int.class || raw == Integer.class) {
            return (int) number(Integer.MIN_VALUE, Integer.MAX_VALUE);
        } else if (raw == long.class || raw == Long.class) {
            return number(Long.MIN_VALUE, Long.MAX_VALUE);
        } else if (raw == double.class) {
            return (random.nextInt(2_000_000) - 1_000_000) / 4.0;
        } else if (raw == Uuid.class) {
            return new Uuid(random.nextLong(), random.nextLong());
        } else if (raw == String.class) {
            return text();
        } else if (raw == byte[].class) {
            return bytes();
        } else if (raw == ByteBuffer.class) {
            return ByteBuffer.wrap(bytes());
        } else if (raw.getSimpleName().equals("BaseRecords")) {
            return MemoryRecords.readableRecords(ByteBuffer.wrap(bytes()));
        }
        throw new IllegalStateException("no value for " + raw);
    }

    private long number(long min, long max) {
        switch (random.nextInt(8)) {
            case 0: return min;
            case 1: return max;
            case 2: return -1 - random.nextInt(100);
            case 3: return random.nextLong() % max;
            default: return random.nextInt(100);
        }
    }

    private String text() {
        int length = 1 + random.nextInt(8);
        if (longStringDue) {
            longStringDue = false;
            length = 128 + random.nextInt(60);
        }
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void describe(Object message, Schema schema, StringBuilder out) throws Exception {
        String separator = "{";
        for (Field def : fieldsOf(schema)) {
            java.lang.reflect.Field member = memberOf(message.getClass(), def.name);
            Object value = message.getClass().getMethod(member.getName()).invoke(message);
            out.append(separator).append('"').append(def.name).append("\":");
            describeValue(value, def.type, out);
            separator = ",";
        }
        out.append(separator.equals("{") ? "{}" : "}");
    }

    private static void describeValue(Object value, Type type,
            StringBuilder out) throws Exception {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (type.isArray()) {
            String separator = "";
            out.append('[');
            for (Object element : (Collection<?>) value) {
                out.append(separator);
                describeValue(element, type.arrayElementType().get(), out);
                separator = ",";
            }
            out.append(']');
        } else if (type instanceof Schema schema) {
            describe(value, schema, out);
        } else if (value instanceof Uuid id) {
            out.append(String.format("\"%016x%016x\"",
                id.getMostSignificantBits(), id.getLeastSignificantBits()));
        } else if (value instanceof byte[] bytes) {
            out.append('"').append(HexFormat.of().formatHex(bytes)).append('"');
        } else if (value instanceof ByteBuffer buffer) {
            out.append('"').append(hex(buffer)).append('"');
        } else if (value instanceof MemoryRecords records) {
            out.append('"').append(hex(records.buffer())).append('"');
        } else {
            out.append('"').append(value).append('"'); /* text() makes nothing that JSON escapes */
        }
    }

    private static String hex(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static java.lang.reflect.Field memberOf(Class<?> type, String snakeCase) throws NoSuchFieldException {
        for (java.lang.reflect.Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers())
                    && toSnakeCase(field.getName()).equals(snakeCase)) {
                return field;
            }
        }
        throw new NoSuchFieldException(type + " " + snakeCase);
    }

    private static Method setterOf(Class<?> type, java.lang.reflect.Field member) throws NoSuchMethodException {
        String name = member.getName();
        String setter = "set" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return type.getMethod(setter, member.getType());
    }

    private static Class<?> elementOf(java.lang.reflect.Field member) {
        java.lang.reflect.Type generic = member.getGenericType();
        if (!(generic instanceof ParameterizedType)
                && Collection.class.isAssignableFrom(member.getType())) {
            generic = member.getType().getGenericSuperclass();
        }
        return generic instanceof ParameterizedType list
            && list.getActualTypeArguments()[0] instanceof Class<?> element ? element : null;
    }

    /** As Kafka's own generator names fields: an underscore before each run of capitals. */
    private static String toSnakeCase(String camelCase) {
        StringBuilder out = new StringBuilder();
        boolean previousCapital = true;
        for (char c : camelCase.toCharArray()) {
            if (Character.isUpperCase(c) && !previousCapital) {
                out.append('_');
            }
            previousCapital = Character.isUpperCase(c);
            out.append(Character.toLowerCase(c));
        }
        return out.toString();
    }
}
