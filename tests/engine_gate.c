/*
 * A gate that is always open, linked instead of server/gate.c where many
 * rooms are played in a second: any HS3 lets in whom the test says. So nothing
 * is computed, and nothing is half open.
 */
#include "tests/engine_gate.h"

#include <stdlib.h>
#include <string.h>

struct gate { int unused; };

struct gate_arrival engine_arrival;

struct gate *
gate_new(const struct gate_config *config, int64_t now_ms,
    void (*random)(void *, void *, size_t), void *arg)
{
	(void)config;
	(void)now_ms;
	(void)random;
	(void)arg;
	return calloc(1, sizeof(struct gate));
}

void
gate_free(struct gate *g)
{
	free(g);
}

void
gate_call_room(struct gate *g, const char *name)
{
	(void)g;
	(void)name;
}

enum gate_result
gate_input(struct gate *g, int64_t now_ms, struct gate_knock *k,
    struct gate_arrival *a)
{
	(void)g;
	(void)now_ms;
	k->why = GATE_FINE;
	if (k->d->type != HELLO_HS3_TYPE)
		return GATE_NOTHING;
	*a = engine_arrival;
	return GATE_ARRIVED;
}

size_t
gate_reset(struct gate *g, int64_t now_ms, const struct gate_stray *s,
    uint8_t out[HELLO_DATAGRAM])
{
	(void)g;
	(void)now_ms;
	return hello_put_reset(out, s->index, s->data);
}

void
gate_known(struct gate *g, int64_t now_ms, const union sock_addr *addr)
{
	(void)g;
	(void)now_ms;
	(void)addr;
}

void
gate_was_in(struct gate *g, int64_t now_ms, const union sock_addr *addr)
{
	(void)g;
	(void)now_ms;
	(void)addr;
}

void
gate_hs3_hash(const struct hello_datagram *d, uint8_t hash[GATE_HS3_HASH])
{
	(void)d;
	memset(hash, 0, GATE_HS3_HASH);
}

int64_t
gate_tick(struct gate *g, int64_t now_ms)
{
	(void)g;
	(void)now_ms;
	return INT64_MAX;
}

size_t
gate_count(const struct gate *g)
{
	(void)g;
	return 0;
}
