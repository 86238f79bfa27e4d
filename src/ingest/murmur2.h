/* MurmurHash2 as the Java client computes it (org.apache.kafka.common.utils.Utils.murmur2): 32
 * bits, seed 0x9747b28c. Decides the partition of a key. Pure. */
#ifndef HC_INGEST_MURMUR2_H
#define HC_INGEST_MURMUR2_H

#include "base/slice.h"

int32_t hc_murmur2(struct hc_slice bytes);

/* The Java client's default partitioner: (murmur2 & 0x7fffffff) % partitions. A null key, which
 * that client spreads, is always in partition 0. `partitions` >= 1. */
int32_t hc_key_partition(struct hc_slice key, int32_t partitions);

#endif
