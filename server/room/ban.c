/*
 * The words for who is banned. Pure; runs in the server.
 */
#include "server/room/ban.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/fingerprint.h"

enum {
	FINGERPRINT_LEN = FINGERPRINT_TEXT - 1,
	V6_BITS = 64
};
static const char *const words[] = {
	[BAN_NAME] = "name", [BAN_KEY] = "key", [BAN_ADDRESS] = "address",
	[BAN_NETWORK] = "network"
};
_Static_assert(BAN_KINDS == 4, "a word for each: add it, then count");

const char *
ban_word(enum ban_kind kind)
{
	return words[kind];
}

static bool
is_fingerprint(const char *text)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	static const char prefix[] = "SHA256:";
	size_t skip = strlen(prefix);

	return strncmp(text, prefix, skip) == 0 && strlen(text) ==
	    FINGERPRINT_LEN && text[skip + strspn(text + skip, base64)] == '\0';
}

void
ban_of_key(struct ban *b, const uint8_t key[NOISE_KEY])
{
	char fingerprint[FINGERPRINT_TEXT];

	b->kind = BAN_KEY;
	strlcpy(b->what, fingerprint_text(fingerprint, key), sizeof(b->what));
}

static unsigned
whole(const struct net_prefix *p)
{
	return p->family == AF_INET ? 32 : 128;
}

/* An address without a port, or nothing. */
static bool
read_address(struct net_prefix *p, const char *text)
{
	union sock_addr a;

	memset(&a, 0, sizeof(a));
	if (inet_pton(AF_INET, text, &a.in4.sin_addr) == 1)
		a.sa.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &a.in6.sin6_addr) == 1)
		a.sa.sa_family = AF_INET6;
	return net_prefix_of(p, &a);
}

/* Clears what is behind the prefix; true: there was something. */
static bool
clear_rest(struct net_prefix *p)
{
	unsigned i, bit;
	bool any = false;

	for (i = p->bits; i < whole(p); i++) {
		bit = 0x80U >> i % 8;
		any |= (p->ip[i / 8] & bit) != 0;
		p->ip[i / 8] &= (uint8_t)~bit;
	}
	return any;
}

/* The one form in which a network or an address is written. */
static void
put_net(struct ban *b)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(b->net.family, b->net.ip, text, sizeof(text));
	b->kind = b->net.bits == whole(&b->net) ? BAN_ADDRESS : BAN_NETWORK;
	if (b->kind == BAN_ADDRESS)
		strlcpy(b->what, text, sizeof(b->what));
	else
		snprintf(b->what, sizeof(b->what), "%s/%u", text, b->net.bits);
}

/* Who has an address of IPv6 has its /64; but the link's is everybody's. */
static void
widen(struct net_prefix *p)
{
	static const uint8_t loopback[16] = { [15] = 1 };

	if (p->family != AF_INET6 || memcmp(p->ip, loopback, 16) == 0 ||
	    (p->ip[0] == 0xfe && (p->ip[1] & 0xc0) == 0x80))
		return;
	p->bits = V6_BITS;
	clear_rest(p);
}

bool
ban_parse_address(struct ban *b, const char *text)
{
	if (!read_address(&b->net, text))
		return false;
	put_net(b);
	return true;
}

bool
ban_of_address(struct ban *b, const union sock_addr *a)
{
	if (!net_prefix_of(&b->net, a))
		return false;
	widen(&b->net);
	put_net(b);
	return true;
}

/* "ADDRESS/BITS"; those of a v4-mapped one count as its own are written. */
static enum ban_text
parse_network(struct ban *b, const char *text, const char *slash)
{
	char address[INET6_ADDRSTRLEN];
	size_t len = (size_t)(slash - text);
	const char *why;
	unsigned bits, most;

	if (len >= sizeof(address))
		return BAN_TEXT_BAD;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!read_address(&b->net, address))
		return BAN_TEXT_BAD;
	most = strchr(address, ':') != NULL ? 128 : 32;
	bits = (unsigned)strtonum(slash + 1, 0, most, &why);
	if (why != NULL || slash[1] < '0' || slash[1] > '9')
		return BAN_TEXT_BAD;
	/* What is wider than all mapped addresses is no network of IPv4. */
	if (most > whole(&b->net) && bits < most - whole(&b->net))
		return BAN_TEXT_BAD;
	b->net.bits = bits - (most - whole(&b->net));
	len = clear_rest(&b->net);
	put_net(b);
	return len == 0 ? BAN_TEXT_OK : BAN_TEXT_BITS;
}

bool
ban_reads_back(struct ban *b)
{
	struct ban again = { .kind = b->kind };

	if (b->what[0] == '\0')
		return false;
	/* A folded name need not be one that people may have. */
	if (b->kind == BAN_NAME)
		return true;
	if (b->kind == BAN_ADDRESS ? !ban_parse_address(&again, b->what) :
	    ban_parse(&again, b->what) != BAN_TEXT_OK)
		return false;
	b->net = again.net;
	return again.kind == b->kind && strcmp(again.what, b->what) == 0;
}

enum ban_text
ban_parse(struct ban *b, const char *text)
{
	const char *slash = strchr(text, '/');
	size_t len = strlen(text);

	memset(&b->net, 0, sizeof(b->net));
	if (is_fingerprint(text)) {
		b->kind = BAN_KEY;
		memcpy(b->what, text, len + 1);
		return BAN_TEXT_OK;
	}
	if (read_address(&b->net, text)) {
		widen(&b->net);
		put_net(b);
		return BAN_TEXT_OK;
	}
	if (slash != NULL && strspn(text, "0123456789abcdefABCDEF.:") ==
	    (size_t)(slash - text) && strpbrk(text, ".:") != NULL)
		return parse_network(b, text, slash);
	b->kind = BAN_NAME;
	return text_name_check(text, len) == TEXT_NAME_OK &&
	    text_fold(b->what, text, len) > 0 ? BAN_TEXT_OK : BAN_TEXT_BAD;
}
