/* The book of one session in memory: who has committed what, under which identity of each topic. No
 * disk here. */
#ifndef HC_OFFSETS_BOOK_H
#define HC_OFFSETS_BOOK_H

#include "base/map.h"
#include "offsets/op.h"

/* A topic under one identity. */
struct hc_book_topic {
    struct hc_slice name; /* own, like the next */
    struct hc_slice identity;
    struct hc_slice settings; /* null: not known */
    uint32_t number;
    bool is_present;      /* the identity that the topic has now */
    struct hc_map epochs; /* partition -> struct hc_book_epochs */
};

struct hc_book_epochs {
    size_t count;
    struct hc_offsets_epoch list[];
};

struct hc_book_row {
    struct hc_book_topic *topic;
    int32_t partition;
    struct hc_offset_position position; /* owns its metadata */
};

struct hc_book_group {
    struct hc_slice name; /* own */
    struct hc_map rows;   /* (topic number, partition) -> struct hc_book_row */
};

struct hc_book {
    uint64_t seed;
    struct hc_map topics;  /* name, zero byte, identity -> struct hc_book_topic */
    struct hc_map present; /* name -> the topic's present identity */
    struct hc_map groups;
    size_t row_count;
    bool has_session;
    struct hc_offsets_session_state session;
};

void hc_book_init(struct hc_book *book, uint64_t seed);
void hc_book_done(struct hc_book *book);

/* The topic under that identity, made when it is new. */
struct hc_book_topic *hc_book_topic(struct hc_book *book, struct hc_slice name,
                                    struct hc_slice identity);
/* NULL: the topic has never been told of. */
struct hc_book_topic *hc_book_present(const struct hc_book *book, struct hc_slice name);
void hc_book_set_present(struct hc_book *book, struct hc_book_topic *topic,
                         struct hc_slice settings);

/* Applies a step that has become durable. */
void hc_book_apply(struct hc_book *book, const struct hc_offsets_step *step);

struct hc_book_group *hc_book_group(const struct hc_book *book, struct hc_slice name); /* or NULL */
/* The group's position under the topic's present identity, or NULL. */
struct hc_book_row *hc_book_row(const struct hc_book *book, struct hc_slice group,
                                struct hc_slice topic, int32_t partition);
/* Appends one entry to a partition's list, as it is read back. */
void hc_book_add_epoch(struct hc_book_topic *topic, int32_t partition,
                       struct hc_offsets_epoch epoch);
struct hc_book_epochs *hc_book_epochs(const struct hc_book_topic *topic, int32_t partition);

#endif
