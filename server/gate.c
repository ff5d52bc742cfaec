/*
 * Handshakes at the server. Pure; runs in the server. It is what strangers
 * reach, so: no state and no Diffie-Hellman without a cookie, no answer longer
 * than its cause, and nobody gets one who cannot receive at his address.
 */
#include "server/gate.h"

#include <sys/queue.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/secret.h"
#include "server/cookie.h"
#include "server/toll.h"

enum {
	SLOTS = 1024,			/* of half-open handshakes */
	GROUPS = 4096,			/* counted; shared by chance */
	USED = 4096			/* cookies remembered */
};
_Static_assert((int)COOKIE_BYTES == (int)HELLO_COOKIE, "one cookie");

struct half_open {
	TAILQ_ENTRY(half_open) by_age;
	LIST_ENTRY(half_open) by_index, by_ephemeral;
	uint16_t	*held;		/* how many its group has */
	int		 guesses;	/* HS3s with a bad end */
	int64_t		 since_ms;
	union sock_addr	 from;		/* which proved itself by a cookie */
	uint32_t	 here, there;
	struct noise	 noise;
	uint8_t		 ephemeral[NOISE_KEY];	/* the client's */
	size_t		 answer_len;
	uint8_t		 answer[HELLO_BYTES];
};
TAILQ_HEAD(half_opens, half_open);
LIST_HEAD(half_open_slot, half_open);

struct gate {
	struct gate_config config;
	void		(*random)(void *, void *, size_t);
	void		*arg;
	struct cookies	 cookies;
	struct toll	*toll;
	struct half_opens list;		/* oldest first */
	struct half_open_slot by_index[SLOTS], by_ephemeral[SLOTS];
	size_t		 count;
	uint16_t	 held[GROUPS];	/* half open, of an address group */
	/* Cookies by which a handshake began; the newest of a slot. */
	uint8_t		 used[USED][4];
	uint8_t		 hash_key[crypto_shorthash_KEYBYTES];
};
_Static_assert(GATE_HALF_OPEN_MAX <= UINT16_MAX, "held counts them");

struct gate *
gate_new(const struct gate_config *config, int64_t now_ms,
    void (*random)(void *, void *, size_t), void *arg)
{
	uint8_t secret[COOKIE_SECRET];
	struct gate *g;

	if ((g = calloc(1, sizeof(*g))) == NULL)
		return NULL;
	secret_lock(&g->config, sizeof(g->config));
	g->config = *config;
	g->random = random;
	g->arg = arg;
	TAILQ_INIT(&g->list);
	if ((g->toll = toll_new(config->seed)) == NULL) {
		free(g);
		return NULL;
	}
	random(arg, g->hash_key, sizeof(g->hash_key));
	random(arg, secret, sizeof(secret));
	cookies_init(&g->cookies, now_ms / 1000, secret);
	sodium_memzero(secret, sizeof(secret));
	return g;
}

static void
forget(struct gate *g, struct half_open *h)
{
	TAILQ_REMOVE(&g->list, h, by_age);
	LIST_REMOVE(h, by_index);
	LIST_REMOVE(h, by_ephemeral);
	g->count--;
	--*h->held;
	noise_clear(&h->noise);
	free(h);
}

void
gate_free(struct gate *g)
{
	struct half_open *h;

	if (g == NULL)
		return;
	while ((h = TAILQ_FIRST(&g->list)) != NULL)
		forget(g, h);
	toll_free(g->toll);
	cookies_clear(&g->cookies);
	secret_wipe(g, sizeof(*g));
	free(g);
}

/* Where the cookie is remembered once it was used. */
static uint8_t *
used_slot(struct gate *g, const uint8_t cookie[HELLO_COOKIE])
{
	const uint8_t *mac = cookie + HELLO_COOKIE - 16;

	return g->used[(mac[0] << 8 | mac[1]) % USED];
}

static bool
was_used(struct gate *g, const uint8_t cookie[HELLO_COOKIE])
{
	return memcmp(used_slot(g, cookie), cookie + HELLO_COOKIE - 4, 4) == 0;
}

