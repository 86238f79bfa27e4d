/* One step of a group: what it may know of the world, and what it wants done there. */
#ifndef HC_GROUP_STEP_H
#define HC_GROUP_STEP_H

#include "base/random.h"
#include "group/config.h"
#include "group/request.h"

enum hc_effect_kind {
    HC_EFFECT_WAKE,       /* the request behind `token` has its answer */
    HC_EFFECT_REBALANCE,  /* a rebalance began, because of `why` */
    HC_EFFECT_GENERATION, /* a generation began, or the group became empty */
    HC_EFFECT_LOST,       /* the member was removed without asking for it, because of `why` */
};

enum { HC_EFFECT_MEMBER_BYTES = 80 };

struct hc_effect {
    enum hc_effect_kind kind;
    void *token;
    const char *why;                     /* static text */
    char member[HC_EFFECT_MEMBER_BYTES]; /* id of the member lost, cut */
};

/* Owns its list; zero-initialised is empty. */
struct hc_effects {
    struct hc_effect *list;
    size_t count;
    size_t capacity;
};

struct hc_step {
    int64_t now_ns;
    const struct hc_group_config *config; /* borrow */
    struct hc_random *random;             /* borrow: member ids */
    struct hc_effects *effects;           /* borrow: appended to */
    const void *asking; /* the ticket that this step is about: it is answered, not woken */
};

void hc_effects_done(struct hc_effects *effects);

void hc_step_wake(struct hc_step *step, void *token);
void hc_step_rebalance(struct hc_step *step, const char *why);
void hc_step_generation(struct hc_step *step);
void hc_step_lost(struct hc_step *step, struct hc_slice member, const char *why);

#endif
