/*
 * Reading and writing the line that is handed out. Pure; used by the client's
 * parent process and by the server.
 */
#include "common/invite.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/fingerprint.h"
#include "common/lang.h"
#include "common/text.h"

#define SCHEME	"chat://"
#define LETTERS	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"

enum { SCHEME_LEN = sizeof(SCHEME) - 1 };

bool
invite_is(const char *text)
{
	return strncasecmp(text, SCHEME, SCHEME_LEN) == 0;
}

static enum invite_error
read_key(struct invite *dst, const char *text, size_t len)
{
	if (len != FINGERPRINT_SHORT - 1)
		return INVITE_BAD_KEY;
	memcpy(dst->key, text, len);
	return fingerprint_is_short(dst->key) ? INVITE_OK : INVITE_FALSE_KEY;
}

static bool
take_host(struct invite *dst, const char *text, size_t len)
{
	if (len == 0 || len >= sizeof(dst->host))
		return false;
	memcpy(dst->host, text, len);
	dst->host[len] = '\0';
	return true;
}

/* The host at *at, which is moved behind it. */
static enum invite_error
read_host(struct invite *dst, const char **at)
{
	const char *text = *at;
	struct in6_addr address;
	size_t len;

	if (*text == '[') {
		len = strcspn(text, "]");
		if (text[len] == '\0' || !take_host(dst, text + 1, len - 1) ||
		    inet_pton(AF_INET6, dst->host, &address) != 1)
			return INVITE_BRACKETS;
		*at = text + len + 1;
		return INVITE_OK;
	}
	len = strspn(text, LETTERS DIGITS "-_.");
	if (!take_host(dst, text, len) || *text == '-')
		return INVITE_BAD_HOST;
	*at = text + len;
	/* A second colon, or one behind what is no name: an address. */
	if (**at == ':' && strchr(*at + 1, ':') != NULL)
		return INVITE_BRACKETS;
	return INVITE_OK;
}

static enum invite_error
read_port(struct invite *dst, const char **at)
{
	size_t len;
	long port;

	if (**at != ':')
		return INVITE_OK;
	len = strspn(++*at, DIGITS);
	port = len > 0 && len <= 5 && **at != '0' ? strtol(*at, NULL, 10) : 0;
	if (port < 1 || port > UINT16_MAX)
		return INVITE_BAD_PORT;
	dst->port = (uint16_t)port;
	*at += len;
	return INVITE_OK;
}

/* Up to the end: "" is none. */
static enum invite_error
read_room(struct invite *dst, const char *at)
{
	unsigned byte;
	size_t n = 0;
	int used;

	for (; *at != '\0'; n++) {
		if (n >= sizeof(dst->room) - 1)
			return INVITE_ROOM;
		byte = (unsigned char)*at++;
		used = 0;
		if (byte == '%' && (at[0] == '\0' || strspn(at, DIGITS
		    "ABCDEFabcdef") < 2 || sscanf(at, "%2x%n", &byte,
		    &used) != 1))
			return INVITE_ROOM;
		if (used == 0 && strchr(LETTERS DIGITS "-_.", (int)byte) ==
		    NULL)
			return INVITE_ROOM;
		at += used;
		dst->room[n] = (char)byte;
	}
	return n == 0 || (memchr(dst->room, '/', n) == NULL &&
	    text_name_check(dst->room, n) == TEXT_NAME_OK) ? INVITE_OK :
	    INVITE_ROOM;
}

static enum invite_error
read_line(struct invite *dst, const char *at)
{
	size_t key = strcspn(at, "@/");
	enum invite_error error;

	if (at[key] == '@') {
		if ((error = read_key(dst, at, key)) != INVITE_OK)
			return error;
		at += key + 1;
	}
	/* One that forgot the brackets may begin with a colon. */
	if (*at == ':' && strchr(at + 1, ':') != NULL)
		return INVITE_BRACKETS;
	if ((error = read_host(dst, &at)) != INVITE_OK)
		return error;
	if (*at != '\0' && *at != ':' && *at != '/')
		return INVITE_BAD_HOST;
	if ((error = read_port(dst, &at)) != INVITE_OK)
		return error;
	if (*at == '/')
		return read_room(dst, at + 1);
	return *at == '\0' ? INVITE_OK : INVITE_BAD_PORT;
}

static enum invite_error
read_whole(struct invite *dst, const char *text)
{
	enum invite_error error;

	memset(dst, 0, sizeof(*dst));
	if ((error = read_line(dst, text)) != INVITE_OK)
		memset(dst, 0, sizeof(*dst));
	return error;
}

enum invite_error
invite_read(struct invite *dst, const char *text)
{
	/* No line begins with a slash. */
	return read_whole(dst, invite_is(text) ? text + SCHEME_LEN : "/");
}

enum invite_error
invite_read_host(struct invite *dst, const char *text)
{
	const char *colon = strchr(text, ':');

	if (invite_is(text))
		return invite_read(dst, text);
	/* More colons are those of an address, and no host has one. */
	if (*text == '[' || (colon != NULL && strchr(colon + 1, ':') == NULL))
		return read_whole(dst, text);
	memset(dst, 0, sizeof(*dst));
	return INVITE_HOST;
}

const char *
invite_reason(enum invite_error error)
{
	switch (error) {
	case INVITE_OK:
	case INVITE_HOST:
		break;
	case INVITE_BAD_KEY:
		return _("what stands before the @ is not a key of 22 "
		    "characters");
	case INVITE_FALSE_KEY:
		return _("what stands before the @ is as long as a key, but "
		    "a character of it is wrong");
	case INVITE_BAD_HOST:
		return _("it is not chat://KEY@HOST:PORT: there is no host "
		    "in it, or one that cannot be");
	case INVITE_BRACKETS:
		return _("an IPv6 address stands in brackets, as in "
		    "chat://[2001:db8::1]:8888");
	case INVITE_BAD_PORT:
		return _("what stands behind the host is not a port from 1 "
		    "to 65535");
	case INVITE_ROOM:
		return _("what stands behind the host and its slash is not "
		    "the name of a room");
	}
	return "";
}

static void
write_room(char *dst, size_t size, const char *room)
{
	size_t at = (size_t)snprintf(dst, size, "/");

	for (; *room != '\0' && at + 3 < size; room++)
		at += (size_t)snprintf(dst + at, size - at, strchr(LETTERS
		    DIGITS "-_.", *room) != NULL ? "%c" : "%%%02X",
		    (unsigned char)*room);
}

char *
invite_write(char dst[INVITE_BYTES], const struct invite *invite)
{
	bool is_v6 = strchr(invite->host, ':') != NULL;
	size_t n;

	n = (size_t)snprintf(dst, INVITE_BYTES, SCHEME "%s%s%s%s%s",
	    invite->key, invite->key[0] != '\0' ? "@" : "", is_v6 ? "[" : "",
	    invite->host, is_v6 ? "]" : "");
	if (invite->port != 0 && n < INVITE_BYTES)
		n += (size_t)snprintf(dst + n, INVITE_BYTES - n, ":%u",
		    invite->port);
	if (invite->room[0] != '\0' && n < INVITE_BYTES)
		write_room(dst + n, INVITE_BYTES - n, invite->room);
	return dst;
}

char *
invite_command(char dst[INVITE_COMMAND], const struct invite *invite)
{
	char line[INVITE_BYTES];
	/* Brackets are a pattern, where no file has that name an error. */
	const char *quote = strchr(invite->host, ':') != NULL ? "'" : "";

	snprintf(dst, INVITE_COMMAND, "chat-tui %s%s%s", quote,
	    invite_write(line, invite), quote);
	return dst;
}
