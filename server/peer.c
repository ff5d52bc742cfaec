/*
 * Sessions. Pure; runs in the server. Opens and seals, follows the client's
 * address; what the frames mean is the hub's.
 */
#include "server/peer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/roster.h"
#include "server/peer_naming.h"
#include "server/seat.h"

/* For how long somebody may have been in. */
static const uint64_t oldest_ms = INT64_MAX / 4;

struct peer *
peer_new(int64_t now_ms, const struct gate_arrival *a)
{
	struct peer *p;
	void *at;

	/* It begins a line, too. */
	if (posix_memalign(&at, FETCH_LINE, sizeof(*p)) != 0)
		return NULL;
	p = memset(at, 0, sizeof(*p));
	seal_init(&p->seal, a->send, a->receive, a->here, a->there);
	memcpy(p->key, a->key, NOISE_KEY);
	memcpy(p->hs3, a->hs3, sizeof(p->hs3));
	memcpy(p->name, a->visitor.name, a->visitor.name_len);
	p->name_len = (uint8_t)a->visitor.name_len;
	p->run = a->visitor.outbox;
	p->at.addr = p->at.home = a->from;
	p->caps = (uint16_t)a->visitor.caps;
	p->at.proved = true;	/* by the cookie */
	p->at.datagram_bytes = PEER_DATAGRAM;
	p->since_ms = now_ms - (int64_t)(a->visitor.age_ms < oldest_ms ?
	    a->visitor.age_ms : oldest_ms);
	p->heard_ms = now_ms;
	p->due.order = a->here;
	way_init(&p->way);
	return p;
}

void
peer_free(struct peer *p)
{
	struct seat *s;

	if (p == NULL)
		return;
	while ((s = seat_next(p, NULL)) != NULL)
		seat_free(s);
	seal_clear(&p->seal);
	free(p->naming);
	free(p->device);
	free(p);
}

bool
peer_follow(struct peer *p, const union sock_addr *from, size_t len)
{
	bool moved = !sock_addr_eq(&p->at.addr, from);

	if (moved) {
		p->at.addr = *from;
		p->at.proved = false;
		p->at.credit_bytes = 0;
	}
	if (!p->at.proved)
		p->at.credit_bytes += PEER_CREDIT_FACTOR * (uint32_t)len;
	return moved;
}

/* The log did not take it for now. */
static bool
is_put_off(const struct peer *p)
{
	const struct seat *s = p->first;

	return s != NULL && s->closing && s->hot->debt != NULL &&
	    s->hot->debt->error == FRAME_NO_SPACE;
}

enum seal_error
peer_open(struct peer *p, int64_t now_ms, struct peer_datagram *d)
{
	enum seal_error error = seal_open(&p->seal, d->data, d->len,
	    d->frames, &d->frames_len);

	d->moved = false;
	if (error != SEAL_OK)
		return error;
	/* An old one that was late says nothing of where the peer is now. */
	p->at.newest = seal_counter(d->data) + 1 == p->seal.newest;
	if (p->at.newest || sock_addr_eq(&p->at.addr, d->from))
		d->moved = peer_follow(p, d->from, d->len);
	/* Whom the log did not take for now has to come anew some time. */
	if (!p->closing || !is_put_off(p))
		p->heard_ms = now_ms;
	p->at.doubt_ms = 0;
	if (!p->confirmed)
		memset(&p->share, 0, sizeof(p->share));
	p->confirmed = true;
	return SEAL_OK;
}

/*
 * An error quotes what it answers, but nobody vouches for it: it must be an
 * answer to something, and nothing authentic has come since.
 */
bool
peer_doubt(struct peer *p, int64_t now_ms, int64_t error_ms)
{
	if (p->closing || p->at.told_ms == 0 || p->heard_ms > p->at.told_ms ||
	    now_ms - p->at.told_ms > error_ms || peer_in_doubt(p))
		return false;
	p->at.doubt_ms = p->at.probe_ms = now_ms;
	return true;
}

bool
peer_in_doubt(const struct peer *p)
{
	return p->at.doubt_ms != 0;
}

