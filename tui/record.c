/*
 * The framing of the pipes' records. Pure; runs in both of the client's processes.
 */
#include "tui/record.h"

#include <string.h>

#include "common/refusal.h"
#include "common/wire.h"

enum { HEADER = 2 };

static void
put_body(struct wire_out *out, const struct record *r)
{
	const struct record_state *s = &r->state;

	switch (r->type) {
	case RECORD_ENTRY:
	case RECORD_OLDER:
		entry_encode(out, &r->entry);
		break;
	case RECORD_STATE:
		wire_put_u8(out, (uint8_t)s->phase);
		wire_put_u32(out, s->phase_ms);
		wire_put_u32(out, (uint32_t)s->rtt_ms);
		wire_put_u32(out, (uint32_t)s->loss_permille);
		wire_put_u32(out, s->people);
		wire_put_u32(out, s->pending);
		wire_put_u8(out, s->held);
		break;
	case RECORD_REFUSED:
		wire_put_u64(out, (uint64_t)r->wait_ms);
		wire_put_string(out, r->entry.text, r->entry.text_len);
		/* FALLTHROUGH */
	case RECORD_POST:
	case RECORD_PENDING:
	case RECORD_WITHDRAWN:
		wire_put_u64(out, r->id);
		wire_put_u8(out, (uint8_t)r->kind);
		wire_put_u32(out, r->flags);
		wire_put_string(out, r->text, r->text_len);
		break;
	case RECORD_READ:
	case RECORD_WITHDRAW:
	case RECORD_STORED:
	case RECORD_POSTED:
	case RECORD_REWIND:
	case RECORD_VERIFIED:
		wire_put_u64(out, r->id);
		wire_put_u32(out, r->flags);
		wire_put_string(out, r->text, r->text_len);
		break;
	case RECORD_KEPT:
		wire_put_u64(out, r->id);
		wire_put_string(out, r->text, r->text_len);
		break;
	case RECORD_DENIED:
	case RECORD_NICK_DENIED:
		wire_put_u64(out, (uint64_t)r->wait_ms);
		wire_put_u8(out, (uint8_t)r->denial);
		wire_put_string(out, r->text, r->text_len);
		wire_put_u8(out, (uint8_t)r->flags);
		wire_put_string(out, r->entry.text, r->entry.text_len);
		break;
	case RECORD_MEMBER:
		wire_put_u8(out, (uint8_t)r->flags);
		wire_put_string(out, r->text, r->text_len);
		break;
	case RECORD_PERSON:
		wire_put_u8(out, (uint8_t)r->flags);
		wire_put_string(out, r->text, r->text_len);
		wire_put_u64(out, (uint64_t)r->entry.time_ms);
		wire_put_string(out, r->entry.text, r->entry.text_len);
		break;
	case RECORD_LOGIN:
	case RECORD_PASSPHRASE:
	case RECORD_NICK:
	case RECORD_WHOIS:
	case RECORD_ROOM:
	case RECORD_WELCOME:
	case RECORD_NEW_HOST:
	case RECORD_ASIDE:
		wire_put_string(out, r->text, r->text_len);
		break;
	case RECORD_VERIFY:
	case RECORD_WAKE:
	case RECORD_LEAVE:
	case RECORD_KEEP:
	case RECORD_CAUGHT_UP:
	case RECORD_DISK:
	case RECORD_MOVED:
		break;
	}
}

size_t
record_encode(uint8_t dst[RECORD_BYTES], const struct record *r)
{
	struct wire_out out = wire_out(dst, RECORD_BYTES);

	wire_put_u16(&out, 0);
	wire_put_u8(&out, (uint8_t)r->type);
	put_body(&out, r);
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
	    RECORD_MEMBER_CLASSIC | RECORD_MEMBER_ABSENT);
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
	r->denial = wire_get_u8(in);
	r->text = wire_get_string(in, &r->text_len);
	r->flags = wire_get_u8(in);
	r->entry.text = wire_get_string(in, &r->entry.text_len);
	return r->denial >= RECORD_TAKEN && r->denial <= RECORD_DENIAL_MAX &&
	    r->flags <= REFUSAL_LAST && r->entry.text_len <= TEXT_NAME_BYTES;
}

static bool
get_body(struct wire_in *in, struct record *r)
{
	struct record_state *s = &r->state;

	switch (r->type) {
	case RECORD_ENTRY:
	case RECORD_OLDER:
		return entry_decode(in, &r->entry) == ENTRY_OK;
	case RECORD_STATE:
		s->phase = wire_get_u8(in);
		s->phase_ms = wire_get_u32(in);
		s->rtt_ms = (int32_t)wire_get_u32(in);
		s->loss_permille = (int32_t)wire_get_u32(in);
		s->people = wire_get_u32(in);
		s->pending = wire_get_u32(in);
		s->held = wire_get_u8(in) != 0;
		return s->phase <= RECORD_LOST;
	case RECORD_REFUSED:
		if (!get_wait(in, r))
			return false;
		r->entry.text = wire_get_string(in, &r->entry.text_len);
		/* FALLTHROUGH */
	case RECORD_POST:
	case RECORD_PENDING:
	case RECORD_WITHDRAWN:
		r->id = wire_get_u64(in);
		r->kind = wire_get_u8(in);
		r->flags = wire_get_u32(in);
		r->text = wire_get_string(in, &r->text_len);
		return r->kind >= ENTRY_SAY && r->kind <= ENTRY_KIND_MAX;
	case RECORD_READ:
	case RECORD_WITHDRAW:
	case RECORD_STORED:
	case RECORD_POSTED:
	case RECORD_REWIND:
	case RECORD_VERIFIED:
		r->id = wire_get_u64(in);
		r->flags = wire_get_u32(in);
		r->text = wire_get_string(in, &r->text_len);
		return true;
	case RECORD_KEPT:
		r->id = wire_get_u64(in);
		r->text = wire_get_string(in, &r->text_len);
		return true;
	case RECORD_DENIED:
	case RECORD_NICK_DENIED:
		return get_denied(in, r);
	case RECORD_MEMBER:
		return get_member(in, r);
	case RECORD_PERSON:
		return get_person(in, r);
	case RECORD_LOGIN:
	case RECORD_PASSPHRASE:
	case RECORD_NICK:
	case RECORD_WHOIS:
	case RECORD_ROOM:
	case RECORD_WELCOME:
	case RECORD_NEW_HOST:
	case RECORD_ASIDE:
		r->text = wire_get_string(in, &r->text_len);
		return true;
	case RECORD_VERIFY:
	case RECORD_WAKE:
	case RECORD_LEAVE:
	case RECORD_KEEP:
	case RECORD_CAUGHT_UP:
	case RECORD_DISK:
	case RECORD_MOVED:
		return true;
	}
	return false;
}

enum record_result
record_decode(const uint8_t *data, size_t len, struct record *r, size_t *used)
{
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
	if (!get_body(&in, r) || !wire_done(&in))
		return RECORD_BAD;
	*used = HEADER + body;
	return RECORD_OK;
}
