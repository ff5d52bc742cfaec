/*
 * etcd through its HTTP gateway, by libcurl's multi interface: what the server
 * says goes there, and what comes of it. Runs in chat-engine.
 */
#include "server/engine/etcd.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "server/engine/etcd_state.h"

enum {
	BEAT_MS = 500,		/* between two looks at who lives */
	TROUBLE_MS = 10 * 1000	/* between two words about it */
};

/* Whoever did not answer is not asked again before the others were. */
static void
turn(struct etcd *e)
{
	e->at = (e->at + 1) % e->config.n;
	etcd_stop(&e->call[CALL_WATCH]);
	e->watch_ms = e->now_ms + ETCD_BREATH_MS;
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
		e->unknown_ms = e->now_ms + ETCD_BREATH_MS;
	}
	etcd_fail_live(e, c);
	if (c->kind == CALL_WATCH) {
		etcd_stop(c);
		e->watch_ms = e->now_ms + ETCD_BREATH_MS;
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
	etcd_say(e, VERB_BLOCK, number, bytes, len);
}

static void
each_log(void *arg, char sort, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	if (sort == 'l' && len == VERB_LOG_BYTES)
		etcd_say(arg, VERB_LOG, number, bytes, len);
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
	etcd_say(e, VERB_NODE, number, bytes, len);
}

static void
take_append(struct etcd *e, const struct call *c, const json_t *answer)
{
	bool in = etcd_succeeded(answer);

	etcd_say(e, in ? VERB_IN : VERB_TAKEN, c->number, NULL, 0);
	if (!in)
		etcd_each(&e->keys, answer, each_block, e);
}

static void
look(struct etcd *e)
{
	etcd_start(e, CALL_LOOK, e->known, etcd_look(&e->keys, e->known));
}

/* Of those from the known one on. */
static void
take_look(struct etcd *e, const struct call *c, const json_t *answer)
{
	uint64_t n = etcd_count(answer), first = etcd_first(&e->keys, answer);

	if (n > 0 && first == 0)
		return;		/* some other thing is there */
	if (n == 0 ? c->number > 0 : first > 1 && first > c->number)
		etcd_say(e, VERB_OLDEST, first, NULL, 0);
	if (n > 0 || c->number == 0)
		etcd_say(e, VERB_NEWEST, n == 0 ? 0 : first + n - 1, NULL, 0);
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
			etcd_start(e, CALL_BEGIN, 0,
			    etcd_begin(&e->keys, NULL, 0));
		else
			etcd_say(e, VERB_LOG, 0, NULL, 0);
		break;
	case CALL_NODES:
		e->lives = 0;
		etcd_each(&e->keys, answer, each_node, e);
		etcd_say(e, VERB_NODES, e->lives, NULL, 0);
		etcd_say(e, VERB_HEARD, 0, NULL, 0);
		break;
	case CALL_GRANT:
	case CALL_KEEP:
		etcd_take_lease(e, c, answer);
		break;
	case CALL_LIVE:
		etcd_take_live(e, answer);
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
		etcd_start(e, CALL_APPEND, v->number, etcd_append(&e->keys,
		    v->number, v->bytes, v->len));
		break;
	case VERB_FETCH:
		e->known = v->number - 1;
		if (!e->call[CALL_FETCH].busy ||
		    e->call[CALL_FETCH].number != v->number)
			etcd_start(e, CALL_FETCH, v->number,
			    etcd_fetch(&e->keys, v->number));
		break;
	case VERB_LOOK:
		e->known = v->number;
		look(e);
		break;
	case VERB_FORGET:
		etcd_start(e, CALL_FORGET, v->number, etcd_forget(&e->keys,
		    v->number));
		break;
	case VERB_TURN:
		turn(e);
		break;
	case VERB_BEGIN:
		etcd_start(e, CALL_BEGIN, v->len, etcd_begin(&e->keys, v->bytes,
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

static void
see_to_what_is_due(struct etcd *e)
{
	if (!e->call[CALL_WATCH].busy && e->now_ms >= e->watch_ms)
		etcd_start(e, CALL_WATCH, 0, etcd_watch(&e->keys));
	if (e->now_ms >= e->beat_ms && !e->call[CALL_NODES].busy) {
		e->beat_ms = e->now_ms + BEAT_MS;
		etcd_start(e, CALL_NODES, 0, etcd_nodes(&e->keys));
	}
	if (e->unknown_ms != 0 && e->now_ms >= e->unknown_ms) {
		e->unknown_ms = 0;
		etcd_say(e, VERB_UNKNOWN, e->unknown, NULL, 0);
	}
	etcd_keep_live(e);
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
	return due <= e->now_ms ? ETCD_BREATH_MS : (int)(due - e->now_ms);
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
		good = etcd_call_init(e, (enum call_kind)i);
	if (good)
		return e;
	etcd_free(e);
	return NULL;
}

void
etcd_free(struct etcd *e)
{
	size_t i;

	for (i = 0; i < CALLS; i++)
		etcd_call_free(&e->call[i]);
	if (e->multi != NULL)
		curl_multi_cleanup(e->multi);
	curl_slist_free_all(e->heads);
	free(e);
	curl_global_cleanup();
}
