/*
 * etcd through its HTTP gateway, by libcurl's multi interface. Of each sort of
 * call one is on its way: a new one ends the one before. Runs in chat-engine.
 */
#include "server/engine/etcd.h"

#include <curl/curl.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "server/cluster/shared.h"
#include "server/engine/etcd_json.h"

enum {
	CONNECT_MS = 400,
	CALL_MS = 900,		/* then nobody waits for it any more */
	FETCH_MS = 5000,	/* for what may be long */
	BEAT_MS = 500,		/* between two looks at who lives */
	BREATH_MS = 50,		/* before a member is tried after another */
	TROUBLE_MS = 10 * 1000,	/* between two words about it */
	KEEP_MS = ETCD_TTL_S * 1000 / 3,
	SILENT_MS = 2000,	/* the server: then its node does not live */
	ELSEWHERE_MS = ETCD_TTL_S * 1000 + 3000,	/* its lease is over */
	ANSWER_BYTES = 32 << 20	/* the longest that is read */
};

enum call_kind {
	CALL_APPEND, CALL_FETCH, CALL_LOOK, CALL_BEGIN, CALL_WATCH, CALL_NODES,
	CALL_GRANT, CALL_LIVE, CALL_KEEP, CALL_FORGET,
	CALLS
};

static const char *const paths[CALLS] = {
	[CALL_APPEND] = "/v3/kv/txn", [CALL_FETCH] = "/v3/kv/range",
	[CALL_LOOK] = "/v3/kv/range", [CALL_BEGIN] = "/v3/kv/txn",
	[CALL_WATCH] = "/v3/watch", [CALL_NODES] = "/v3/kv/range",
	[CALL_GRANT] = "/v3/lease/grant", [CALL_LIVE] = "/v3/kv/txn",
	[CALL_KEEP] = "/v3/lease/keepalive",
	[CALL_FORGET] = "/v3/kv/deleterange"
};

struct call {
	struct etcd	*etcd;
	enum call_kind	 kind;
	CURL		*easy;
	bool		 busy;
	size_t		 at;		/* the member that was asked */
	uint64_t	 number;	/* what for */
	char		*body;		/* what is asked */
	char		*in;		/* what was answered so far */
	size_t		 len, size;
};

struct etcd {
	struct etcd_config config;
	struct etcd_keys keys;
	CURLM		*multi;
	struct curl_slist *heads;
	struct call	 call[CALLS];
	size_t		 at;		/* the member that is asked */
	int64_t		 now_ms;
	int64_t		 watch_ms;	/* it is begun then */
	int64_t		 beat_ms;
	int64_t		 unknown_ms;	/* that is said then; 0: not */
	uint64_t	 unknown;
	uint64_t	 known;		/* the server knows that block */
	/* The node, as the server said, last then; 0: nothing yet. */
	uint32_t	 node;
	char		 here[VERB_HERE + 1];
	int64_t		 said_ms;
	char		 lease[24];	/* "": none */
	bool		 again;		/* it is this one's, of before */
	int64_t		 keep_ms, elsewhere_ms;
	uint64_t	 lives;		/* as they are counted */
	int64_t		 trouble_ms;	/* none is told before */
};

static void
say(struct etcd *e, enum verb_kind kind, uint64_t number, const void *bytes,
    size_t len)
{
	e->config.say(e->config.arg, &(struct verb){ kind, number, bytes,
	    len });
}

/*
 * Calls
 */

static void
stop(struct call *c)
{
	if (c->busy)
		curl_multi_remove_handle(c->etcd->multi, c->easy);
	c->busy = false;
	c->len = 0;
	free(c->body);
	c->body = NULL;
}

