/*
 * The words between the server and chat-engine. Pure; runs in both.
 */
#include "server/cluster/verb.h"

#include "common/wire.h"

/* How many bytes it has at least and at most. */
static const struct {
	size_t	 least, most;
} sizes[] = {
	[VERB_APPEND] = { 1, BLOCK_BYTES },
	[VERB_FETCH] = { 0, 0 },
	[VERB_LOOK] = { 0, 0 },
	[VERB_TURN] = { 0, 0 },
	[VERB_BEGIN] = { 0, VERB_LOG_BYTES },
	[VERB_LIVE] = { 1, VERB_HERE },
	[VERB_HEARD] = { 0, 0 },
	[VERB_NEWEST] = { 0, 0 },
	[VERB_BLOCK] = { 1, BLOCK_BYTES },
	[VERB_IN] = { 0, 0 },
	[VERB_TAKEN] = { 0, 0 },
	[VERB_UNKNOWN] = { 0, 0 },
	[VERB_LOG] = { 0, VERB_LOG_BYTES },
	[VERB_NODE] = { 1, VERB_HERE },
	[VERB_NODES] = { 0, 0 },
	[VERB_REFUSED] = { 1, VERB_HERE },
	[VERB_OLDEST] = { 0, 0 },
	[VERB_FORGET] = { 0, 0 }
};

/* A host and a port: other bytes would reach the operator's screen. */
static bool
is_place(const struct verb *v)
{
	size_t i;

	for (i = 0; i < v->len; i++)
		if (v->bytes[i] <= ' ' || v->bytes[i] >= 0x7f)
			return false;
	return true;
}

static bool
is_whole(const struct verb *v)
{
	if ((v->kind == VERB_LIVE || v->kind == VERB_NODE) && !is_place(v))
		return false;
	if (v->kind == VERB_BEGIN || v->kind == VERB_LOG)
		return v->len == 0 || v->len == VERB_LOG_BYTES;
	return v->len >= sizes[v->kind].least && v->len <= sizes[v->kind].most;
}

size_t
verb_put(uint8_t bytes[VERB_BYTES], const struct verb *v)
{
	struct wire_out out = wire_out(bytes, VERB_BYTES);

	if (!is_whole(v))
		return 0;
	wire_put_u8(&out, (uint8_t)v->kind);
	wire_put_u64(&out, v->number);
	if (v->len > 0)
		wire_put_bytes(&out, v->bytes, v->len);
	return out.failed ? 0 : out.len;
}

bool
verb_get(struct verb *v, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);
	uint8_t kind = wire_get_u8(&in);

	v->number = wire_get_u64(&in);
	if (in.failed || kind == VERB_NONE || kind > VERB_FORGET)
		return false;
	v->kind = (enum verb_kind)kind;
	v->len = len - in.pos;
	v->bytes = v->len == 0 ? NULL : bytes + in.pos;
	return is_whole(v);
}
