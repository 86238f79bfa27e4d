/* What is linked into this room, for `hindcast version`. */
#ifndef HC_CONFIG_LIBRARY_H
#define HC_CONFIG_LIBRARY_H

/* "libfyaml 0.7.12", static storage. */
const char *hc_config_libraries(void);

#endif
