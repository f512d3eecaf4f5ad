/* Addresses that callbacks may not go to: link-local ones, among which clouds keep the services
 * that hand out credentials (RFC 3927, RFC 4291 section 2.5.6).
 */
#ifndef SERVER_CALLBACKS_LINK_LOCAL_H
#define SERVER_CALLBACKS_LINK_LOCAL_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether an address of either family, or an IPv4 one in IPv6's clothes, is one. */
bool link_local(const struct sockaddr *address);

#endif
