/*
 * Blocks, to bytes and back. Pure; runs in the server.
 */
#include "server/cluster/block.h"

#include <string.h>

#include "common/entry.h"
#include "common/noise.h"
#include "common/text.h"
#include "server/room/house_news.h"

enum { VERSION_1 = 1 };

void
block_begin(struct wire_out *out, const struct block *b)
{
	wire_put_u8(out, VERSION_1);
	wire_put_varint(out, b->node);
	wire_put_u64(out, b->nonce);
	wire_put_bytes(out, b->log_id, FRAME_LOG_ID);
	wire_put_varint(out, b->first);
	wire_put_varint(out, b->term);
	wire_put_bytes(out, b->chain, FRAME_CHAIN);
	wire_put_varint(out, b->entries_n);
	wire_put_string(out, b->entries, b->len);
	wire_put_varint(out, b->notes_n);
}

static void
put_key(struct wire_out *out, const uint8_t *key)
{
	wire_put_string(out, key, key == NULL ? 0 : NOISE_KEY);
}

void
block_put_note(struct wire_out *out, const struct log_note *n)
{
	wire_put_u8(out, (uint8_t)n->kind);
	if (n->kind >= LOG_NOTE_NEWS) {
		wire_put_string(out, n->news, n->news_len);
		return;
	}
	wire_put_string(out, n->fold, strlen(n->fold));
	put_key(out, n->key);
	put_key(out, n->former);
	wire_put_u32(out, n->place);
}

/* NULL: none; false: it is no key. */
static bool
get_key(struct wire_in *in, const uint8_t **key)
{
	size_t len;
	const char *s = wire_get_string(in, &len);

	*key = len == 0 ? NULL : (const uint8_t *)s;
	return !in->failed && (len == 0 || len == NOISE_KEY);
}

static bool
get_news(struct wire_in *in, struct log_note *n)
{
	struct house_news news;

	n->news = (const uint8_t *)wire_get_string(in, &n->news_len);
	return !in->failed && (n->kind > LOG_NOTE_NEWS ||
	    house_news_is_newer(n->news, n->news_len) ||
	    house_news_get(&news, n->news, n->news_len));
}

static bool
get_note(struct wire_in *in, struct log_note *n, char fold[TEXT_FOLD_BYTES])
{
	uint8_t kind = wire_get_u8(in);
	size_t len;
	const char *s;

	memset(n, 0, sizeof(*n));
	n->kind = kind;
	if (kind >= LOG_NOTE_NEWS)
		return get_news(in, n);
	s = wire_get_string(in, &len);
	if (in->failed || len == 0 || len >= TEXT_FOLD_BYTES ||
	    memchr(s, '\0', len) != NULL ||
	    !get_key(in, &n->key) || !get_key(in, &n->former))
		return false;
	memcpy(fold, s, len);
	fold[len] = '\0';
	n->fold = fold;
	n->place = wire_get_u32(in);
	if (n->key == NULL && kind < LOG_NOTE_AT && kind != LOG_NOTE_FREE)
		return false;
	return !in->failed && (n->former != NULL) == (kind == LOG_NOTE_MOVE);
}

static bool
are_entries(const struct block *b)
{
	struct wire_in in = wire_in(b->entries, b->len);
	struct entry e;
	uint32_t i;

	for (i = 0; i < b->entries_n; i++)
		if (entry_decode(&in, &e) != ENTRY_OK || e.seq != b->first + i)
			return false;
	return wire_done(&in);
}

static bool
are_notes(const struct block *b)
{
	struct wire_in in = block_notes(b);
	char fold[TEXT_FOLD_BYTES];
	struct log_note n;
	uint32_t i;

	for (i = 0; i < b->notes_n; i++)
		if (!get_note(&in, &n, fold))
			return false;
	return wire_done(&in);
}

bool
block_get(struct block *b, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);
	uint64_t node, entries_n, notes_n;

	if (wire_get_u8(&in) != VERSION_1)
		return false;
	node = wire_get_varint(&in);
	b->nonce = wire_get_u64(&in);
	b->log_id = wire_get_bytes(&in, FRAME_LOG_ID);
	b->first = wire_get_varint(&in);
	b->term = wire_get_varint(&in);
	b->chain = wire_get_bytes(&in, FRAME_CHAIN);
	entries_n = wire_get_varint(&in);
	b->entries = (const uint8_t *)wire_get_string(&in, &b->len);
	notes_n = wire_get_varint(&in);
	if (in.failed || node == 0 || node > UINT32_MAX || b->first == 0 ||
	    entries_n > LOG_BLOCK_ENTRIES || notes_n > BLOCK_NOTES)
		return false;
	b->node = (uint32_t)node;
	b->entries_n = (uint32_t)entries_n;
	b->notes_n = (uint32_t)notes_n;
	b->notes = bytes + in.pos;
	b->notes_len = len - in.pos;
	return are_entries(b) && are_notes(b);
}

struct wire_in
block_notes(const struct block *b)
{
	return wire_in(b->notes, b->notes_len);
}

bool
block_next_note(struct wire_in *in, struct log_note *n,
    char fold[TEXT_FOLD_BYTES])
{
	return !wire_done(in) && get_note(in, n, fold);
}
