#include "server/callbacks/receiver_address.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* An address of IPv4 is in it as IPv6 maps it. */
struct endpoint {
    struct in6_addr address;
    in_port_t port; /* in network order */
};

static const struct in6_addr any_v4 = {{{[10] = 0xff, 0xff}}};
static const struct in6_addr loopback_v4 = {{{[10] = 0xff, 0xff, 127, 0, 0, 1}}};

static struct endpoint endpoint_of(const struct sockaddr *address)
{
    const struct sockaddr_in6 *v6 = (const void *)address;
    const struct sockaddr_in *v4 = (const void *)address;
    struct endpoint endpoint = {any_v4, v4->sin_port};

    if (address->sa_family == AF_INET6)
        return (struct endpoint){v6->sin6_addr, v6->sin6_port};
    memcpy(endpoint.address.s6_addr + 12, &v4->sin_addr, sizeof v4->sin_addr);
    return endpoint;
}

static bool address_is(const struct in6_addr *address, const struct in6_addr *other)
{
    return memcmp(address, other, sizeof *address) == 0;
}

/* 169.254/16, also as IPv6 maps it and as NAT64 does, and fe80::/10 (RFC 3927, RFC 4291 section
 * 2.5.6, RFC 6052 section 2.1). */
static bool address_is_link_local(const struct in6_addr *address)
{
    static const unsigned char nat64[12] = {0x00, 0x64, 0xff, 0x9b};
    bool has_v4 = IN6_IS_ADDR_V4MAPPED(address) || memcmp(address, nat64, sizeof nat64) == 0;

    if (has_v4)
        return memcmp(address->s6_addr + 12, "\xa9\xfe", 2) == 0;
    return IN6_IS_ADDR_LINKLOCAL(address);
}

/* The metadata service of one cloud has an address that is not link-local. */
static bool address_is_metadata_service(const struct in6_addr *address)
{
    static const struct in6_addr service = {{{0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54}}};

    return address_is(address, &service);
}

static bool address_is_any(const struct in6_addr *address)
{
    return address_is(address, &any_v4) || address_is(address, &in6addr_any);
}

/* Only an address of this machine can be bound to. */
static bool address_is_of_this_machine(const struct in6_addr *address)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = *address};
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    bool is_v4 = IN6_IS_ADDR_V4MAPPED(address);
    int fd = socket(is_v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return true; /* nothing could be sent either */
    memcpy(&v4.sin_addr, address->s6_addr + 12, sizeof v4.sin_addr);
    bool bound = is_v4 ? bind(fd, (struct sockaddr *)&v4, sizeof v4) == 0
                       : bind(fd, (struct sockaddr *)&v6, sizeof v6) == 0;
    close(fd);
    return bound;
}

static bool endpoint_reaches(struct endpoint to, const struct endpoint *listening)
{
    if (to.port != listening->port)
        return false;
    if (address_is_any(&listening->address))
        return address_is_of_this_machine(&to.address);
    if (address_is_any(&to.address)) /* connecting to it is connecting to loopback */
        to.address = address_is(&to.address, &any_v4) ? loopback_v4 : in6addr_loopback;
    return address_is(&to.address, &listening->address);
}

const char *receiver_address_refuse(const struct sockaddr *to, const struct sockaddr *listening)
{
    struct endpoint receiver = endpoint_of(to), own = endpoint_of(listening);

    if (address_is_link_local(&receiver.address))
        return "link-local addresses are refused";
    if (address_is_metadata_service(&receiver.address))
        return "the address of a cloud's metadata service is refused";
    if (endpoint_reaches(receiver, &own))
        return "the emulator's own address is refused";
    return NULL;
}
