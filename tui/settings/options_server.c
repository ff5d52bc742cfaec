/*
 * How the server is called: as it is known by, and as it is shown. Pure.
 */
#include "tui/settings/options.h"

#include <stdio.h>
#include <string.h>

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
