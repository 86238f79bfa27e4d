/* CRC-32C (Castagnoli), with the CPU's instruction where it has one. */
#ifndef HP_CRC32C_H
#define HP_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* Continues `crc` (0 to begin) over `size` bytes. */
uint32_t hp_crc32c(uint32_t crc, const void *data, size_t size);

/* The table-driven version, for tests to compare with. */
uint32_t hp_crc32c_portable(uint32_t crc, const void *data, size_t size);

#endif
