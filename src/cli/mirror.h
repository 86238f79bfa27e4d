/* The mirror within the running process: what the loop hands to it, how its clock waits for it. */
#ifndef HC_CLI_MIRROR_H
#define HC_CLI_MIRROR_H

#include "cli/plan_mirror.h"

struct hc_app;
struct hc_app_mirror;

/* After the sessions have been opened; the first is mirrored. Its clock stands until the cluster
 * has said where we are. NULL where the plan has no mirror. Own. */
struct hc_app_mirror *hc_app_mirror_new(struct hc_app *app);

/* Part of the graceful stop; hc_app_mirror_ended tells when it is through. NULL allowed. */
void hc_app_mirror_stop(struct hc_app_mirror *mirror);
bool hc_app_mirror_ended(const struct hc_app_mirror *mirror);

/* Before the sessions are closed, the loop still there. NULL allowed. */
void hc_app_mirror_free(struct hc_app_mirror *mirror);

#endif
