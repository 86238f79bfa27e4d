#include "protocol/wire.h"

enum { FIRST_BLOCK_BYTES = 1024, BLOCK_BYTES_MAX = 32 * 1024, FIRST_CHUNKS = 4 };

static uint64_t read_uvarint(struct hp_reader *reader, size_t bytes_max, uint8_t last_max)
{
    uint64_t value = 0;
    for (size_t i = 0; i < bytes_max; i++) {
        const uint8_t *byte = hp_read_raw(reader, 1);
        if (!byte)
            return 0;
        if (i == bytes_max - 1 && *byte > last_max)
            break;
        value |= (uint64_t)(*byte & 0x7f) << 7 * i;
        if (*byte < 0x80)
            return value;
    }
    hp_reader_fail(reader);
    return 0;
}

uint32_t hp_read_uvarint_slow(struct hp_reader *reader)
{
    return (uint32_t)read_uvarint(reader, HP_VARINT32_BYTES_MAX, 0x0f);
}

uint64_t hp_read_uvarlong(struct hp_reader *reader)
{
    return read_uvarint(reader, HP_VARINT64_BYTES_MAX, 0x01);
}

void hp_skip_tags(struct hp_reader *reader)
{
    uint32_t count = hp_read_uvarint(reader);
    if (count > hp_reader_remaining(reader) / 2)
        hp_reader_fail(reader);
    int64_t previous = -1;
    for (uint32_t i = 0; i < count && !reader->failed; i++) {
        uint32_t tag = hp_read_uvarint(reader);
        uint32_t size = hp_read_uvarint(reader);
        if (!reader->failed && (int64_t)tag <= previous)
            hp_reader_fail(reader);
        (void)hp_read_raw(reader, size);
        previous = tag;
    }
}

void hp_writer_init(struct hp_writer *writer, size_t head_room, struct hc_arena *arena)
{
    HC_ASSERT(arena != NULL);
    *writer = (struct hp_writer){._arena = arena, ._block_bytes = FIRST_BLOCK_BYTES};
    if (head_room > 0)
        (void)hp_writer_room(writer, head_room);
}

static void append(struct hp_writer *writer, struct hc_chunk chunk)
{
    if (writer->_count == writer->_capacity) {
        size_t capacity = writer->_capacity == 0 ? FIRST_CHUNKS : writer->_capacity * 2;
        struct hc_chunk *chunks = HC_ARENA_ARRAY(writer->_arena, struct hc_chunk, capacity);
        if (writer->_count > 0)
            memcpy(chunks, writer->_chunks, writer->_count * sizeof *chunks);
        writer->_chunks = chunks;
        writer->_capacity = capacity;
    }
    HC_ASSERT(writer->_count < writer->_capacity);
    writer->_chunks[writer->_count++] = chunk;
    writer->_size += chunk.size;
}

static void end_piece(struct hp_writer *writer)
{
    if (writer->_at == writer->_piece)
        return;
    HC_ASSERT(writer->_piece < writer->_at && writer->_at <= writer->_end);
    append(writer, (struct hc_chunk){writer->_piece, (size_t)(writer->_at - writer->_piece), NULL});
    writer->_piece = writer->_at;
}

void hp_writer_grow(struct hp_writer *writer, size_t count)
{
    end_piece(writer);
    size_t size = HC_MAX(count, writer->_block_bytes);
    writer->_at = hc_arena_bytes(writer->_arena, size);
    writer->_piece = writer->_at;
    writer->_end = writer->_at + size;
    writer->_block_bytes = HC_MIN(writer->_block_bytes * 2, (size_t)BLOCK_BYTES_MAX);
}

void hp_write_bytes(struct hp_writer *writer, const void *data, size_t size)
{
    if (size > 0)
        memcpy(hp_writer_room(writer, size), data, size);
}

void hp_write_chunk(struct hp_writer *writer, struct hc_chunk chunk)
{
    HC_ASSERT(chunk.data != NULL || chunk.size == 0);
    end_piece(writer);
    append(writer, chunk);
}

void hp_writer_finish(struct hp_writer *writer, struct hc_chunk **ret_chunks, size_t *ret_count,
                      size_t *ret_size)
{
    end_piece(writer);
    *ret_chunks = writer->_chunks;
    *ret_count = writer->_count;
    *ret_size = writer->_size;
}
