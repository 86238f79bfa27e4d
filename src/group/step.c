#include "group/step.h"

#include "base/memory.h"

#include <stdlib.h>

void hc_effects_done(struct hc_effects *effects)
{
    free(effects->list);
    *effects = (struct hc_effects){0};
}

static struct hc_effect *append(struct hc_step *step, enum hc_effect_kind kind)
{
    struct hc_effects *effects = step->effects;
    effects->list =
        hc_grow(effects->list, &effects->capacity, effects->count + 1, sizeof *effects->list);
    struct hc_effect *effect = &effects->list[effects->count++];
    *effect = (struct hc_effect){.kind = kind};
    return effect;
}

void hc_step_wake(struct hc_step *step, void *token)
{
    append(step, HC_EFFECT_WAKE)->token = token;
}

void hc_step_rebalance(struct hc_step *step, const char *why)
{
    append(step, HC_EFFECT_REBALANCE)->why = why;
}

void hc_step_generation(struct hc_step *step)
{
    append(step, HC_EFFECT_GENERATION);
}

void hc_step_lost(struct hc_step *step, struct hc_slice member, const char *why)
{
    struct hc_effect *effect = append(step, HC_EFFECT_LOST);
    effect->why = why;
    hc_slice_to_str(member, effect->member, sizeof effect->member);
}
