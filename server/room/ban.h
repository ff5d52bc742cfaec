/*
 * Whom one ban keeps out, and the words for him: a name, a key, an address, a
 * network. Pure.
 */
#ifndef SERVER_ROOM_BAN_H
#define SERVER_ROOM_BAN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/noise.h"
#include "common/sock.h"
#include "common/text.h"
#include "server/room/nets.h"

enum ban_kind {
	BAN_NAME,
	BAN_KEY,
	BAN_ADDRESS,
	BAN_NETWORK,
	BAN_KINDS
};

struct ban {
	enum ban_kind	 kind;
	char		 what[TEXT_FOLD_BYTES];
	struct net_prefix net;		/* of an address or a network */
	int64_t		 until_ms;	/* UTC; 0: for ever */
};

enum ban_text {
	BAN_TEXT_OK,
	BAN_TEXT_BAD,		/* nothing of that */
	BAN_TEXT_BITS		/* has bits behind its prefix: what is right */
};
/*
 * A fingerprint as whois shows it, a network, an address, else a name. An
 * address of IPv6 is its /64, since whoever has one has all of them; not on
 * the link and not this machine's. until_ms is left alone.
 */
enum ban_text ban_parse(struct ban *, const char *text);
/* Just this address, of IPv6 too. False: it is none. */
bool	 ban_parse_address(struct ban *, const char *text);
void	 ban_of_key(struct ban *, const uint8_t key[NOISE_KEY]);
/* As ban_parse has an address. False: of another family. */
bool	 ban_of_address(struct ban *, const union sock_addr *);
/* Is what it says of its kind, and written as here? Then net is that. */
bool	 ban_reads_back(struct ban *);
/* "name", "key", "address", "network". */
const char *ban_word(enum ban_kind);

#endif
