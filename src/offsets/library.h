/* What is linked into this room, for `hindcast version`. */
#ifndef HC_OFFSETS_LIBRARY_H
#define HC_OFFSETS_LIBRARY_H

/* "sqlite 3.40.1", static storage. */
const char *hc_offsets_libraries(void);

#endif
