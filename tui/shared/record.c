/*
 * The framing of the pipes' records. Pure; runs in both of the client's
 * processes.
 */
#include "tui/shared/record.h"

#include <string.h>

#include "common/refusal.h"
#include "common/wire.h"

enum {
	HEADER = 2,
	DENIED_BYTES = 64,	/* of a name or a room that a denial names */
	TALK_BYTES = 64		/* of each name and key of a talk */
};

/* What a record's body is. */
enum shape {
	UNKNOWN,	/* no such record */
	EMPTY,
	TEXT,		/* text */
	COUNT,		/* id, text */
	NUMBER,		/* id, flags, text */
	POST,		/* id, kind, flags, text: a long one */
	LINE,		/* id, kind, flags, text */
	REFUSED,	/* wait_ms, entry.text, and a LINE */
	DENIED,		/* wait_ms, id u8, denial, text, flags, entry.text */
	MEMBER,		/* flags, text */
	PERSON,		/* a MEMBER, time_ms and text of its entry */
	TALK,		/* id, flags, text; time_ms, author, text of entry */
	ENTRY,		/* entry */
	STATE		/* state */
};

static const uint8_t shapes[RECORD_TYPE_MAX + 1] = {
	[RECORD_LOGIN] = TEXT,
	[RECORD_POST] = POST,
	[RECORD_PASSPHRASE] = TEXT,
	[RECORD_READ] = NUMBER,
	[RECORD_NICK] = TEXT,
	[RECORD_WHOIS] = TEXT,
	[RECORD_VERIFY] = EMPTY,
	[RECORD_WAKE] = EMPTY,
	[RECORD_LEAVE] = EMPTY,
	[RECORD_WITHDRAW] = NUMBER,
	[RECORD_KEEP] = EMPTY,
	[RECORD_JOIN] = NUMBER,
	[RECORD_PART] = EMPTY,
	[RECORD_LOOK] = EMPTY,
	[RECORD_ROOMS] = EMPTY,
	[RECORD_TALK] = TEXT,
	[RECORD_TALKS] = EMPTY,
	[RECORD_PIN] = NUMBER,
	[RECORD_COMPARE] = TEXT,
	[RECORD_SHUT] = NUMBER,
	[RECORD_SEEN] = NUMBER,
	[RECORD_DEVICES] = NUMBER,
	[RECORD_FORGET] = NUMBER,
	[RECORD_ROOM] = TEXT,
	[RECORD_WELCOME] = NUMBER,
	[RECORD_DENIED] = DENIED,
	[RECORD_NICK_DENIED] = DENIED,
	[RECORD_ENTRY] = ENTRY,
	[RECORD_CAUGHT_UP] = EMPTY,
	[RECORD_OLDER] = ENTRY,
	[RECORD_PENDING] = LINE,
	[RECORD_STORED] = NUMBER,
	[RECORD_POSTED] = NUMBER,
	[RECORD_REFUSED] = REFUSED,
	[RECORD_DISK] = EMPTY,
	[RECORD_WITHDRAWN] = LINE,
	[RECORD_REWIND] = NUMBER,
	[RECORD_ASIDE] = TEXT,
	[RECORD_DAMAGED] = TEXT,
	[RECORD_VERIFIED] = NUMBER,
	[RECORD_NEW_HOST] = TEXT,
	[RECORD_MOVED] = EMPTY,
	[RECORD_WINDOW] = EMPTY,
	[RECORD_MEMBER] = MEMBER,
	[RECORD_PERSON] = PERSON,
	[RECORD_KEPT] = COUNT,
	[RECORD_LISTED] = NUMBER,
	[RECORD_OFFERED] = TALK,
	[RECORD_TALK_LISTED] = TALK,
	[RECORD_TALKER] = TALK,
	[RECORD_LOCKED] = TALK,
	[RECORD_MISSING] = NUMBER,
	[RECORD_DIGITS] = TALK,
	[RECORD_MARK] = NUMBER,
	[RECORD_MINE] = TEXT,
	[RECORD_PARTED] = EMPTY,
	[RECORD_DEVICE] = NUMBER,
	[RECORD_STATE] = STATE
};
_Static_assert(RECORD_TYPE_MAX == 58, "a shape for each: add it, then count");

static enum shape
shape_of(enum record_type type)
{
	return (unsigned)type <= RECORD_TYPE_MAX ? shapes[type] : UNKNOWN;
}

