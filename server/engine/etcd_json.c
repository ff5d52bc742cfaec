/*
 * etcd's requests and answers. Pure; runs in chat-engine.
 */
#include "server/engine/etcd_json.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/cluster/verb.h"

enum {
	VARIANT = sodium_base64_VARIANT_ORIGINAL,
	KEY64 = (ETCD_KEY + 2) / 3 * 4 + 1
};

/* No control character is in a room's name: no two have one key. */
struct etcd_keys
etcd_keys(const char *room)
{
	struct etcd_keys k;
	char *slash;

	strlcpy(k.room, room, sizeof(k.room));
	while ((slash = strchr(k.room, '/')) != NULL)
		*slash = '\001';
	return k;
}

/* In base64, as all of them are there. */
static const char *
encode(char dst[KEY64], const char *key)
{
	return sodium_bin2base64(dst, KEY64, (const uint8_t *)key,
	    strlen(key), VARIANT);
}

static const char *
block_key(char dst[KEY64], const struct etcd_keys *k, uint64_t number)
{
	char key[ETCD_KEY];

	snprintf(key, sizeof(key), "r/%s/b/%016" PRIx64, k->room, number);
	return encode(dst, key);
}

/* The first key behind all of that sort: '0' is behind '/'. */
static const char *
end_key(char dst[KEY64], const struct etcd_keys *k, char sort)
{
	char key[ETCD_KEY];

	snprintf(key, sizeof(key), "r/%s/%c0", k->room, sort);
	return encode(dst, key);
}

static const char *
node_key(char dst[KEY64], const struct etcd_keys *k, uint32_t node)
{
	char key[ETCD_KEY];

	snprintf(key, sizeof(key), "r/%s/n/%02" PRIx32, k->room, node & 0xff);
	return encode(dst, key);
}

static char *
encode_value(const uint8_t *bytes, size_t len)
{
	size_t size = sodium_base64_encoded_len(len, VARIANT);
	char *value = malloc(size);

	return value == NULL ? NULL : sodium_bin2base64(value, size, bytes,
	    len, VARIANT);
}

/* Takes the tree over. */
static char *
written(json_t *tree)
{
	char *text = tree == NULL ? NULL : json_dumps(tree, JSON_COMPACT);

	json_decref(tree);
	return text;
}

/* To an end: with a limit alone etcd counts all that are behind it. */
static json_t *
from_on(const struct etcd_keys *k, uint64_t number)
{
	char from[KEY64], end[KEY64];

	return json_pack("{ss ss}", "key", block_key(from, k, number),
	    "range_end", block_key(end, k, number + ETCD_AT_ONCE));
}

char *
etcd_fetch(const struct etcd_keys *k, uint64_t number)
{
	return written(from_on(k, number));
}

char *
etcd_look(const struct etcd_keys *k, uint64_t number)
{
	char from[KEY64], end[KEY64];

	/* The last key, by a sorted range, makes etcd read all of them. */
	return written(json_pack("{ss ss si sb}", "key",
	    block_key(from, k, number), "range_end", end_key(end, k, 'b'),
	    "limit", 1, "keys_only", 1));
}

char *
etcd_forget(const struct etcd_keys *k, uint64_t number)
{
	char from[KEY64], end[KEY64];

	return written(json_pack("{ss ss}", "key", block_key(from, k, 0),
	    "range_end", block_key(end, k, number)));
}

char *
etcd_watch(const struct etcd_keys *k)
{
	char from[KEY64], end[KEY64];

	return written(json_pack("{s{ss ss s[s]}}", "create_request", "key",
	    block_key(from, k, 0), "range_end", end_key(end, k, 'b'),
	    "filters", "NODELETE"));
}

/* That there is none, or (GREATER) that there is one. */
static json_t *
was_created(const char *key, const char *result)
{
	return json_pack("{ss ss ss si}", "key", key, "target", "CREATE",
	    "result", result, "create_revision", 0);
}

