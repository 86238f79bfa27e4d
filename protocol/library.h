/* What is linked into this room, for `hindcast version`. */
#ifndef HP_LIBRARY_H
#define HP_LIBRARY_H

/* "zstd 1.5.4, lz4 1.9.4, ...", static storage. */
const char *hp_libraries(void);

#endif
