/* postgresql: sources: candle tables of a PostgreSQL or TimescaleDB server. */
#ifndef HC_SOURCE_POSTGRES_POSTGRES_H
#define HC_SOURCE_POSTGRES_POSTGRES_H

#include "source/source.h"

/* `uri` is the whole URI, "postgresql://..." as libpq takes it, or "postgresql:" before key=value
 * words. Touches neither network nor library. As hc_source_open. */
HC_MUST_USE enum hc_status hc_pg_open(const struct hc_topic_spec *spec, struct hc_slice uri,
                                      struct hc_source **ret, struct hc_error *error);

#endif
