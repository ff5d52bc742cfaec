/*
 * The table of members. Pure; used by the hub alone. Knows who is there, not
 * what they may do.
 */
#include "server/member.h"

#include <stdlib.h>
#include <string.h>

static struct member_slot *
addr_slot(struct members *ms, const union sock_addr *addr)
{
	return &ms->addrs[sock_addr_hash(addr, ms->seed) % MEMBERS_SLOTS];
}

static struct member_slot *
fold_slot(struct members *ms, const char *fold)
{
	uint32_t h = ms->seed;

	/* FNV-1a from a secret start. */
	for (; *fold != '\0'; fold++)
		h = (h ^ (uint8_t)*fold) * 16777619;
	return &ms->names[(h ^ h >> 16) % MEMBERS_SLOTS];
}

void
members_init(struct members *ms, uint32_t seed)
{
	memset(ms, 0, sizeof(*ms));
	TAILQ_INIT(&ms->list);
	ms->seed = seed;
}

void
members_clear(struct members *ms)
{
	struct member *m;

	while ((m = TAILQ_FIRST(&ms->list)) != NULL)
		members_remove(ms, m);
}

struct member *
members_add(struct members *ms, const union sock_addr *addr,
    const char *name, size_t len, int64_t now_ms)
{
	struct member *m;

	if (ms->count == MEMBERS_MAX || len > sizeof(m->name))
		return NULL;
	if ((m = calloc(1, sizeof(*m))) == NULL)
		return NULL;
	if (text_fold(m->fold, name, len) == 0) {
		free(m);
		return NULL;
	}
	m->addr = *addr;
	m->heard_ms = now_ms;
	memcpy(m->name, name, len);
	m->name_len = len;
	LIST_INSERT_HEAD(addr_slot(ms, addr), m, by_addr);
	LIST_INSERT_HEAD(fold_slot(ms, m->fold), m, by_name);
	TAILQ_INSERT_TAIL(&ms->list, m, by_silence);
	ms->count++;
	return m;
}

void
members_remove(struct members *ms, struct member *m)
{
	LIST_REMOVE(m, by_addr);
	LIST_REMOVE(m, by_name);
	TAILQ_REMOVE(&ms->list, m, by_silence);
	ms->count--;
	free(m);
}

void
members_heard(struct members *ms, struct member *m, int64_t now_ms)
{
	m->heard_ms = now_ms;
	TAILQ_REMOVE(&ms->list, m, by_silence);
	TAILQ_INSERT_TAIL(&ms->list, m, by_silence);
}

struct member *
members_at(struct members *ms, const union sock_addr *addr)
{
	struct member *m;

	LIST_FOREACH(m, addr_slot(ms, addr), by_addr) {
		if (sock_addr_eq(&m->addr, addr))
			return m;
	}
	return NULL;
}

struct member *
members_named(struct members *ms, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	struct member *m;

	if (text_fold(fold, name, len) == 0)
		return NULL;
	LIST_FOREACH(m, fold_slot(ms, fold), by_name) {
		if (m->state != MEMBER_COMES && strcmp(m->fold, fold) == 0)
			return m;
	}
	return NULL;
}