/* A put under that key if it is new, and if what else it demands is so, or
 * NULL; else what the last one says. Takes over both. */
static char *
put_new(const char *key, const uint8_t *bytes, size_t len, const char *lease,
    json_t *demand, json_t *otherwise)
{
	char *value = encode_value(bytes, len);
	json_t *tree = value == NULL ? NULL : json_pack("{s[oO*]"
	    "s[{s{ss ss ss}}] s[{sO}]}", "compare", was_created(key, "EQUAL"),
	    demand, "success", "request_put", "key", key, "value", value,
	    "lease", lease, "failure", "request_range", otherwise);

	json_decref(demand);
	json_decref(otherwise);
	free(value);
	return written(tree);
}

/* The first one is where there is none at all. */
static json_t *
before_block(const struct etcd_keys *k, uint64_t number)
{
	char key[KEY64], end[KEY64];
	json_t *demand;

	if (number > 1)
		return was_created(block_key(key, k, number - 1), "GREATER");
	demand = was_created(block_key(key, k, 0), "EQUAL");
	json_object_set_new(demand, "range_end", json_string(end_key(end, k,
	    'b')));
	return demand;
}

char *
etcd_append(const struct etcd_keys *k, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	char key[KEY64];

	return put_new(block_key(key, k, number), bytes, len, "0",
	    before_block(k, number), from_on(k, number));
}

char *
etcd_begin(const struct etcd_keys *k, const uint8_t *bytes, size_t len)
{
	char name[ETCD_KEY], key[KEY64];

	snprintf(name, sizeof(name), "r/%s/log", k->room);
	encode(key, name);
	if (len == 0)
		return written(json_pack("{s[{s{ss}}]}", "success",
		    "request_range", "key", key));
	return put_new(key, bytes, len, "0", NULL, json_pack("{ss}", "key",
	    key));
}

char *
etcd_grant(void)
{
	return written(json_pack("{si}", "TTL", ETCD_TTL_S));
}

char *
etcd_keep(const char *lease)
{
	return written(json_pack("{ss}", "ID", lease));
}

/* Whoever is at that address is this one, of before. */
static char *
live_again(const char *key, const char *lease, const uint8_t *here, size_t len)
{
	char *value = encode_value(here, len);
	json_t *tree = value == NULL ? NULL : json_pack("{s[{ss ss ss ss}]"
	    "s[{s{ss ss ss}}] s[{s{ss}}]}", "compare", "key", key, "target",
	    "VALUE", "result", "EQUAL", "value", value, "success",
	    "request_put", "key", key, "value", value, "lease", lease,
	    "failure", "request_range", "key", key);

	free(value);
	return written(tree);
}

char *
etcd_live(const struct etcd_keys *k, uint32_t node, const char *lease,
    const uint8_t *here, size_t len, bool again)
{
	char key[KEY64];

	node_key(key, k, node);
	return again ? live_again(key, lease, here, len) :
	    put_new(key, here, len, lease, NULL, json_pack("{ss}", "key",
	    key));
}

char *
etcd_nodes(const struct etcd_keys *k)
{
	char from[KEY64], end[KEY64];

	return written(json_pack("{ss ss}", "key", node_key(from, k, 0),
	    "range_end", end_key(end, k, 'n')));
}

/*
 * Answers
 */

/* "r/ROOM/b/00..01" is a 'b', and 1; false: it is no key of this room. */
static bool
read_key(const struct etcd_keys *k, const char *text, char *sort,
    uint64_t *number)
{
	char key[ETCD_KEY], start[ETCD_KEY], *end;
	size_t len, n;

	if (sodium_base642bin((uint8_t *)key, sizeof(key) - 1, text,
	    strlen(text), NULL, &len, NULL, VARIANT) != 0)
		return false;
	key[len] = '\0';
	n = (size_t)snprintf(start, sizeof(start), "r/%s/", k->room);
	if (len <= n || memcmp(key, start, n) != 0)
		return false;
	*sort = key[n];
	*number = 0;
	if (strcmp(key + n, "log") == 0)
		return true;
	if (key[n + 1] != '/')
		return false;
	*number = strtoull(key + n + 2, &end, 16);
	return end > key + n + 2 && *end == '\0';
}

