/* To which addresses no callback may go. */
#ifndef SERVER_CALLBACKS_RECEIVER_ADDRESS_H
#define SERVER_CALLBACKS_RECEIVER_ADDRESS_H

#include <sys/socket.h>

/* Why no callback may go to an address; static text, or NULL: it may. Refused are link-local
 * addresses and fd00:ec2::254, where clouds have services that hand out credentials, and whatever
 * reaches the socket that the emulator listens on (CONTROL.md "Who may call"). Both are addresses
 * of IPv4 or IPv6. */
const char *receiver_address_refuse(const struct sockaddr *to, const struct sockaddr *listening);

#endif