/* Takes over the body; NULL: it is said again some time. */
static void
start(struct etcd *e, enum call_kind kind, uint64_t number, char *body)
{
	struct call *c = &e->call[kind];
	char url[512];

	stop(c);
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

/* Whoever did not answer is not asked again before the others were. */
static void
turn(struct etcd *e)
{
	e->at = (e->at + 1) % e->config.n;
	stop(&e->call[CALL_WATCH]);
	e->watch_ms = e->now_ms + BREATH_MS;
}

/* While it lasts not each time. */
static void
tell_trouble(struct etcd *e, const struct call *c, const char *what)
{
	if (e->now_ms < e->trouble_ms)
		return;
	e->trouble_ms = e->now_ms + TROUBLE_MS;
	if (strstr(what, "space exceeded") != NULL)
		warnx("%s: etcd's quota is full: nothing can be said until it "
		    "has more, see chat-cluster(7)", e->config.members[c->at]);
	else
		warnx("%s: %s", e->config.members[c->at], what);
}

static void
fail(struct etcd *e, struct call *c, const char *what)
{
	tell_trouble(e, c, what);
	if (c->kind == CALL_APPEND) {
		e->unknown = c->number;
		e->unknown_ms = e->now_ms + BREATH_MS;
	}
	if (c->kind == CALL_KEEP || c->kind == CALL_LIVE)
		e->keep_ms = e->now_ms + BREATH_MS;
	if (c->kind == CALL_LIVE)
		e->lease[0] = '\0';	/* kept on it would tell nobody */
	if (c->kind == CALL_WATCH) {
		stop(c);
		e->watch_ms = e->now_ms + BREATH_MS;
	}
	if (c->at == e->at)
		turn(e);
}

/*
 * Answers
 */

static void
each_block(void *arg, char sort, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	struct etcd *e = arg;

	if (sort != 'b' || len == 0)
		return;
	if (number > e->known)
		e->known = number;
	say(e, VERB_BLOCK, number, bytes, len);
}

static void
each_log(void *arg, char sort, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	if (sort == 'l' && len == VERB_LOG_BYTES)
		say(arg, VERB_LOG, number, bytes, len);
}

static void
each_node(void *arg, char sort, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	struct etcd *e = arg;

	if (sort != 'n' || number == 0 || number > SHARED_NODES || len == 0 ||
	    len > VERB_HERE)
		return;
	e->lives |= UINT64_C(1) << number;
	say(e, VERB_NODE, number, bytes, len);
}

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
		say(e, VERB_REFUSED, number, bytes, len);
}

static void
take_lease(struct etcd *e, const struct call *c, const json_t *answer)
{
	const char *lease = etcd_lease(answer);

	e->keep_ms = e->now_ms + (c->kind == CALL_KEEP ? KEEP_MS : 0);
	strlcpy(e->lease, lease == NULL ? "" : lease, sizeof(e->lease));
	if (*e->lease != '\0' && c->kind == CALL_GRANT)
		start(e, CALL_LIVE, 0, etcd_live(&e->keys, e->node, e->lease,
		    (const uint8_t *)e->here, strlen(e->here), e->again));
}

static void
take_live(struct etcd *e, const json_t *answer)
{
	e->again = false;
	if (etcd_succeeded(answer)) {
		e->elsewhere_ms = 0;
		e->keep_ms = e->now_ms + KEEP_MS;
		return;
	}
	e->lease[0] = '\0';
	e->keep_ms = e->now_ms + BREATH_MS;
	etcd_each(&e->keys, answer, each_other, e);
}

static void
take_append(struct etcd *e, const struct call *c, const json_t *answer)
{
	bool in = etcd_succeeded(answer);

	say(e, in ? VERB_IN : VERB_TAKEN, c->number, NULL, 0);
	if (!in)
		etcd_each(&e->keys, answer, each_block, e);
}

static void
look(struct etcd *e)
{
	start(e, CALL_LOOK, e->known, etcd_look(&e->keys, e->known));
}

/* Of those from the known one on. */
static void
take_look(struct etcd *e, const struct call *c, const json_t *answer)
{
	uint64_t n = etcd_count(answer), first = etcd_first(&e->keys, answer);

	if (n > 0 && first == 0)
		return;		/* some other thing is there */
	if (n == 0 ? c->number > 0 : first > 1 && first > c->number)
		say(e, VERB_OLDEST, first, NULL, 0);
	if (n > 0 || c->number == 0)
		say(e, VERB_NEWEST, n == 0 ? 0 : first + n - 1, NULL, 0);
}

/* What has gone by now is not there to be fetched. */
static void
take_fetch(struct etcd *e, const struct call *c, const json_t *answer)
{
	etcd_each(&e->keys, answer, each_block, e);
	if (etcd_first(&e->keys, answer) == c->number)
		return;
	e->known = c->number - 1;
	look(e);
}

