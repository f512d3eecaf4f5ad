/* Reads a reply to a probe as facts. */
#ifndef SERVER_VERIFY_OBSERVE_H
#define SERVER_VERIFY_OBSERVE_H

#include "server/verify/client.h"
#include "server/verify/facts.h"
#include "server/verify/probe.h"

/* Adds the facts of a reply, and fills the placeholder that the probe captures, if the reply has
 * it. Only UUIDs and counts are kept. */
void observe(struct facts *out, const struct probe *probe, const struct client_reply *reply,
             struct placeholders *placeholders);

#endif
