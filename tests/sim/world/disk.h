/* The simulated topics on a real disk: written by the store's writer, opened by the store. */
#ifndef HC_TESTS_WORLD_DISK_H
#define HC_TESTS_WORLD_DISK_H

#include "sim/world/model.h"

/* A new temporary directory. */
void world_disk_make(char *ret, size_t capacity);
void world_disk_remove(const char *directory);

/* Writes the topic into `directory`, which is made. [load][partition] references, the last load
 * whole: world_disk_release. Cold topics have one load. */
struct hc_log ***world_disk_write(const struct model *model, const char *directory);
void world_disk_release(const struct model *model, struct hc_log ***loads);

#endif