void
peer_ask(struct peer *p, const uint8_t random[PEER_PING_KEY])
{
	const union sock_addr *a = &p->at.addr;
	crypto_generichash_state state;
	uint8_t hash[crypto_generichash_BYTES_MIN];

	if (sodium_is_zero(p->at.ping_key, sizeof(p->at.ping_key)))
		memcpy(p->at.ping_key, random, sizeof(p->at.ping_key));
	crypto_generichash_init(&state, p->at.ping_key, sizeof(p->at.ping_key),
	    sizeof(hash));
	if (a->sa.sa_family == AF_INET6) {
		crypto_generichash_update(&state, a->in6.sin6_addr.s6_addr,
		    sizeof(a->in6.sin6_addr));
		crypto_generichash_update(&state,
		    (const uint8_t *)&a->in6.sin6_port,
		    sizeof(a->in6.sin6_port));
	} else {
		crypto_generichash_update(&state,
		    (const uint8_t *)&a->in4.sin_addr,
		    sizeof(a->in4.sin_addr));
		crypto_generichash_update(&state,
		    (const uint8_t *)&a->in4.sin_port,
		    sizeof(a->in4.sin_port));
	}
	crypto_generichash_final(&state, hash, sizeof(hash));
	memcpy(p->at.ping, hash, sizeof(p->at.ping));
}

bool
peer_wants_proof(struct peer *p, int64_t now_ms)
{
	struct peer_place *at = &p->at;
	int32_t rto = netpath_rto_ms(&p->way.path);

	/* Who is silent acknowledges nothing, and sleeps, it may be. */
	if (!at->proved || at->told_bytes < PEER_PROOF_BYTES ||
	    (at->asks > 0 && (p->heard_ms <= at->asked_ms ||
	    now_ms < at->asked_ms + 2 * rto)))
		return false;
	/* What he was asked before he may have seen. */
	if (at->asks == 0)
		sodium_memzero(at->ping_key, sizeof(at->ping_key));
	if (at->asks++ == PEER_ASKS) {
		at->proved = false;
		at->credit_bytes = 0;
	}
	at->asked_ms = now_ms;
	return true;
}

bool
peer_pong(struct peer *p, const uint8_t bytes[FRAME_PING_BYTES])
{
	bool moved = !p->at.proved;

	if ((!moved && p->at.asks == 0) ||
	    memcmp(p->at.ping, bytes, FRAME_PING_BYTES) != 0)
		return false;
	sodium_memzero(p->at.ping_key, sizeof(p->at.ping_key));
	p->at.proved = true;
	p->at.told_bytes = 0;
	p->at.asks = 0;
	p->at.home = p->at.addr;
	return moved;
}

size_t
peer_seal(struct peer *p, const void *frames, size_t len, uint8_t *out)
{
	if (!p->at.proved) {
		if (p->at.credit_bytes < len + SEAL_OVER)
			return 0;
		p->at.credit_bytes -= (uint32_t)(len + SEAL_OVER);
	} else if (p->at.told_bytes < PEER_PROOF_BYTES)
		p->at.told_bytes += (uint32_t)(len + SEAL_OVER);
	return seal_pack(&p->seal, frames, len, out);
}

bool
peer_is_newer(const struct peer *p, const struct peer *other)
{
	return p->run != other->run &&
	    p->since_ms > other->since_ms + PEER_SAME_MS;
}

bool
peer_is_at(const struct peer *p, const struct peer *other)
{
	return p->device != NULL && other->device != NULL &&
	    p->device->place != 0 && p->device->place == other->device->place;
}

bool
peer_is_beside(const struct peer *p, const struct peer *other)
{
	return p != other && !peer_is_at(p, other) &&
	    (p->caps & other->caps & HELLO_PEOPLE) != 0 &&
	    p->first == NULL && other->first == NULL &&
	    p->run != other->run &&
	    memcmp(p->key, other->key, NOISE_KEY) == 0;
}

bool
peer_is_in(const struct peer *p)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (s->person != NULL && !s->talk)
			return true;
	return false;
}

bool
peer_is_here(const struct peer *p, int64_t now_ms)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (s->person != NULL && !s->talk && !s->person->away &&
		    now_ms - p->heard_ms < PEER_AWAY_MS)
			return true;
	return false;
}

bool
peer_waits(const struct peer *p)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (s->hot != NULL && (s->hot->join.wants_in ||
		    s->hot->join.enter_ms != 0))
			return true;
	return false;
}

bool
peer_comes(const struct peer *p)
{
	const struct seat *s;

	SEAT_FOREACH(s, p)
		if (s->hot != NULL && s->hot->ask.place == ASK_ON_WAY)
			return true;
	return false;
}

bool
peer_is(const struct peer *p, const uint8_t key[NOISE_KEY], const char *name,
    size_t len)
{
	return memcmp(p->key, key, NOISE_KEY) == 0 && p->name_len == len &&
	    memcmp(p->name, name, len) == 0;
}
