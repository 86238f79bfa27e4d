/* Verification of bodies, block by block: what hc_log_prepare runs on a worker.
 *
 * A block is 1 MiB of the bodies of a segment, and holds the batches that begin in it. It is cold
 * until a worker has faulted its pages in and checked every batch's CRC-32C, its place, and the sum
 * of its instants; then ready or corrupt, for the life of the mapping. The kernel may drop pages of
 * a ready block when memory is short: a read then faults, as with any page cache.
 */
#ifndef HC_STORE_VERIFY_H
#define HC_STORE_VERIFY_H

#include "store/segment.h"

/* Blocks; any thread, a worker at best. Two workers on one block do the same work twice,
 * harmlessly. Returns the state afterwards. */
enum hc_block_state hc_segment_verify(struct hc_segment *segment, uint32_t block);

/* Faults a range of the file into memory. False when it cannot be read. */
bool hc_segment_populate(const struct hc_segment *segment, size_t position, size_t size);

#endif