struct taking {
	const struct etcd_keys *keys;
	void	(*each)(void *, char, uint64_t, const uint8_t *, size_t);
	void	*arg;
	size_t	 n;
};

static void
take_kv(struct taking *t, const json_t *kv)
{
	const char *key = json_string_value(json_object_get(kv, "key"));
	const char *text = json_string_value(json_object_get(kv, "value"));
	static uint8_t value[BLOCK_BYTES];
	uint64_t number;
	size_t len = 0;
	char sort;

	if (key == NULL || !read_key(t->keys, key, &sort, &number) ||
	    (text != NULL && sodium_base642bin(value, sizeof(value), text,
	    strlen(text), NULL, &len, NULL, VARIANT) != 0))
		return;
	t->n++;
	t->each(t->arg, sort, number, value, len);
}

static void
take_kvs(struct taking *t, const json_t *range)
{
	const json_t *kvs = json_object_get(range, "kvs");
	size_t i;

	for (i = 0; i < json_array_size(kvs); i++)
		take_kv(t, json_array_get(kvs, i));
}

size_t
etcd_each(const struct etcd_keys *k, const json_t *answer,
    void (*each)(void *, char, uint64_t, const uint8_t *, size_t), void *arg)
{
	const json_t *responses = json_object_get(answer, "responses");
	const json_t *events = json_object_get(json_object_get(answer,
	    "result"), "events");
	struct taking t = { k, each, arg, 0 };
	size_t i;

	take_kvs(&t, answer);
	for (i = 0; i < json_array_size(responses); i++)
		take_kvs(&t, json_object_get(json_array_get(responses, i),
		    "response_range"));
	for (i = 0; i < json_array_size(events); i++)
		take_kv(&t, json_object_get(json_array_get(events, i), "kv"));
	return t.n;
}

static void
each_first(void *arg, char sort, uint64_t number, const uint8_t *bytes,
    size_t len)
{
	uint64_t *first = arg;

	(void)bytes;
	(void)len;
	if (sort == 'b' && *first == 0)
		*first = number;
}

uint64_t
etcd_first(const struct etcd_keys *k, const json_t *answer)
{
	uint64_t first = 0;

	etcd_each(k, answer, each_first, &first);
	return first;
}

bool
etcd_succeeded(const json_t *answer)
{
	return json_is_true(json_object_get(answer, "succeeded"));
}

uint64_t
etcd_count(const json_t *answer)
{
	const char *count = json_string_value(json_object_get(answer,
	    "count"));

	return count == NULL ? 0 : strtoull(count, NULL, 10);
}

const char *
etcd_lease(const json_t *answer)
{
	const json_t *kept = json_object_get(answer, "result");
	const char *ttl, *id;

	if (kept == NULL)
		kept = answer;
	ttl = json_string_value(json_object_get(kept, "TTL"));
	id = json_string_value(json_object_get(kept, "ID"));
	return ttl == NULL || strtoll(ttl, NULL, 10) <= 0 ? NULL : id;
}

bool
etcd_created(const json_t *answer)
{
	return json_is_true(json_object_get(json_object_get(answer, "result"),
	    "created"));
}

bool
etcd_ended(const json_t *answer)
{
	return json_object_get(answer, "error") != NULL || json_is_true(
	    json_object_get(json_object_get(answer, "result"), "canceled"));
}

const char *
etcd_error(const json_t *answer)
{
	const json_t *error = json_object_get(answer, "error");

	return json_is_object(error) ? json_string_value(json_object_get(error,
	    "message")) : json_string_value(error);
}
