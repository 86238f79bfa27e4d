#include "group/inside.h"

static bool all_support(const struct hc_group *group, struct hc_slice name)
{
    HC_GROUP_EACH_MEMBER(group, member)
    {
        if (!hc_member_protocol(member, name)) {
            return false;
        }
    }
    return true;
}

bool hc_group_supports(const struct hc_group *group, const struct hc_join *join)
{
    if (group->state == HC_GROUP_EMPTY) {
        return join->protocol_type.size > 0 && join->protocol_count > 0;
    }
    if (!hc_slice_equal(group->protocol_type, join->protocol_type)) {
        return false;
    }
    for (size_t i = 0; i < join->protocol_count; i++) {
        if (all_support(group, join->protocols[i].name)) {
            return true;
        }
    }
    return false;
}

enum { CANDIDATES_MAX = 64 };

struct candidate {
    struct hc_slice name;
    size_t votes;
};

/* The protocols that all support, in the first member's order. */
static size_t find_candidates(const struct hc_group *group, struct candidate *candidates)
{
    const struct hc_member *first = HC_CONTAINER(group->members.next, struct hc_member, link);
    size_t count = 0;
    for (size_t i = 0; i < first->protocol_count; i++) {
        if (all_support(group, first->protocols[i].name)) {
            HC_ASSERT(count < CANDIDATES_MAX);
            candidates[count++] = (struct candidate){.name = first->protocols[i].name};
        }
    }
    return count;
}

/* A member votes for the first of its protocols that all support. */
static void vote(const struct hc_member *member, struct candidate *candidates, size_t count)
{
    for (size_t i = 0; i < member->protocol_count; i++) {
        for (size_t c = 0; c < count; c++) {
            if (hc_slice_equal(member->protocols[i].name, candidates[c].name)) {
                candidates[c].votes++;
                return;
            }
        }
    }
    HC_UNREACHABLE();
}

struct hc_slice hc_group_select_protocol(const struct hc_group *group)
{
    HC_ASSERT(group->member_count > 0);
    struct candidate candidates[CANDIDATES_MAX];
    size_t count = find_candidates(group, candidates);
    HC_ASSERT(count > 0); /* nobody is let in who shares no protocol with all */
    HC_GROUP_EACH_MEMBER(group, member)
    {
        vote(member, candidates, count);
    }
    size_t best = 0;
    for (size_t i = 1; i < count; i++) {
        if (candidates[i].votes > candidates[best].votes) {
            best = i;
        }
    }
    return candidates[best].name;
}
