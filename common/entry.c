/*
 * The one encoder and the one decoder of a room's entries.
 * Pure; used by every process. The decoder reads what strangers wrote: what
 * it lets through, the journal keeps and the screen draws, unchecked, but for
 * what is sealed, which no screen is handed.
 */
#include "common/entry.h"

#include <stdbool.h>
#include <string.h>

#include "common/wire.h"

/* Keeps ENTRY_BYTES true: lengths of one and of two varint bytes. */
_Static_assert(TEXT_NAME_BYTES < 1 << 7, "author length takes one byte");
_Static_assert(TEXT_LINE_BYTES < 1 << 14, "text length takes two bytes");

static bool
is_kind(unsigned int kind)
{
	return kind >= ENTRY_SAY && kind <= ENTRY_KIND_MAX;
}

static bool
is_cut(const struct entry *e)
{
	return entry_is_sealed(e) && e->text_len < ENTRY_SEALED_LEAST;
}

void
entry_encode(struct wire_out *out, const struct entry *e)
{
	/* What no decoder would take must not reach a journal. */
	if (!is_kind(e->kind) || e->author_len > TEXT_NAME_BYTES ||
	    e->text_len > TEXT_LINE_BYTES || e->time_ms < 0 ||
	    e->time_ms > ENTRY_TIME_MS_MAX || is_cut(e))
		out->failed = true;

	wire_put_varint(out, e->seq);
	wire_put_u8(out, (uint8_t)e->kind);
	wire_put_varint(out, e->flags);
	wire_put_varint(out, (uint64_t)e->time_ms);
	wire_put_varint(out, e->id);
	wire_put_string(out, e->author, e->author_len);
	wire_put_string(out, e->text, e->text_len);
}

enum entry_error
entry_decode_again(struct wire_in *in, struct entry *e)
{
	struct entry	d;
	uint64_t	flags, time_ms;
	uint8_t		kind;

	d.seq = wire_get_varint(in);
	kind = wire_get_u8(in);
	flags = wire_get_varint(in);
	time_ms = wire_get_varint(in);
	d.id = wire_get_varint(in);
	d.author = wire_get_string(in, &d.author_len);
	d.text = wire_get_string(in, &d.text_len);

	if (in->failed)
		return ENTRY_TRUNCATED;
	if (!is_kind(kind))
		return ENTRY_KIND;
	if (flags > UINT32_MAX || time_ms > ENTRY_TIME_MS_MAX ||
	    d.author_len > TEXT_NAME_BYTES || d.text_len > TEXT_LINE_BYTES)
		return ENTRY_LIMIT;

	d.kind = (enum entry_kind)kind;
	d.flags = (uint32_t)flags;
	d.time_ms = (int64_t)time_ms;
	if (is_cut(&d))
		return ENTRY_LIMIT;
	*e = d;
	return ENTRY_OK;
}

enum entry_error
entry_decode(struct wire_in *in, struct entry *e)
{
	struct entry	d;
	enum entry_error	error = entry_decode_again(in, &d);

	if (error != ENTRY_OK)
		return error;
	if (d.author_len > 0 &&
	    text_name_check(d.author, d.author_len) != TEXT_NAME_OK)
		return ENTRY_TEXT;
	if (d.text_len > 0 && !entry_is_sealed(&d) &&
	    !text_is_sound(d.text, d.text_len))
		return ENTRY_TEXT;
	/* A rename's text is what somebody is called from then on. */
	if (d.kind == ENTRY_RENAME &&
	    text_name_check(d.text, d.text_len) != TEXT_NAME_OK)
		return ENTRY_TEXT;
	*e = d;
	return ENTRY_OK;
}

const char *
entry_kind_word(enum entry_kind kind)
{
	switch (kind) {
	case ENTRY_SAY:
		return "say";
	case ENTRY_ACT:
		return "act";
	case ENTRY_JOIN:
		return "join";
	case ENTRY_LEAVE:
		return "leave";
	case ENTRY_TIMEOUT:
		return "timeout";
	case ENTRY_ANNOUNCE:
		return "announce";
	case ENTRY_RENAME:
		return "rename";
	case ENTRY_START:
		return "start";
	case ENTRY_PART:
		return "part";
	}
	return "unknown";
}

const char *
entry_word(const struct entry *e)
{
	return entry_is_rule(e) ? "rule" : entry_kind_word(e->kind);
}
