/*
 * What the hub's parts and those around it speak of: reasons, events, figures.
 */
#ifndef SERVER_ROOM_HUB_TYPES_H
#define SERVER_ROOM_HUB_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classic.h"
#include "common/frame.h"
#include "common/sock.h"

struct journal_why;

/* Datagrams that are foreseen. */
enum { HUB_AHEAD = 5 };

/* Why a datagram was refused or ignored. */
enum hub_reason {
	HUB_FINE,
	HUB_OUTSIDE,		/* its address has no business here: silence */
	HUB_MALFORMED,		/* no line of the protocol */
	HUB_NAME_MALFORMED,
	HUB_NAME_RESERVED,
	HUB_NAME_LETTER,	/* none in it, nor a digit or an emoji */
	HUB_NAME_START,		/* begins with what looks like ~ @ # or / */
	HUB_NAME_SIGN,		/* has a sign that names do not have */
	HUB_NAME_MIXED,		/* of several scripts */
	HUB_NAME_ALIKE,		/* looks like another's */
	HUB_NAME_MANY,		/* the key has enough, all in the room */
	HUB_NAME_TAKEN,
	HUB_NAME_OWNED,		/* by another key */
	HUB_ALREADY_IN,
	HUB_FULL,
	HUB_CROWDED,		/* too many are in from there */
	HUB_NOT_IN,
	HUB_TEXT,		/* nothing to say, or too long */
	HUB_OVER_LIMIT,
	HUB_NO_SPACE,		/* the log cannot be written */
	HUB_BANNED,		/* name, key or address */
	HUB_REKEYED,		/* another key came after this one */
	HUB_CLOSED,		/* the room, to this key */
	HUB_MUTED,
	/* Of secure datagrams; all but the first two: silence. */
	HUB_COOKIE,		/* it had none that counts */
	HUB_UNKNOWN_SESSION,	/* answered by a RESET */
	HUB_BAD_DATAGRAM,	/* malformed, truncated */
	HUB_TOO_MANY,		/* handshakes from there, or half open */
	HUB_FORGED,		/* not authentic; a wrong passphrase too */
	HUB_REPLAYED,
	HUB_BAD_FRAME,		/* authentic, but not to be understood */
	HUB_REASONS
};

/* What the operator may read about; names are as sent, not cleaned. */
enum hub_event_kind {
	HUB_JOINED,
	HUB_LEFT,
	HUB_VANISHED,		/* nobody listens at its address any more */
	HUB_SILENT,		/* not heard for too long */
	HUB_KICKED,
	HUB_REFUSED,		/* see reason */
	HUB_UNREAD		/* a room cannot be opened: see disk */
};

struct hub_event {
	enum hub_event_kind	 kind;
	enum hub_reason		 reason;
	const union sock_addr	*addr;		/* NULL: none known */
	const char		*name;		/* NULL: none known */
	size_t			 name_len;
	const char		*room;		/* NULL: home, or none */
	const struct journal_why *disk;
	bool			 awaited;	/* of UNREAD: all servers' log
						 * stands still here for it */
};

struct hub_out {
	/* Takes a copy of the datagram and sends it, or loses it. */
	void	(*send)(void *arg, const union sock_addr *to, const void *data,
		    size_t len);
	void	(*event)(void *arg, const struct hub_event *);
	/* A session with this index is at this address, which is proved. */
	void	(*session)(void *arg, uint32_t index, const union sock_addr *);
	/* Fills dst with secret random bytes. */
	void	(*random)(void *arg, void *dst, size_t len);
	void	*arg;
};

struct hub_figures {
	size_t			 members;	/* now */
	size_t			 sessions;	/* secure, of those away too */
	size_t			 half_open;	/* handshakes */
	uint64_t		 head;		/* the log's newest entry */
	size_t			 talks;		/* that there are, */
	size_t			 talks_open;	/* and whose logs are open */
	/* Since the start. */
	unsigned long long	 joined;
	unsigned long long	 left;
	unsigned long long	 lines;		/* said and announced */
	unsigned long long	 refused;	/* datagrams answered FAIL */
	unsigned long long	 ignored;	/* datagrams not answered */
	unsigned long long	 withheld;	/* not sent: over a budget */
	unsigned long long	 handshakes;	/* that came to an end */
	unsigned long long	 repeated;	/* posts that came again */
	unsigned long long	 carried;	/* entries, in all datagrams */
	unsigned long long	 why[HUB_REASONS];	/* refused or ignored */
};

enum hub_end {
	HUB_END_STOPPED,	/* somebody wants it so */
	HUB_END_DISK		/* nothing said now would be kept */
};

/* As a client is told it. */
enum frame_code	 hub_frame_code(enum hub_reason);

/* What the classic protocol's are told of it. */
const char	*hub_end_text(enum classic_lang, enum hub_end);

#endif
