/*
 * The line that is handed out: where a room is, and by which key its server
 * is known. One reader, one writer; pure. No shell takes any of its
 * characters for itself but the brackets.
 *
 *   chat://[KEY@]HOST[:PORT][/[ROOM]]
 *   KEY   22 characters: the key's short fingerprint, of common/fingerprint
 *   HOST  letters, digits, "-", "_" and "."; or an IPv6 address in brackets
 *   PORT  1 to 65535
 *   ROOM  a name, what is no letter or digit, nor "-", "_" or ".", as %XX
 */
#ifndef COMMON_INVITE_H
#define COMMON_INVITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fingerprint.h"

enum {
	INVITE_HOST_BYTES = 254,	/* longest name, with NUL */
	INVITE_ROOM_BYTES = 32 + 1,	/* as a person's */
	INVITE_BYTES = 7 + FINGERPRINT_SHORT + INVITE_HOST_BYTES + 2 + 6 +
	    1 + 3 * INVITE_ROOM_BYTES
};

struct invite {
	char		 key[FINGERPRINT_SHORT];	/* "": not said */
	char		 host[INVITE_HOST_BYTES];	/* without brackets */
	uint16_t	 port;			/* 0: not said */
	char		 room[INVITE_ROOM_BYTES];	/* "": not said */
};

enum invite_error {
	INVITE_OK,
	INVITE_HOST,		/* of invite_read_host: nothing but a host */
	INVITE_BAD_KEY,
	INVITE_FALSE_KEY,	/* as long as one, but a character is wrong */
	INVITE_BAD_HOST,
	INVITE_BRACKETS,	/* an IPv6 address without, or one in them
				 * that is none */
	INVITE_BAD_PORT,
	INVITE_ROOM		/* no room's name behind the slash */
};

/* Whether text begins as such a line does, and so is not the name of a
 * host. */
bool		 invite_is(const char *text);
/* Reads such a line; *dst is all zeros if it is not OK. */
enum invite_error invite_read(struct invite *dst, const char *text);
/* The same of what somebody types as a host, also as the title and the file of
 * known hosts have it: HOST:PORT, [ADDRESS]:PORT. */
enum invite_error invite_read_host(struct invite *dst, const char *text);
/* What is wrong, as a part of a sentence; not for OK and HOST. */
const char	*invite_reason(enum invite_error);
/* The command to join by it, as a shell takes it. Returns dst. */
enum { INVITE_COMMAND = 9 + 2 + INVITE_BYTES };
char		*invite_command(char dst[INVITE_COMMAND],
		    const struct invite *);
/* Writes one; host and key must be what invite_read gives. Returns dst. */
char		*invite_write(char dst[INVITE_BYTES], const struct invite *);

#endif
