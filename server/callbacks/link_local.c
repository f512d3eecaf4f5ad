#include "server/callbacks/link_local.h"

#include <netinet/in.h>
#include <string.h>

static bool is_link_local_v4(const unsigned char bytes[4])
{
    return bytes[0] == 169 && bytes[1] == 254;
}

bool link_local(const struct sockaddr *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        return is_link_local_v4((const unsigned char *)&v4.sin_addr);
    }
    if (address->sa_family != AF_INET6)
        return false;
    memcpy(&v6, address, sizeof v6);
    const unsigned char *bytes = v6.sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr))
        return is_link_local_v4(bytes + 12);
    return IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr);
}
