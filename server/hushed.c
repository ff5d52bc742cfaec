/*
 * Where they are who were muted and have no key.
 */
#include "server/hushed.h"

#include <string.h>

/* Where somebody is: his address, on this machine also his port. */
static void
place_of(union sock_addr *place, const union sock_addr *addr)
{
	if (sock_addr_is_loopback(addr))
		*place = *addr;
	else
		sock_addr_group(place, addr);
}

void
hushed_note(struct hushed *h, const union sock_addr *addr, const char *fold)
{
	size_t i = h->n++ % HUSHED_MAX;

	place_of(&h->at[i].place, addr);
	strlcpy(h->at[i].fold, fold, sizeof(h->at[i].fold));
}

bool
hushed_is(const struct hushed *h, const struct room *r,
    const union sock_addr *addr, const char *fold)
{
	union sock_addr place;
	size_t i;

	if (standing_mutes(r->standing) == 0)
		return false;
	if (standing_muted(r->standing, r->house->wall_ms, NULL, fold, NULL))
		return true;
	place_of(&place, addr);
	for (i = 0; i < HUSHED_MAX && i < h->n; i++)
		if (sock_addr_eq(&h->at[i].place, &place) &&
		    standing_muted(r->standing, r->house->wall_ms, NULL,
		    h->at[i].fold, NULL))
			return true;
	return false;
}
