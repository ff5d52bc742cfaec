/*
 * The hub: who is here, who may do what, what follows. Pure: it reads no
 * clock and no socket; datagrams and events leave through callbacks.
 * now_ms is monotonic, wall_ms is UTC since 1970.
 */
#ifndef SERVER_HUB_H
#define SERVER_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/classic.h"
#include "common/sock.h"

enum hub_policy {
	HUB_CLASSIC_OFF,	/* classic datagrams are ignored */
	HUB_CLASSIC_LOCAL,	/* heard from sock_addr_is_local() only */
	HUB_CLASSIC_ANY		/* from anywhere; others on a byte budget */
};

enum {
	HUB_RATE = 2,		/* the usual rate */
	HUB_RATE_MAX = 100000
};

struct hub_config {
	enum hub_policy		 classic;
	bool			 classic_yn;	/* answer Y N, not OK FAIL */
	enum classic_lang	 lang;		/* of notices */
	int64_t			 idle_ms;	/* removed after; 0: never */
	uint32_t		 rate;		/* lines/s each; 0: no limit */
	uint32_t		 seed;		/* secret, for the hashes */
};

/* Why a datagram was refused or ignored. */
enum hub_reason {
	HUB_FINE,
	HUB_OUTSIDE,		/* its address has no business here: silence */
	HUB_SECURE,		/* not classic: silence */
	HUB_MALFORMED,		/* no line of the protocol */
	HUB_NAME_MALFORMED,
	HUB_NAME_RESERVED,
	HUB_NAME_TAKEN,
	HUB_ALREADY_IN,
	HUB_FULL,
	HUB_NOT_IN,
	HUB_TEXT,		/* nothing to say, or too long */
	HUB_OVER_LIMIT,
	HUB_REASONS
};

/* What the operator may read about; names are as sent, not cleaned. */
enum hub_event_kind {
	HUB_JOINED,
	HUB_LEFT,
	HUB_VANISHED,		/* nobody listens at its address any more */
	HUB_SILENT,		/* not heard for idle_ms */
	HUB_REFUSED		/* see reason */
};

struct hub_event {
	enum hub_event_kind	 kind;
	enum hub_reason		 reason;
	const union sock_addr	*addr;
	const char		*name;		/* NULL: none known */
	size_t			 name_len;
};

struct hub_out {
	/* Takes a copy of the datagram and sends it, or loses it. */
	void	(*send)(void *arg, const union sock_addr *to, const void *data,
		    size_t len);
	void	(*event)(void *arg, const struct hub_event *);
	void	*arg;
};

struct hub_figures {
	size_t			 members;	/* now */
	/* Since the start. */
	unsigned long long	 joined;
	unsigned long long	 left;
	unsigned long long	 lines;		/* said and announced */
	unsigned long long	 refused;	/* datagrams answered FAIL */
	unsigned long long	 ignored;	/* datagrams not answered */
	unsigned long long	 withheld;	/* not sent: over a budget */
};

struct hub;

/* Returns NULL when out of memory; hub_free takes NULL too. */
struct hub *hub_new(const struct hub_config *, const struct hub_out *);
void	 hub_free(struct hub *);

/* A datagram came. Any bytes, any length. */
void	 hub_input(struct hub *, int64_t now_ms, int64_t wall_ms,
	    const union sock_addr *from, const void *data, size_t len);

/* The kernel reports that nobody listens at addr (ECONNREFUSED). */
void	 hub_unreachable(struct hub *, int64_t wall_ms,
	    const union sock_addr *addr);

enum hub_text {
	HUB_TEXT_OK,
	HUB_TEXT_EMPTY,		/* nothing visible */
	HUB_TEXT_LONG,		/* over TEXT_LINE_BYTES after cleaning */
	HUB_TEXT_UTF8		/* not UTF-8 */
};
/* Tells everybody text from the operator; anything but OK: told nobody. */
enum hub_text hub_announce(struct hub *, int64_t wall_ms, const char *text,
	    size_t len);

/*
 * Does what is due. Returns when to call again, monotonic ms; INT64_MAX:
 * not before the next input.
 */
int64_t	 hub_tick(struct hub *, int64_t now_ms, int64_t wall_ms);

/* Tells everybody that the server ends. */
void	 hub_close(struct hub *, int64_t wall_ms);

struct hub_figures hub_figures(const struct hub *);

#endif