static void
take_answer(struct etcd *e, struct call *c, const json_t *answer)
{
	switch (c->kind) {
	case CALL_APPEND:
		take_append(e, c, answer);
		break;
	case CALL_FETCH:
		take_fetch(e, c, answer);
		break;
	case CALL_LOOK:
		take_look(e, c, answer);
		break;
	case CALL_BEGIN:
		/* What was put is asked for once more. */
		if (etcd_each(&e->keys, answer, each_log, e) > 0)
			break;
		if (c->number != 0)
			start(e, CALL_BEGIN, 0, etcd_begin(&e->keys, NULL, 0));
		else
			say(e, VERB_LOG, 0, NULL, 0);
		break;
	case CALL_NODES:
		e->lives = 0;
		etcd_each(&e->keys, answer, each_node, e);
		say(e, VERB_NODES, e->lives, NULL, 0);
		say(e, VERB_HEARD, 0, NULL, 0);
		break;
	case CALL_GRANT:
	case CALL_KEEP:
		take_lease(e, c, answer);
		break;
	case CALL_LIVE:
		take_live(e, answer);
		break;
	default:		/* what is not forgotten is by the next one */
		break;
	}
}

static void
take_event(struct etcd *e, struct call *c, const char *line, size_t len)
{
	json_t *event = json_loadb(line, len, 0, NULL);

	/* What was put before it began is seen by whoever looks now. */
	if (etcd_created(event))
		look(e);
	etcd_each(&e->keys, event, each_block, e);
	if (etcd_ended(event))
		fail(e, c, etcd_error(event) != NULL ? etcd_error(event) :
		    "the watch ended");
	json_decref(event);
}

/* Each event is a line. */
static void
take_events(struct etcd *e, struct call *c)
{
	char *end;
	size_t n;

	while (c->busy && c->len > 0 &&
	    (end = memchr(c->in, '\n', c->len)) != NULL) {
		n = (size_t)(end - c->in) + 1;
		take_event(e, c, c->in, n);
		if (!c->busy)
			break;
		memmove(c->in, c->in + n, c->len - n);
		c->len -= n;
	}
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

static void
finish(struct etcd *e, struct call *c, CURLcode code)
{
	json_t *answer = NULL;
	const char *error;
	long status = 0;
	char words[64];

	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(e->multi, c->easy);
	c->busy = false;
	if (code == CURLE_OK && c->kind != CALL_WATCH)
		answer = json_loadb(c->in, c->len, 0, NULL);
	error = etcd_error(answer);
	if (status == 200)
		strlcpy(words, "the answer ended", sizeof(words));
	else
		snprintf(words, sizeof(words), "HTTP %ld", status);
	if (code == CURLE_OK && status == 200 && answer != NULL &&
	    error == NULL)
		take_answer(e, c, answer);
	else
		fail(e, c, code != CURLE_OK ? curl_easy_strerror(code) :
		    error != NULL ? error : words);
	json_decref(answer);
}

/*
 * The server's words, and the clock
 */

void
etcd_take(struct etcd *e, int64_t now_ms, const struct verb *v)
{
	e->now_ms = now_ms;
	switch (v->kind) {
	case VERB_APPEND:
		e->unknown_ms = 0;
		e->known = v->number - 1;
		start(e, CALL_APPEND, v->number, etcd_append(&e->keys,
		    v->number, v->bytes, v->len));
		break;
	case VERB_FETCH:
		e->known = v->number - 1;
		if (!e->call[CALL_FETCH].busy ||
		    e->call[CALL_FETCH].number != v->number)
			start(e, CALL_FETCH, v->number,
			    etcd_fetch(&e->keys, v->number));
		break;
	case VERB_LOOK:
		e->known = v->number;
		look(e);
		break;
	case VERB_FORGET:
		start(e, CALL_FORGET, v->number, etcd_forget(&e->keys,
		    v->number));
		break;
	case VERB_TURN:
		turn(e);
		break;
	case VERB_BEGIN:
		start(e, CALL_BEGIN, v->len, etcd_begin(&e->keys, v->bytes,
		    v->len));
		break;
	case VERB_LIVE:
		e->node = (uint32_t)v->number;
		memcpy(e->here, v->bytes, v->len);
		e->here[v->len] = '\0';
		e->said_ms = now_ms;
		break;
	default:
		break;
	}
}

/* As long as the server says so, this node lives. */
static void
keep(struct etcd *e)
{
	if (e->said_ms == 0 || e->now_ms - e->said_ms >= SILENT_MS ||
	    e->now_ms < e->keep_ms || e->call[CALL_GRANT].busy ||
	    e->call[CALL_LIVE].busy || e->call[CALL_KEEP].busy)
		return;
	e->keep_ms = e->now_ms + BREATH_MS;
	if (*e->lease == '\0')
		start(e, CALL_GRANT, 0, etcd_grant());
	else
		start(e, CALL_KEEP, 0, etcd_keep(e->lease));
}

static void
see_to_what_is_due(struct etcd *e)
{
	if (!e->call[CALL_WATCH].busy && e->now_ms >= e->watch_ms)
		start(e, CALL_WATCH, 0, etcd_watch(&e->keys));
	if (e->now_ms >= e->beat_ms && !e->call[CALL_NODES].busy) {
		e->beat_ms = e->now_ms + BEAT_MS;
		start(e, CALL_NODES, 0, etcd_nodes(&e->keys));
	}
	if (e->unknown_ms != 0 && e->now_ms >= e->unknown_ms) {
		e->unknown_ms = 0;
		say(e, VERB_UNKNOWN, e->unknown, NULL, 0);
	}
	keep(e);
}

/* Nothing is due before that. */
static int
breath(const struct etcd *e)
{
	int64_t due = clock_earlier(e->beat_ms, e->keep_ms > e->now_ms ?
	    e->keep_ms : INT64_MAX);

	if (!e->call[CALL_WATCH].busy)
		due = clock_earlier(due, e->watch_ms);
	if (e->unknown_ms != 0)
		due = clock_earlier(due, e->unknown_ms);
	return due <= e->now_ms ? BREATH_MS : (int)(due - e->now_ms);
}

void
etcd_turn(struct etcd *e, int64_t now_ms, int fd)
{
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };
	struct call *c;
	CURLMsg *m;
	int running, left;

	e->now_ms = now_ms;
	curl_multi_perform(e->multi, &running);
	take_events(e, &e->call[CALL_WATCH]);
	while ((m = curl_multi_info_read(e->multi, &left)) != NULL) {
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &c);
		finish(e, c, m->data.result);
	}
	see_to_what_is_due(e);
	curl_multi_perform(e->multi, &running);
	curl_multi_poll(e->multi, &extra, 1, breath(e), NULL);
}

