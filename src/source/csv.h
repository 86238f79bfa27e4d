/* csv: sources. */
#ifndef HC_SOURCE_CSV_H
#define HC_SOURCE_CSV_H

#include "source/source.h"

/* `pattern` is what follows "csv:" in the URI. As hc_source_open. */
HC_MUST_USE enum hc_status hc_csv_open(const struct hc_topic_spec *spec, struct hc_slice pattern,
                                       struct hc_source **ret, struct hc_error *error);

#endif
