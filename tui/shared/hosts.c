/*
 * Lists of servers, read and written. Pure; whoever runs it. What it reads may
 * come from a server: nothing of it is looked up or drawn here.
 */
#include "tui/shared/hosts.h"

#include <stdio.h>
#include <string.h>

#include "common/frame_nodes.h"
#include "common/invite.h"
#include "common/lang.h"

_Static_assert((int)HOSTS_HOST_BYTES == (int)INVITE_HOST_BYTES &&
    (int)HOSTS_HOST_BYTES == FRAME_HOST_BYTES + 1 &&
    (int)HOSTS_MAX == (int)FRAME_NODES_MAX, "one host for all");

bool
hosts_is_list(const char *text)
{
	return !invite_is(text) && strchr(text, ',') != NULL;
}

/* PORT, to the end of text; 0: it is none. */
static uint16_t
read_port(const char *text, size_t len)
{
	unsigned port = 0;
	size_t i;

	if (len == 0 || len > 5 || *text == '0')
		return 0;
	for (i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	return port > UINT16_MAX ? 0 : (uint16_t)port;
}

/* One of IPv6 has more colons than one, and no name has any. */
static bool
take_host(struct hosts_one *one, const char *text, size_t len, bool is_v6)
{
	struct frame_node n = { .host = text, .host_len = len, .port = 1 };

	if (!frame_node_is_sound(&n) ||
	    is_v6 != (memchr(text, ':', len) != NULL))
		return false;
	if (memchr(text, '%', len) != NULL && !is_v6)
		return false;
	memcpy(one->host, text, len);
	one->host[len] = '\0';
	return true;
}

/* NULL, or what is wrong with it. */
static const char *
read_one(struct hosts_one *one, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len), *end = text + len;
	const char *close;

	one->port = 0;
	if (len > 0 && *text == '[') {
		close = memchr(text, ']', len);
		if (close == NULL || !take_host(one, text + 1,
		    (size_t)(close - text) - 1, true))
			return _("what stands in brackets is no address of "
			    "IPv6");
		colon = close + 1;
		if (colon < end && *colon != ':')
			return _("behind the brackets stands no port");
		if (colon == end)
			return NULL;
	} else if (colon == NULL || memchr(colon + 1, ':',
	    (size_t)(end - colon) - 1) != NULL)
		return take_host(one, text, len, colon != NULL) ? NULL :
		    _("between its commas stands what is no host");
	else if (!take_host(one, text, (size_t)(colon - text), false))
		return _("between its commas stands what is no host");
	one->port = read_port(colon + 1, (size_t)(end - colon) - 1);
	return one->port != 0 ? NULL : _("what stands behind the host is not "
	    "a port from 1 to 65535");
}

bool
hosts_next(const char **at, struct hosts_one *one)
{
	size_t len = strcspn(*at, ",");

	if (**at == '\0' || read_one(one, *at, len) != NULL)
		return false;
	*at += len + ((*at)[len] == ',' && (*at)[len + 1] != '\0');
	return true;
}

const char *
hosts_flaw(const char *text)
{
	struct hosts_one one;
	const char *flaw;
	size_t len, n = 0;

	for (;;) {
		len = strcspn(text, ",");
		if ((flaw = read_one(&one, text, len)) != NULL)
			return flaw;
		if (++n > HOSTS_MAX)
			return _("more than 16 servers");
		if (text[len] == '\0')
			return NULL;
		text += len + 1;
	}
}

bool
hosts_begin_with(const char *list, const char *one)
{
	size_t len = strcspn(list, ",");

	return len == strlen(one) && memcmp(list, one, len) == 0;
}

bool
hosts_add(char *list, size_t size, const char *host, uint16_t port)
{
	size_t at = strlen(list);
	bool is_v6 = strchr(host, ':') != NULL;
	int n = snprintf(list + at, size - at, "%s%s%s%s:%u", at > 0 ? "," :
	    "", is_v6 ? "[" : "", host, is_v6 ? "]" : "", port);

	if (n > 0 && (size_t)n < size - at)
		return true;
	list[at] = '\0';
	return false;
}
