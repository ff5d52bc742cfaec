/*
 * Calls to etcd: how each goes there, and what of its answer has come. Of each
 * sort one is on its way: a new one ends the one before. Runs in chat-engine.
 */
#include "server/engine/etcd_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CONNECT_MS = 400,
	CALL_MS = 900,		/* then nobody waits for it any more */
	FETCH_MS = 5000,	/* for what may be long */
	ANSWER_BYTES = 32 << 20	/* the longest that is read */
};

static const char *const paths[CALLS] = {
	[CALL_APPEND] = "/v3/kv/txn", [CALL_FETCH] = "/v3/kv/range",
	[CALL_LOOK] = "/v3/kv/range", [CALL_BEGIN] = "/v3/kv/txn",
	[CALL_WATCH] = "/v3/watch", [CALL_NODES] = "/v3/kv/range",
	[CALL_GRANT] = "/v3/lease/grant", [CALL_LIVE] = "/v3/kv/txn",
	[CALL_KEEP] = "/v3/lease/keepalive",
	[CALL_FORGET] = "/v3/kv/deleterange"
};

void
etcd_stop(struct call *c)
{
	if (c->busy)
		curl_multi_remove_handle(c->etcd->multi, c->easy);
	c->busy = false;
	c->len = 0;
	free(c->body);
	c->body = NULL;
}

void
etcd_start(struct etcd *e, enum call_kind kind, uint64_t number, char *body)
{
	struct call *c = &e->call[kind];
	char url[512];

	etcd_stop(c);
	if ((c->body = body) == NULL)
		return;
	c->at = e->at;
	c->number = number;
	snprintf(url, sizeof(url), "%s%s", e->config.members[e->at],
	    paths[kind]);
	curl_easy_setopt(c->easy, CURLOPT_URL, url);
	curl_easy_setopt(c->easy, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(c->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	c->busy = curl_multi_add_handle(e->multi, c->easy) == CURLM_OK;
}

static size_t
on_bytes(char *bytes, size_t size, size_t n, void *arg)
{
	struct call *c = arg;
	char *in;

	(void)size;
	if (c->len + n > c->size) {
		if (c->len + n > ANSWER_BYTES ||
		    (in = realloc(c->in, 2 * (c->len + n))) == NULL)
			return 0;
		c->in = in;
		c->size = 2 * (c->len + n);
	}
	memcpy(c->in + c->len, bytes, n);
	c->len += n;
	return n;
}

CURL *
etcd_easy(const struct etcd_config *g)
{
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		return NULL;
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)CALL_MS);
	if (g->cert != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, g->cert);
	if (g->key != NULL)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, g->key);
	if (g->ca != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, g->ca);
	return easy;
}

bool
etcd_call_init(struct etcd *e, enum call_kind kind)
{
	struct call *c = &e->call[kind];

	c->etcd = e;
	c->kind = kind;
	if ((c->easy = etcd_easy(&e->config)) == NULL)
		return false;
	curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, e->heads);
	curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
	if (kind == CALL_FETCH || kind == CALL_FORGET)
		curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, (long)FETCH_MS);
	else if (kind == CALL_WATCH)
		curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS, 0L);
	return true;
}

void
etcd_call_free(struct call *c)
{
	if (c->easy == NULL)
		return;
	etcd_stop(c);
	curl_easy_cleanup(c->easy);
	free(c->in);
}
