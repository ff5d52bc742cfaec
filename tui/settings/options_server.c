/*
 * How the server is called: as it is known by, and as it is shown. Pure.
 */
#include "tui/settings/options.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

bool
options_is_here(const char *server)
{
	struct in_addr v4;
	struct in6_addr v6;

	/* As whoever looks it up reads it: 127.1 is one, too. */
	if (inet_aton(server, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == IN_LOOPBACKNET;
	if (inet_pton(AF_INET6, server, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return strcmp(server, "localhost") == 0;
}

char *
options_label(char dst[OPTIONS_SHOWN], const char *server, uint16_t port)
{
	snprintf(dst, OPTIONS_SHOWN, strchr(server, ':') != NULL ?
	    "[%s]:%u" : "%s:%u", server, port);
	return dst;
}

char *
options_show(char dst[OPTIONS_SHOWN], const char *server, uint16_t port)
{
	if (port != OPTIONS_PORT)
		return options_label(dst, server, port);
	strlcpy(dst, server, OPTIONS_SHOWN);
	return dst;
}