/* A whole message is longer than anything else that is told. */
static size_t
limit(enum shape shape)
{
	return shape == POST ? RECORD_BYTES : RECORD_SHORT_BYTES;
}

static void
put_state(struct wire_out *out, const struct record_state *s)
{
	wire_put_u8(out, (uint8_t)s->phase);
	wire_put_u32(out, s->phase_ms);
	wire_put_u32(out, (uint32_t)s->rtt_ms);
	wire_put_u32(out, (uint32_t)s->loss_permille);
	wire_put_u32(out, s->people);
	wire_put_u32(out, s->pending);
	wire_put_u8(out, (uint8_t)s->held);
	wire_put_u8(out, s->ended);
}

static void
put_denied(struct wire_out *out, const struct record *r)
{
	wire_put_u64(out, (uint64_t)r->wait_ms);
	wire_put_u8(out, r->id != 0);
	wire_put_u8(out, (uint8_t)r->denial);
	wire_put_string(out, r->text, r->text_len);
	wire_put_u8(out, (uint8_t)r->flags);
	wire_put_string(out, r->entry.text, r->entry.text_len);
}

static void
put_talk(struct wire_out *out, const struct record *r)
{
	wire_put_u64(out, r->id);
	wire_put_u32(out, r->flags);
	wire_put_string(out, r->text, r->text_len);
	wire_put_u64(out, (uint64_t)r->entry.time_ms);
	wire_put_string(out, r->entry.author, r->entry.author_len);
	wire_put_string(out, r->entry.text, r->entry.text_len);
}

static void
put_body(struct wire_out *out, enum shape shape, const struct record *r)
{
	switch (shape) {
	case ENTRY:
		entry_encode(out, &r->entry);
		return;
	case STATE:
		put_state(out, &r->state);
		return;
	case DENIED:
		put_denied(out, r);
		return;
	case TALK:
		put_talk(out, r);
		return;
	case REFUSED:
		wire_put_u64(out, (uint64_t)r->wait_ms);
		wire_put_string(out, r->entry.text, r->entry.text_len);
		/* FALLTHROUGH */
	case LINE:
	case POST:
		wire_put_u64(out, r->id);
		wire_put_u8(out, (uint8_t)r->kind);
		wire_put_u32(out, r->flags);
		break;
	case NUMBER:
	case COUNT:
		wire_put_u64(out, r->id);
		if (shape != COUNT)
			wire_put_u32(out, r->flags);
		break;
	case MEMBER:
	case PERSON:
		wire_put_u8(out, (uint8_t)r->flags);
		break;
	case TEXT:
		break;
	case EMPTY:
	case UNKNOWN:
		return;
	}
	wire_put_string(out, r->text, r->text_len);
	if (shape == PERSON) {
		wire_put_u64(out, (uint64_t)r->entry.time_ms);
		wire_put_string(out, r->entry.text, r->entry.text_len);
	}
}

size_t
record_encode(uint8_t dst[RECORD_BYTES], const struct record *r)
{
	enum shape shape = shape_of(r->type);
	struct wire_out out = wire_out(dst, limit(shape));

	wire_put_u16(&out, 0);
	wire_put_u8(&out, (uint8_t)r->type);
	wire_put_u16(&out, r->window);
	put_body(&out, shape, r);
	if (out.failed)
		return 0;
	dst[0] = (uint8_t)((out.len - HEADER) >> 8);
	dst[1] = (uint8_t)(out.len - HEADER);
	return out.len;
}

/* A name and what is known of it; the JOIN's own fields follow. */
static bool
get_member(struct wire_in *in, struct record *r)
{
	r->flags = wire_get_u8(in);
	r->text = wire_get_string(in, &r->text_len);
	return r->flags <= (RECORD_MEMBER_FIRST | RECORD_MEMBER_AWAY |
	    RECORD_MEMBER_CLASSIC | RECORD_MEMBER_ABSENT |
	    RECORD_MEMBER_UNKNOWN);
}

static bool
get_person(struct wire_in *in, struct record *r)
{
	struct entry *e = &r->entry;
	bool good = get_member(in, r);
	uint64_t time_ms = wire_get_u64(in);

	e->kind = ENTRY_JOIN;
	e->text = wire_get_string(in, &e->text_len);
	e->time_ms = (int64_t)time_ms;
	return good && time_ms <= ENTRY_TIME_MS_MAX;
}

static bool
get_wait(struct wire_in *in, struct record *r)
{
	uint64_t ms = wire_get_u64(in);

	r->wait_ms = ms > ENTRY_TIME_MS_MAX ? 0 : (int64_t)ms;
	return ms <= ENTRY_TIME_MS_MAX;
}

