/*
 * Networks that begin talks. Runs in the server; knows no talk.
 */
#include "server/talk_nets.h"

#include <sodium.h>

static const int64_t day_us = INT64_C(24) * 3600 * 1000 * 1000;

_Static_assert((int)TALK_NETS_SLOTS < UINT16_MAX, "a number of it fits");

struct talk_from
talk_nets_from(const uint8_t secret[TALK_NETS_SECRET],
    const union sock_addr *addr)
{
	struct talk_from from = { { 0 } };
	struct sock_group group;
	uint8_t hash[crypto_generichash_BYTES_MIN];
	int i;

	if (sock_addr_is_loopback(addr))
		return from;
	sock_addr_to_group(&group, addr);
	for (i = 0; i < TALK_NETS; i++) {
		crypto_generichash(hash, sizeof(hash), (const uint8_t *)&group,
		    sock_group_net_bytes(&group, i == 1), secret,
		    TALK_NETS_SECRET);
		from.net[i] = (uint16_t)(1 + (hash[0] | hash[1] << 8) %
		    TALK_NETS_SLOTS);
	}
	return from;
}

static int64_t
price_us(const struct talk_nets *n, int i)
{
	return day_us / n->day / (i == 0 ? 1 : TALK_NETS_WIDE);
}

int64_t
talk_nets_wait(const struct talk_nets *n, int64_t now_ms,
    const struct talk_from *from)
{
	int64_t wait = 0, other;
	int i;

	for (i = 0; i < TALK_NETS; i++) {
		if (from->net[i] == 0)
			continue;
		other = limit_wait_us(&n->begun[i][from->net[i] - 1], now_ms,
		    price_us(n, i), day_us);
		if (wait < other)
			wait = other;
	}
	return wait;
}

void
talk_nets_spend(struct talk_nets *n, int64_t now_ms,
    const struct talk_from *from)
{
	int i;

	for (i = 0; i < TALK_NETS; i++)
		if (from->net[i] != 0)
			limit_spend_us(&n->begun[i][from->net[i] - 1], now_ms,
			    price_us(n, i));
}

void
talk_nets_keep(struct talk_nets *n, const struct talk_from *from)
{
	int i;

	for (i = 0; i < TALK_NETS; i++)
		if (from->net[i] != 0)
			n->kept[i][from->net[i] - 1]++;
}

void
talk_nets_let(struct talk_nets *n, const struct talk_from *from)
{
	int i;

	for (i = 0; i < TALK_NETS; i++)
		if (from->net[i] != 0)
			n->kept[i][from->net[i] - 1]--;
}

static bool
has_part(const struct talk_nets *n, int i, uint16_t net)
{
	return net != 0 && n->kept[i][net - 1] >=
	    n->max / (i == 0 ? TALK_NETS_PART : TALK_NETS_WIDE_PART);
}

bool
talk_nets_has_part(const struct talk_nets *n, const struct talk_from *from)
{
	return has_part(n, 0, from->net[0]) || has_part(n, 1, from->net[1]);
}

bool
talk_nets_share(const struct talk_nets *n, const struct talk_from *a,
    const struct talk_from *b)
{
	int i;

	for (i = 0; i < TALK_NETS; i++)
		if (has_part(n, i, b->net[i]) && a->net[i] == b->net[i])
			return true;
	return false;
}