static enum gate_result
send_cookie(struct gate *g, int64_t now_ms, struct gate_knock *k,
    enum gate_why why)
{
	const struct hello *h = &k->d->hello;
	struct cookie_for who = { k->from, h->client, h->noise };
	uint8_t cookie[COOKIE_BYTES];
	uint32_t random;

	g->random(g->arg, &random, sizeof(random));
	cookie_make(&g->cookies, now_ms / 1000, random, &who, cookie);
	k->out_len = hello_put_cookie(k->out, h->client, cookie);
	k->why = why;
	return GATE_ANSWER;
}

static struct half_open *
find(struct gate *g, uint32_t here)
{
	struct half_open *h;

	LIST_FOREACH(h, &g->by_index[here % SLOTS], by_index)
		if (h->here == here)
			return h;
	return NULL;
}

/* Strangers choose the key: a keyed hash, so that they cannot choose a slot. */
static struct half_open_slot *
ephemeral_slot(struct gate *g, const uint8_t ephemeral[NOISE_KEY])
{
	uint8_t hash[crypto_shorthash_BYTES];

	crypto_shorthash(hash, ephemeral, NOISE_KEY, g->hash_key);
	return &g->by_ephemeral[(hash[0] << 8 | hash[1]) % SLOTS];
}

static struct half_open *
find_again(struct gate *g, struct gate_knock *k)
{
	const struct hello *hello = &k->d->hello;
	struct half_open *h;

	LIST_FOREACH(h, ephemeral_slot(g, hello->noise), by_ephemeral)
		if (h->there == hello->client && memcmp(h->ephemeral,
		    hello->noise, NOISE_KEY) == 0 &&
		    sock_addr_eq(&h->from, k->from))
			return h;
	return NULL;
}

/* The oldest of the group that holds most makes room. */
static void
make_room(struct gate *g)
{
	struct half_open *h, *victim = TAILQ_FIRST(&g->list);

	TAILQ_FOREACH(h, &g->list, by_age)
		if (*h->held > *victim->held)
			victim = h;
	forget(g, victim);
}

static void
insert(struct gate *g, struct half_open *h)
{
	union sock_addr group;

	sock_addr_group(&group, &h->from);
	h->held = &g->held[sock_addr_hash(&group, g->config.seed) % GROUPS];
	++*h->held;
	TAILQ_INSERT_TAIL(&g->list, h, by_age);
	LIST_INSERT_HEAD(&g->by_index[h->here % SLOTS], h, by_index);
	LIST_INSERT_HEAD(ephemeral_slot(g, h->ephemeral), h, by_ephemeral);
	g->count++;
}

/* Reads the first message and writes the second. */
static bool
begin(struct gate *g, struct half_open *h, struct gate_knock *k)
{
	const struct gate_config *c = &g->config;
	struct noise_keypair e;
	uint8_t secret[NOISE_KEY], room[128], noise[HELLO_DATAGRAM - 16];
	uint8_t none[HELLO_NOISE], out[HELLO_DATAGRAM];
	struct hello_room r = { .head = *k->head, .name = c->room,
	    .name_len = strlen(c->room),
	    .flags = HELLO_ROLES |
	    (c->rooms ? HELLO_ROOMS | (unsigned)HELLO_SEAT : 0U) |
	    (c->rooms && c->people ? HELLO_PEOPLE : 0U) |
	    (c->has_psk ? HELLO_WANTS_PASSPHRASE : 0U) };
	size_t len;

	g->random(g->arg, secret, sizeof(secret));
	noise_keypair_from(&e, secret);
	noise_init(&h->noise, NOISE_RESPONDER, c->has_psk, HELLO_PROLOGUE,
	    strlen(HELLO_PROLOGUE), &c->key, &e);
	sodium_memzero(secret, sizeof(secret));
	sodium_memzero(&e, sizeof(e));
	if (c->has_psk)
		noise_set_psk(&h->noise, c->psk);
	if (!noise_read(&h->noise, k->d->hello.noise,
	    c->has_psk ? HELLO_NOISE : NOISE_KEY, none, &len) || len != 0)
		return false;
	len = hello_put_room(room, sizeof(room), &r);
	len = noise_write(&h->noise, room, len, noise, sizeof(noise));
	len = len == 0 ? 0 : hello_put_hs2(out, h->there, h->here, noise, len);
	if (len == 0 || len > sizeof(h->answer))
		return false;
	memcpy(h->answer, out, len);
	h->answer_len = len;
	return true;
}

