/* A child process on the loop, with our own standard streams. */
#ifndef HC_NET_PROCESS_H
#define HC_NET_PROCESS_H

#include "base/status.h"
#include "net/loop.h"

struct hc_process;

/* Starts argv[0], found by PATH; argv ends with NULL. `more` (ends with NULL) are NAME=VALUE that
 * are added to our own environment. `ended` is called once, with the exit status or the signal that
 * ended it (else 0); the process is then gone. HC_NOT_FOUND, HC_DENIED, HC_IO. *ret is borrowed
 * until then. */
HC_MUST_USE enum hc_status
hc_process_start(struct hc_loop *loop, char *const *argv, const char *const *more,
                 void (*ended)(void *context, int status, int signal_number), void *context,
                 struct hc_process **ret, struct hc_error *error);
void hc_process_signal(struct hc_process *process, int signal_number);

#endif
