/* demo: sources: a synthetic market, the same bytes on every machine for the same options.
 *
 *   demo:?seed=1&symbols=8&interval=1m&days=7&from=2025-01-01
 *
 * `symbols` is a count (1 to 10) or names separated by commas, `interval` one or several (1m,1h;
 * then a column `interval` is added, and the longer bars are made of the shorter), `from` a UTC
 * date. Prices walk at random with volatility that clusters, volumes have a daily and a weekly
 * season; integer arithmetic only. HC_DEMO_VERSION changes whenever a byte would.
 */
#ifndef HC_SOURCE_DEMO_H
#define HC_SOURCE_DEMO_H

#include "source/source.h"

enum { HC_DEMO_VERSION = 1 };

/* `options` is what follows "demo:" in the URI. As hc_source_open. */
HC_MUST_USE enum hc_status hc_demo_open(const struct hc_topic_spec *spec, struct hc_slice options,
                                        struct hc_source **ret, struct hc_error *error);

#endif