static uint32_t
free_index(struct gate *g, struct gate_knock *k)
{
	uint32_t index;

	do
		g->random(g->arg, &index, sizeof(index));
	while (index == 0 || find(g, index) != NULL ||
	    k->inside->is_taken(k->inside->arg, index));
	return index;
}

static enum gate_result
answer(struct gate_knock *k, const struct half_open *h)
{
	memcpy(k->out, h->answer, h->answer_len);
	k->out_len = h->answer_len;
	k->why = GATE_FINE;
	return GATE_ANSWER;
}

/* Whatever others do at his address. */
static bool
returns(struct gate *g, int64_t now_ms, struct gate_knock *k)
{
	return toll_returns(g->toll, now_ms, k->from,
	    k->inside->seat(k->inside->arg, k->from));
}

static enum gate_result
open_half(struct gate *g, int64_t now_ms, struct gate_knock *k)
{
	const struct hello *hello = &k->d->hello;
	struct half_open *h;

	k->why = GATE_TOO_MANY;
	if (!toll_hello(g->toll, now_ms, k->from) && !returns(g, now_ms, k))
		return GATE_NOTHING;
	k->why = GATE_FULL;
	if ((h = calloc(1, sizeof(*h))) == NULL)
		return GATE_NOTHING;
	if (g->count == GATE_HALF_OPEN_MAX)
		make_room(g);
	h->since_ms = now_ms;
	h->from = *k->from;
	h->there = hello->client;
	h->here = free_index(g, k);
	memcpy(h->ephemeral, hello->noise, NOISE_KEY);
	insert(g, h);
	memcpy(used_slot(g, hello->cookie), hello->cookie + HELLO_COOKIE - 4,
	    4);
	if (begin(g, h, k))
		return answer(k, h);
	forget(g, h);
	k->why = GATE_FORGED;
	return GATE_NOTHING;
}

static enum gate_result
hello(struct gate *g, int64_t now_ms, struct gate_knock *k)
{
	const struct hello *h = &k->d->hello;
	struct cookie_for who = { k->from, h->client, h->noise };
	struct half_open *half;

	if (h->cookie == NULL)
		return send_cookie(g, now_ms, k, GATE_NO_COOKIE);
	if (!cookie_check(&g->cookies, now_ms / 1000, &who, h->cookie))
		return send_cookie(g, now_ms, k, GATE_BAD_COOKIE);
	if ((half = find_again(g, k)) != NULL)
		return answer(k, half);
	/* One cookie, one handshake: who wants more has to listen. */
	if (was_used(g, h->cookie))
		return send_cookie(g, now_ms, k, GATE_BAD_COOKIE);
	return open_half(g, now_ms, k);
}

static bool
reset_hs3(struct gate *g, int64_t now_ms, struct gate_knock *k)
{
	uint8_t start[HELLO_DATAGRAM];
	struct gate_stray stray = { k->from, k->d->server, start, 0 };

	if (k->d->len > sizeof(start) - HELLO_RESET_BYTES)
		return false;
	stray.len = hello_put_hs3(start, k->d->server, k->d->bytes, k->d->len);
	k->out_len = gate_reset(g, now_ms, &stray, k->out);
	return k->out_len > 0;
}

static void
fill_arrival(struct half_open *h, struct gate_knock *k,
    struct gate_arrival *a)
{
	uint8_t hash[NOISE_KEY];

	noise_split(&h->noise, a->send, a->receive, hash);
	memcpy(a->key, noise_remote(&h->noise), NOISE_KEY);
	gate_hs3_hash(k->d, a->hs3);
	a->from = h->from;
	a->here = h->here;
	a->there = h->there;
}

/*
 * A third message whose beginning is authentic, so that it comes from who
 * began, or from the path to him: its end is worth a Diffie-Hellman, a few
 * times.
 */
