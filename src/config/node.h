/* A parsed YAML document: scalars, lists and mappings with their lines. Everything lives in the
 * arena it was made in. */
#ifndef HC_CONFIG_NODE_H
#define HC_CONFIG_NODE_H

#include "base/arena.h"
#include "base/status.h"

enum hc_node_kind { HC_NODE_SCALAR, HC_NODE_LIST, HC_NODE_MAP };

struct hc_node {
    enum hc_node_kind kind;
    unsigned line;         /* 1-based */
    struct hc_slice key;   /* of an entry of a mapping; else null */
    unsigned key_line;     /* where that stands */
    struct hc_slice text;  /* of a scalar */
    bool plain;            /* a scalar without quotes */
    struct hc_node *first; /* of a list or mapping, in the order of the document */
    struct hc_node *next;  /* in the parent */
};

/* What one configuration file may be. People write far less; a hostile one costs little. */
enum {
    HC_YAML_BYTES_MAX = 1 << 20,
    HC_YAML_DEPTH_MAX = 16,
    HC_YAML_NODES_MAX = 50000,
};

/* Parses one YAML document (`file` names it in errors). An empty one is an empty mapping.
 * HC_USAGE: no YAML, more than one document, a repeated key, anchors, aliases, tags, keys that are
 * no scalars, or beyond the bounds above; the text starts with "FILE:LINE: ". */
HC_MUST_USE enum hc_status hc_yaml_parse(const char *file, struct hc_slice text,
                                         struct hc_arena *arena, struct hc_node **ret,
                                         struct hc_error *error);

/* Reads and parses the file. HC_USAGE also where it cannot be read. */
HC_MUST_USE enum hc_status hc_yaml_read(const char *file, struct hc_arena *arena,
                                        struct hc_node **ret, struct hc_error *error);

#endif
