/* The reference: the emulator as a server on loopback, in a child process, that is asked by the
 * same requests.
 *
 * It has the fixture demo, and beside it enough runs for several pages, with and without each of
 * their objects. Each question is put to a workspace of its own.
 */
#ifndef SERVER_VERIFY_REFERENCE_H
#define SERVER_VERIFY_REFERENCE_H

#include "server/config/settings.h"
#include "server/verify/endpoint.h"
#include "server/verify/facts.h"

#include <sys/types.h>

typedef int reference_serve(struct settings *settings); /* as serve() of server.h */

struct reference {
    reference_serve *serve;
    struct assumptions start; /* with which the child runs */
    struct client client;
    pid_t child; /* 0: it does not run */
    int output;  /* of the child */
    unsigned port;
    int workspaces; /* used so far */
};

/* Starts the child. False after saying on stderr why it does not run. own_stop() ends it. */
bool reference_start(struct reference *reference, const struct assumptions *assumptions);
void reference_stop(struct reference *reference);

/* What the emulator answers to a probe under these assumptions, after the probes before it. False
 * after saying on stderr why it cannot be asked. */
bool reference_ask(struct reference *reference, enum probe_id id,
                   const struct assumptions *assumptions, struct facts *out);

#endif
