/* What is linked into this room, for `hindcast version`. */
#ifndef HC_HTTP_LIBRARY_H
#define HC_HTTP_LIBRARY_H

/* "http-parser 2.9.4", static storage. */
const char *hc_http_libraries(void);

#endif
