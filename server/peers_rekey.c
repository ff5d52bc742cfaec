/*
 * Another key, asked for by a frame. Runs in the server.
 */
#include "server/peers_rekey.h"

#include <string.h>

#include "server/peers_state.h"

static const struct budget_cost asking = { .of[BUDGET_LINES] = 1,
    .of[BUDGET_RENAMES] = 1 };

void
peers_take_rekey(struct peers *ps, const struct peer *p,
    const struct frame *f)
{
	const struct budget_who who = peers_who(p);

	if ((p->caps & HELLO_PEOPLE) == 0 || p->closing ||
	    budget_wait(ps->budget, ps->house->now_ms, &who, &asking) > 0)
		return;
	budget_spend(ps->budget, ps->house->now_ms, &who, &asking);
	ps->rekey.index = p->seal.here;
	memcpy(ps->rekey.key, p->key, NOISE_KEY);
	memcpy(ps->rekey.heir, f->bytes, NOISE_KEY);
}

bool
peers_next_rekey(struct peers *ps, struct peers_rekey *r)
{
	*r = ps->rekey;
	ps->rekey.index = 0;
	return r->index != 0;
}

void
peers_refuse_rekey(struct peers *ps, const struct peers_rekey *r)
{
	struct peer *p = peers_find(ps, r->index);

	if (p == NULL || p->closing)
		return;
	peers_stray(ps, p, 0, FRAME_QUOTA, 0);
	peers_serve(ps, p);
}

bool
peers_have_key(struct peers *ps, const uint8_t key[NOISE_KEY])
{
	return crowd_next_of(&ps->crowd, key, NULL) != NULL;
}
