/* Row -> record: key, partition, value, times (docs/replay-semantics.md).
 *
 * The value is one compact JSON object of the row's columns in their order, or of the fields that
 * the spec picks. Numbers keep their digits: no double is involved. One encoder per load, one
 * thread; encoding a row allocates nothing once its buffers have grown.
 */
#ifndef HC_INGEST_ENCODE_H
#define HC_INGEST_ENCODE_H

#include "ingest/row.h"
#include "source/source.h"

struct hc_encoder;

/* `spec` and `facts` are borrowed for the encoder's life. HC_USAGE: a key or field column that the
 * source does not have (the text names the nearest ones), a constant that is no number. *ret is
 * owned. */
HC_MUST_USE enum hc_status hc_encoder_new(const struct hc_topic_spec *spec,
                                          const struct hc_source_facts *facts,
                                          struct hc_encoder **ret, struct hc_error *error);
void hc_encoder_free(struct hc_encoder *encoder); /* NULL allowed */

/* Fills everything of *ret except `topic`. Key and value borrow from the encoder until the next
 * call. HC_INVALID: a cell cannot become what `fields` asks for; the text names file, line and
 * column, and `ret` is untouched. */
HC_MUST_USE enum hc_status hc_encoder_encode(struct hc_encoder *encoder, const struct hc_row *row,
                                             struct hc_load_row *ret, struct hc_error *error);

#endif