static bool
get_denied(struct wire_in *in, struct record *r)
{
	if (!get_wait(in, r))
		return false;
	r->id = wire_get_u8(in);
	r->denial = wire_get_u8(in);
	r->text = wire_get_string(in, &r->text_len);
	r->flags = wire_get_u8(in);
	r->entry.text = wire_get_string(in, &r->entry.text_len);
	return r->id <= 1 && r->denial >= RECORD_TAKEN &&
	    r->denial <= RECORD_DENIAL_MAX && r->flags <= REFUSAL_LAST &&
	    r->entry.text_len <= DENIED_BYTES;
}

static bool
get_talk(struct wire_in *in, struct record *r)
{
	struct entry *e = &r->entry;
	uint64_t time_ms;

	r->id = wire_get_u64(in);
	r->flags = wire_get_u32(in);
	r->text = wire_get_string(in, &r->text_len);
	time_ms = wire_get_u64(in);
	e->author = wire_get_string(in, &e->author_len);
	e->text = wire_get_string(in, &e->text_len);
	e->time_ms = (int64_t)time_ms;
	return r->flags <= RECORD_TALK_FLAGS && r->text_len <= TALK_BYTES &&
	    time_ms <= ENTRY_TIME_MS_MAX && e->author_len <= TALK_BYTES &&
	    e->text_len <= TALK_BYTES;
}

static bool
get_state(struct wire_in *in, struct record_state *s)
{
	uint8_t ended;

	s->phase = wire_get_u8(in);
	s->phase_ms = wire_get_u32(in);
	s->rtt_ms = (int32_t)wire_get_u32(in);
	s->loss_permille = (int32_t)wire_get_u32(in);
	s->people = wire_get_u32(in);
	s->pending = wire_get_u32(in);
	s->held = wire_get_u8(in);
	ended = wire_get_u8(in);
	s->ended = ended != 0;
	return s->phase <= RECORD_LOST && s->held <= RECORD_HELD_DISK &&
	    ended <= 1;
}

static bool
get_line(struct wire_in *in, struct record *r)
{
	r->id = wire_get_u64(in);
	r->kind = wire_get_u8(in);
	r->flags = wire_get_u32(in);
	r->text = wire_get_string(in, &r->text_len);
	return r->kind >= ENTRY_SAY && r->kind <= ENTRY_KIND_MAX &&
	    r->text_len <= RECORD_TEXT;
}

static bool
get_body(struct wire_in *in, enum shape shape, struct record *r)
{
	switch (shape) {
	case ENTRY:
		return entry_decode(in, &r->entry) == ENTRY_OK &&
		    !entry_is_sealed(&r->entry);
	case STATE:
		return get_state(in, &r->state);
	case DENIED:
		return get_denied(in, r);
	case TALK:
		return get_talk(in, r);
	case REFUSED:
		if (!get_wait(in, r))
			return false;
		r->entry.text = wire_get_string(in, &r->entry.text_len);
		return get_line(in, r);
	case LINE:
	case POST:
		return get_line(in, r);
	case NUMBER:
	case COUNT:
		r->id = wire_get_u64(in);
		if (shape != COUNT)
			r->flags = wire_get_u32(in);
		break;
	case MEMBER:
		return get_member(in, r);
	case PERSON:
		return get_person(in, r);
	case TEXT:
		break;
	case EMPTY:
		return true;
	case UNKNOWN:
		return false;
	}
	r->text = wire_get_string(in, &r->text_len);
	return true;
}

enum record_result
record_decode(const uint8_t *data, size_t len, struct record *r, size_t *used)
{
	enum shape shape;
	struct wire_in in;
	size_t body;

	if (len < HEADER)
		return RECORD_MORE;
	body = (size_t)data[0] << 8 | data[1];
	if (body == 0 || body > RECORD_BYTES - HEADER)
		return RECORD_BAD;
	if (len < HEADER + body)
		return RECORD_MORE;
	memset(r, 0, sizeof(*r));
	in = wire_in(data + HEADER, body);
	r->type = wire_get_u8(&in);
	r->window = wire_get_u16(&in);
	shape = shape_of(r->type);
	if (body > limit(shape) - HEADER || !get_body(&in, shape, r) ||
	    !wire_done(&in))
		return RECORD_BAD;
	*used = HEADER + body;
	return RECORD_OK;
}
