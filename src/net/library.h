/* What is linked into this room, for `hindcast version`. */
#ifndef HC_NET_LIBRARY_H
#define HC_NET_LIBRARY_H

/* "libuv 1.44.2", static storage. */
const char *hc_net_libraries(void);

#endif