static enum gate_result
admit(struct gate *g, int64_t now_ms, struct gate_knock *k,
    struct half_open *h, struct gate_arrival *a)
{
	size_t len;
	bool readable;

	k->why = GATE_TOO_MANY;
	if (!toll_hs3(g->toll, now_ms, k->from, h->guesses > 0) &&
	    (h->guesses > 0 || !returns(g, now_ms, k)))
		return GATE_NOTHING;
	k->why = GATE_FORGED;
	if (noise_read(&h->noise, k->d->bytes, k->d->len, a->bytes, &len)) {
		readable = hello_read_visitor(a->bytes, len, &a->visitor);
		if (readable)
			fill_arrival(h, k, a);
		forget(g, h);
		if (readable) {
			k->why = GATE_FINE;
			return GATE_ARRIVED;
		}
	} else {
		toll_guessed(g->toll, now_ms, k->from);
		if (++h->guesses == GATE_GUESSES)
			forget(g, h);
	}
	return reset_hs3(g, now_ms, k) ? GATE_ANSWER : GATE_NOTHING;
}

/*
 * The third message. A forged one must not end the true one's handshake, nor
 * cost anything: what comes from elsewhere is not looked at. Who moved since
 * his HELLO learns by the RESET that he has to begin again.
 */
static enum gate_result
finish(struct gate *g, int64_t now_ms, struct gate_knock *k,
    struct gate_arrival *a)
{
	struct half_open *h = find(g, k->d->server);

	k->why = GATE_UNKNOWN;
	if (h == NULL || !sock_addr_eq(&h->from, k->from))
		return reset_hs3(g, now_ms, k) ? GATE_ANSWER : GATE_NOTHING;
	k->why = GATE_FORGED;
	if (k->d->len > sizeof(a->bytes) ||
	    !noise_peek(&h->noise, k->d->bytes, k->d->len))
		return GATE_NOTHING;
	return admit(g, now_ms, k, h, a);
}

enum gate_result
gate_input(struct gate *g, int64_t now_ms, struct gate_knock *k,
    struct gate_arrival *a)
{
	gate_tick(g, now_ms);
	if (k->d->type == HELLO_TYPE)
		return hello(g, now_ms, k);
	if (k->d->type == HELLO_HS3_TYPE)
		return finish(g, now_ms, k, a);
	k->why = GATE_MALFORMED;
	return GATE_NOTHING;
}

size_t
gate_reset(struct gate *g, int64_t now_ms, const struct gate_stray *s,
    uint8_t out[HELLO_DATAGRAM])
{
	if (s->len <= HELLO_RESET_BYTES || !toll_reset(g->toll, now_ms,
	    s->to))
		return 0;
	return hello_put_reset(out, s->index, s->data);
}

void
gate_known(struct gate *g, int64_t now_ms, const union sock_addr *addr)
{
	toll_known(g->toll, now_ms, addr);
}

void
gate_was_in(struct gate *g, int64_t now_ms, const union sock_addr *addr)
{
	toll_was_in(g->toll, now_ms, addr);
}

void
gate_hs3_hash(const struct hello_datagram *d, uint8_t hash[GATE_HS3_HASH])
{
	crypto_generichash(hash, GATE_HS3_HASH, d->bytes, d->len, NULL, 0);
}

int64_t
gate_tick(struct gate *g, int64_t now_ms)
{
	uint8_t secret[COOKIE_SECRET];
	struct half_open *h;

	if (cookies_due(&g->cookies, now_ms / 1000)) {
		g->random(g->arg, secret, sizeof(secret));
		cookies_rotate(&g->cookies, now_ms / 1000, secret);
		sodium_memzero(secret, sizeof(secret));
	}
	while ((h = TAILQ_FIRST(&g->list)) != NULL &&
	    h->since_ms + GATE_HALF_OPEN_MS <= now_ms)
		forget(g, h);
	return h == NULL ? INT64_MAX : h->since_ms + GATE_HALF_OPEN_MS;
}

void
gate_call_room(struct gate *g, const char *name)
{
	strlcpy(g->config.room, name, sizeof(g->config.room));
}

size_t
gate_count(const struct gate *g)
{
	return g->count;
}
