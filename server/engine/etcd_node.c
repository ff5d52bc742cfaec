/*
 * That this node lives, as etcd has it: a lease, kept as long as the server
 * says so, and where it is reached, under its number. Runs in chat-engine.
 */
#include "server/engine/etcd_state.h"

#include <string.h>

enum {
	KEEP_MS = ETCD_TTL_S * 1000 / 3,
	SILENT_MS = 2000,	/* the server: then its node does not live */
	ELSEWHERE_MS = ETCD_TTL_S * 1000 + 3000	/* its lease is over */
};

/* Who has this node's number: itself, before it was started again, or another
 * one, which may just be gone. */
static void
each_other(void *arg, char sort, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	struct etcd *e = arg;

	if (sort != 'n' || number != e->node || len == 0 || len > VERB_HERE)
		return;
	e->again = len == strlen(e->here) && memcmp(bytes, e->here, len) == 0;
	if (e->again)
		return;
	if (e->elsewhere_ms == 0)
		e->elsewhere_ms = e->now_ms + ELSEWHERE_MS;
	else if (e->now_ms >= e->elsewhere_ms)
		etcd_say(e, VERB_REFUSED, number, bytes, len);
}

void
etcd_take_lease(struct etcd *e, const struct call *c, const json_t *answer)
{
	const char *lease = etcd_lease(answer);

	e->keep_ms = e->now_ms + (c->kind == CALL_KEEP ? KEEP_MS : 0);
	strlcpy(e->lease, lease == NULL ? "" : lease, sizeof(e->lease));
	if (*e->lease != '\0' && c->kind == CALL_GRANT)
		etcd_start(e, CALL_LIVE, 0, etcd_live(&e->keys, e->node,
		    e->lease, (const uint8_t *)e->here, strlen(e->here),
		    e->again));
}

void
etcd_take_live(struct etcd *e, const json_t *answer)
{
	e->again = false;
	if (etcd_succeeded(answer)) {
		e->elsewhere_ms = 0;
		e->keep_ms = e->now_ms + KEEP_MS;
		return;
	}
	e->lease[0] = '\0';
	e->keep_ms = e->now_ms + ETCD_BREATH_MS;
	etcd_each(&e->keys, answer, each_other, e);
}

void
etcd_fail_live(struct etcd *e, const struct call *c)
{
	if (c->kind == CALL_KEEP || c->kind == CALL_LIVE)
		e->keep_ms = e->now_ms + ETCD_BREATH_MS;
	if (c->kind == CALL_LIVE)
		e->lease[0] = '\0';	/* kept on it would tell nobody */
}

void
etcd_keep_live(struct etcd *e)
{
	if (e->said_ms == 0 || e->now_ms - e->said_ms >= SILENT_MS ||
	    e->now_ms < e->keep_ms || e->call[CALL_GRANT].busy ||
	    e->call[CALL_LIVE].busy || e->call[CALL_KEEP].busy)
		return;
	e->keep_ms = e->now_ms + ETCD_BREATH_MS;
	if (*e->lease == '\0')
		etcd_start(e, CALL_GRANT, 0, etcd_grant());
	else
		etcd_start(e, CALL_KEEP, 0, etcd_keep(e->lease));
}