/*
 * Begin and end
 */

static bool
call_init(struct etcd *e, enum call_kind kind)
{
	struct call *c = &e->call[kind];
	const struct etcd_config *g = &e->config;

	c->etcd = e;
	c->kind = kind;
	if ((c->easy = curl_easy_init()) == NULL)
		return false;
	curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	curl_easy_setopt(c->easy, CURLOPT_HTTPHEADER, e->heads);
	curl_easy_setopt(c->easy, CURLOPT_WRITEFUNCTION, on_bytes);
	curl_easy_setopt(c->easy, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(c->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	if (kind != CALL_WATCH)
		curl_easy_setopt(c->easy, CURLOPT_TIMEOUT_MS,
		    kind == CALL_FETCH || kind == CALL_FORGET ?
		    (long)FETCH_MS : (long)CALL_MS);
	if (g->cert != NULL)
		curl_easy_setopt(c->easy, CURLOPT_SSLCERT, g->cert);
	if (g->key != NULL)
		curl_easy_setopt(c->easy, CURLOPT_SSLKEY, g->key);
	if (g->ca != NULL)
		curl_easy_setopt(c->easy, CURLOPT_CAINFO, g->ca);
	return true;
}

struct etcd *
etcd_new(const struct etcd_config *config)
{
	/* A watch ends when its member hears no leader; Expect costs a way. */
	static const char *const heads[] = { "Content-Type: application/json",
	    "Grpc-Metadata-Hasleader: true", "Expect:" };
	struct etcd *e = calloc(1, sizeof(*e));
	bool good;
	size_t i;

	if (e == NULL)
		return NULL;
	e->config = *config;
	e->keys = etcd_keys(config->room);
	good = curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK &&
	    (e->multi = curl_multi_init()) != NULL;
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		e->heads = curl_slist_append(e->heads, heads[i]);
	for (i = 0; i < CALLS && good; i++)
		good = call_init(e, (enum call_kind)i);
	if (good)
		return e;
	etcd_free(e);
	return NULL;
}

void
etcd_free(struct etcd *e)
{
	size_t i;

	for (i = 0; i < CALLS; i++) {
		if (e->call[i].easy == NULL)
			continue;
		stop(&e->call[i]);
		curl_easy_cleanup(e->call[i].easy);
		free(e->call[i].in);
	}
	if (e->multi != NULL)
		curl_multi_cleanup(e->multi);
	curl_slist_free_all(e->heads);
	free(e);
	curl_global_cleanup();
}
