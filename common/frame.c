/*
 * Frames: reading them whole or not at all. Pure; both sides. It reads what
 * strangers with a key send, so lengths come before bytes and limits before
 * loops.
 */
#include "common/frame.h"

#include <string.h>

#include "common/frame_nodes.h"
#include "common/frame_person.h"
#include "common/frame_room.h"
#include "common/text.h"

/* Text that may be empty, of at most max bytes. */
static enum frame_error
check_text(const char *text, size_t len, size_t max)
{
	if (len > max)
		return FRAME_OVER_LIMIT;
	if (len > 0 && !text_is_sound(text, len))
		return FRAME_BAD_VALUE;
	return FRAME_OK;
}
_Static_assert((int)FRAME_REASON_BYTES <= (int)TEXT_LINE_BYTES, "one scratch");

void
frame_get_position(struct wire_in *in, struct frame_position *p)
{
	const void *id = wire_get_bytes(in, FRAME_LOG_ID);

	if (id != NULL)
		memcpy(p->log_id, id, FRAME_LOG_ID);
	p->term = wire_get_varint(in);
	p->seq = wire_get_varint(in);
	if (p->seq > ENTRY_SEQ_MAX)
		in->failed = true;
}

static enum frame_error
read_post(struct wire_in *in, struct frame_post *p)
{
	uint64_t flags;

	p->id = wire_get_varint(in);
	p->kind = wire_get_u8(in);
	flags = wire_get_varint(in);
	p->text = wire_get_string(in, &p->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (p->id == 0 || flags > UINT32_MAX || p->text_len == 0 ||
	    (p->kind != ENTRY_SAY && p->kind != ENTRY_ACT &&
	    p->kind != ENTRY_PART && p->kind != ENTRY_RENAME))
		return FRAME_BAD_VALUE;
	p->flags = (uint32_t)flags;
	if (entry_role(p->flags) == ENTRY_SEALED && p->kind != ENTRY_RENAME)
		return p->text_len > TEXT_LINE_BYTES ? FRAME_OVER_LIMIT :
		    p->text_len < ENTRY_SEALED_LEAST ? FRAME_BAD_VALUE :
		    FRAME_OK;
	return check_text(p->text, p->text_len, TEXT_LINE_BYTES);
}

/* *end: the last entry that is spoken of so far, have before the first. */
static enum frame_error
read_range(struct wire_in *in, uint64_t have, uint64_t *end,
    struct frame_range *r)
{
	uint64_t gap = wire_get_varint(in), run = wire_get_varint(in);

	if (in->failed)
		return FRAME_TRUNCATED;
	if ((gap == 0 && *end != have) || run == 0 || gap > UINT64_MAX - *end ||
	    run > UINT64_MAX - *end - gap)
		return FRAME_BAD_VALUE;
	r->first = *end + gap + 1;
	r->last = *end + gap + run;
	*end = r->last;
	return FRAME_OK;
}

static enum frame_error
read_member(struct wire_in *in, struct frame_member *m)
{
	m->flags = wire_get_u8(in);
	m->name = wire_get_string(in, &m->name_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return text_name_check(m->name, m->name_len) == TEXT_NAME_OK ?
	    FRAME_OK : FRAME_BAD_VALUE;
}

/* One line that is not empty. */
static enum frame_error
check_line(const char *text, size_t len, size_t max)
{
	if (len == 0 || memchr(text, '\n', len) != NULL)
		return FRAME_BAD_VALUE;
	return check_text(text, len, max);
}

static enum frame_error
read_listed(struct wire_in *in, struct frame_listed *r)
{
	enum frame_error error;

	r->flags = wire_get_u8(in);
	r->people = wire_get_varint(in);
	r->head = wire_get_varint(in);
	r->mark = wire_get_varint(in);
	r->name = wire_get_string(in, &r->name_len);
	r->topic = wire_get_string(in, &r->topic_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (r->people > UINT32_MAX || r->head > ENTRY_SEQ_MAX ||
	    r->mark > ENTRY_SEQ_MAX)
		return FRAME_BAD_VALUE;
	error = check_line(r->name, r->name_len, FRAME_ROOM_BYTES);
	return error != FRAME_OK || r->topic_len == 0 ? error :
	    check_line(r->topic, r->topic_len, FRAME_TOPIC_BYTES);
}

static enum frame_error
read_device(struct wire_in *in, struct frame_device *d)
{
	d->flags = wire_get_u8(in);
	d->since_ms = wire_get_varint(in);
	d->heard_ms = wire_get_varint(in);
	d->name = wire_get_string(in, &d->name_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (d->since_ms > ENTRY_TIME_MS_MAX || d->heard_ms > ENTRY_TIME_MS_MAX)
		return FRAME_BAD_VALUE;
	return d->name_len == 0 ? FRAME_OK :
	    check_line(d->name, d->name_len, FRAME_DEVICE_BYTES);
}

static enum frame_error
read_talk(struct wire_in *in, struct frame_talk *t)
{
	t->flags = wire_get_u8(in);
	t->said = wire_get_varint(in);
	t->mark = wire_get_varint(in);
	t->log_id = wire_get_bytes(in, FRAME_LOG_ID);
	t->key = wire_get_bytes(in, FRAME_KEY_BYTES);
	t->name = wire_get_string(in, &t->name_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return t->said <= ENTRY_SEQ_MAX && t->mark <= ENTRY_SEQ_MAX &&
	    (t->name_len == 0 || text_name_check(t->name, t->name_len) ==
	    TEXT_NAME_OK) ? FRAME_OK : FRAME_BAD_VALUE;
}

static enum frame_error
read_mark(struct wire_in *in, struct frame_mark *m)
{
	const void *id = wire_get_bytes(in, FRAME_LOG_ID);

	if (id != NULL)
		memcpy(m->log_id, id, FRAME_LOG_ID);
	m->seq = wire_get_varint(in);
	if (in->failed)
		return FRAME_TRUNCATED;
	return m->seq <= ENTRY_SEQ_MAX ? FRAME_OK : FRAME_BAD_VALUE;
}

bool
frame_node_is_sound(const struct frame_node *n)
{
	static const char marks[] = "-._:%";
	size_t i;
	char c;

	for (i = 0; i < n->host_len; i++) {
		c = n->host[i];
		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && (c == '\0' ||
		    strchr(marks, c) == NULL))
			return false;
	}
	return n->host_len > 0 && n->host_len <= FRAME_HOST_BYTES &&
	    n->port != 0;
}

static enum frame_error
read_node(struct wire_in *in, struct frame_node *n)
{
	n->host = wire_get_string(in, &n->host_len);
	n->port = wire_get_u16(in);
	if (in->failed)
		return FRAME_TRUNCATED;
	return frame_node_is_sound(n) ? FRAME_OK : FRAME_BAD_VALUE;
}

union item {
	struct frame_post	 post;
	struct frame_range	 range;
	struct frame_member	 member;
	struct frame_listed	 listed;
	struct frame_device	 device;
	struct frame_talk	 talk;
	struct frame_mark	 mark;
	struct frame_node	 node;
	struct entry		 entry;
};

/* Of a list that one asks for. */
static enum frame_error
read_asked(struct wire_in *in, const struct frame *f, union item *any)
{
	if (f->code == FRAME_ASK_DEVICES)
		return read_device(in, &any->device);
	return f->code == FRAME_ASK_TALKS ? read_talk(in, &any->talk) :
	    read_listed(in, &any->listed);
}

/* Walks the list that begins here, and leaves f->list at its start. */
static enum frame_error
check_list(struct wire_in *in, struct frame *f)
{
	union item any;
	uint64_t i, end = f->at.seq;
	enum frame_error error = FRAME_OK;

	f->count = wire_get_varint(in);
	f->list = *in;
	f->range_end = f->at.seq;
	if (in->failed)
		return FRAME_TRUNCATED;
	if ((f->type == FRAME_SYNC && f->count > FRAME_RANGES) ||
	    (f->type == FRAME_NODES && f->count > FRAME_NODES_MAX))
		return FRAME_OVER_LIMIT;
	for (i = 0; i < f->count && error == FRAME_OK; i++) {
		if (f->type == FRAME_POST)
			error = read_post(in, &any.post);
		else if (f->type == FRAME_SYNC)
			error = read_range(in, f->at.seq, &end,
			    &any.range);
		else if (f->type == FRAME_MEMBERS)
			error = read_member(in, &any.member);
		else if (f->type == FRAME_LIST)
			error = read_asked(in, f, &any);
		else if (f->type == FRAME_MARK)
			error = read_mark(in, &any.mark);
		else if (f->type == FRAME_NODES)
			error = read_node(in, &any.node);
		else if (entry_decode(in, &any.entry) != ENTRY_OK ||
		    any.entry.seq > ENTRY_SEQ_MAX)
			error = FRAME_BAD_ENTRY;
	}
	return error;
}

static enum frame_error
read_text(struct wire_in *in, struct frame *f)
{
	f->text = wire_get_string(in, &f->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return check_text(f->text, f->text_len, FRAME_REASON_BYTES);
}

static enum frame_error
read_name(struct wire_in *in, struct frame *f)
{
	f->text = wire_get_string(in, &f->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return text_name_check(f->text, f->text_len) == TEXT_NAME_OK ?
	    FRAME_OK : FRAME_BAD_VALUE;
}

static enum frame_error
read_person(struct wire_in *in, struct frame *f)
{
	const char *key;
	size_t len;

	f->seq = wire_get_varint(in);
	f->flags = wire_get_u8(in);
	f->since_ms = wire_get_varint(in);
	key = wire_get_string(in, &len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (f->flags > FRAME_MEMBER_MAX || f->since_ms > ENTRY_TIME_MS_MAX ||
	    (len != 0 && len != FRAME_KEY_BYTES))
		return FRAME_BAD_VALUE;
	f->bytes = len == 0 ? NULL : (const uint8_t *)key;
	return read_name(in, f);
}

/* Of ENTER and ENTERED: 0 is the session. Which even ones it may be entered by
 * knows the server, which offers them. */
static enum frame_error
read_slot(struct wire_in *in, struct frame *f)
{
	uint64_t slot = wire_get_varint(in);

	if (in->failed)
		return FRAME_TRUNCATED;
	f->slot = (uint32_t)slot;
	return slot <= FRAME_SLOT_MAX && (slot > 0 || f->type == FRAME_ROOM) ?
	    FRAME_OK : FRAME_BAD_VALUE;
}

static enum frame_error
read_enter(struct wire_in *in, struct frame *f)
{
	enum frame_error error = read_slot(in, f);
	uint64_t flags;

	if (error != FRAME_OK)
		return error;
	f->text = wire_get_string(in, &f->text_len);
	f->outbox = wire_get_u32(in);
	f->id = wire_get_varint(in);
	frame_get_position(in, &f->at);
	flags = wire_get_varint(in);
	f->token = wire_get_string(in, &f->token_len);
	f->former = wire_get_string(in, &f->former_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (f->outbox == 0 || f->id == 0 || f->id > UINT32_MAX ||
	    flags > UINT8_MAX)
		return FRAME_BAD_VALUE;
	if (f->token_len > FRAME_TOKEN_BYTES)
		return FRAME_OVER_LIMIT;
	f->flags = (uint8_t)flags;
	error = check_line(f->text, f->text_len, FRAME_ROOM_BYTES);
	return error != FRAME_OK || f->former_len == 0 ? error :
	    check_line(f->former, f->former_len, FRAME_FORMER_BYTES);
}

static enum frame_error
read_entered(struct wire_in *in, struct frame *f)
{
	enum frame_error error = read_slot(in, f);
	uint64_t flags;
	const char *key;
	size_t len;

	if (error != FRAME_OK)
		return error;
	flags = wire_get_varint(in);
	f->text = wire_get_string(in, &f->text_len);
	key = wire_get_string(in, &len);
	frame_get_position(in, &f->at);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (flags > UINT8_MAX || (len != 0 && len != FRAME_KEY_BYTES))
		return FRAME_BAD_VALUE;
	f->flags = (uint8_t)flags;
	f->bytes = len == 0 ? NULL : (const uint8_t *)key;
	/* Nobody knows how he is called whom that is with. */
	if ((flags & FRAME_ENTERED_TALK) != 0 && f->text_len == 0)
		return FRAME_OK;
	return check_line(f->text, f->text_len, FRAME_ROOM_BYTES);
}

static enum frame_error
read_seat(struct wire_in *in, struct frame *f)
{
	enum frame_error error = read_slot(in, f);

	if (error != FRAME_OK)
		return error;
	f->at.term = wire_get_varint(in);
	f->at.seq = wire_get_varint(in);
	if (f->at.seq > ENTRY_SEQ_MAX)
		in->failed = true;
	return check_list(in, f);
}

/* What the name is worth, the server decides. */
static enum frame_error
read_naming(struct wire_in *in, struct frame *f)
{
	f->id = wire_get_varint(in);
	f->code = wire_get_varint(in);
	f->text = wire_get_string(in, &f->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return check_line(f->text, f->text_len, TEXT_NAME_BYTES);
}

/* Those of common/frame_room.h, frame_person.h and frame_nodes.h. */
static enum frame_error
read_of_rooms(struct wire_in *in, struct frame *f)
{
	switch (f->type) {
	case FRAME_ROOM:
		return read_slot(in, f);
	case FRAME_ENTER:
		return read_enter(in, f);
	case FRAME_ENTERED:
		return read_entered(in, f);
	case FRAME_SEAT:
		return read_seat(in, f);
	case FRAME_NAME:
		return read_naming(in, f);
	case FRAME_MARK:
		f->flags = wire_get_u8(in);
		return check_list(in, f);
	case FRAME_LIST:
		f->code = wire_get_u8(in);
		f->seq = wire_get_varint(in);
		f->total = wire_get_varint(in);
		f->offset = wire_get_varint(in);
		return check_list(in, f);
	case FRAME_NODES:
		return check_list(in, f);
	case FRAME_REKEY:
		f->bytes = wire_get_bytes(in, FRAME_KEY_BYTES);
		return in->failed ? FRAME_TRUNCATED : FRAME_OK;
	default:	/* ASK */
		f->code = wire_get_u8(in);
		f->offset = wire_get_varint(in);
		return in->failed ? FRAME_TRUNCATED : FRAME_OK;
	}
}

static enum frame_error
read_body(struct wire_in *in, struct frame *f)
{
	enum frame_error error;

	switch (f->type) {
	case FRAME_POST:
		return check_list(in, f);
	case FRAME_POSTED:
		f->id = wire_get_varint(in);
		f->seq = wire_get_varint(in);
		break;
	case FRAME_ENTRIES:
		frame_get_position(in, &f->at);
		return check_list(in, f);
	case FRAME_SYNC:
		frame_get_position(in, &f->at);
		f->credit = wire_get_varint(in);
		f->loss_permille = wire_get_varint(in);
		if (!in->failed && f->loss_permille > 1000)
			return FRAME_BAD_VALUE;
		return check_list(in, f);
	case FRAME_READ:
		f->seq = wire_get_varint(in);
		f->count = wire_get_varint(in);
		break;
	case FRAME_HEAD:
		frame_get_position(in, &f->at);
		f->bytes = wire_get_bytes(in, FRAME_CHAIN);
		f->version = wire_get_varint(in);
		break;
	case FRAME_MEMBERS:
		f->seq = wire_get_varint(in);
		f->version = wire_get_varint(in);
		f->total = wire_get_varint(in);
		f->offset = wire_get_varint(in);
		return check_list(in, f);
	case FRAME_LEAVE:
		return read_text(in, f);
	case FRAME_ERROR:
		f->code = wire_get_varint(in);
		f->id = wire_get_varint(in);
		f->wait_ms = wire_get_varint(in);
		return read_text(in, f);
	case FRAME_PING:
	case FRAME_PONG:
		f->bytes = wire_get_bytes(in, FRAME_PING_BYTES);
		break;
	case FRAME_WHOIS:
		error = read_name(in, f);
		return error == FRAME_BAD_VALUE && f->text_len == 0 ? FRAME_OK :
		    error;
	case FRAME_PERSON:
		return read_person(in, f);
	case FRAME_PROMPT:
		break;
	default:
		return read_of_rooms(in, f);
	}
	return in->failed ? FRAME_TRUNCATED : FRAME_OK;
}

/* No entry has such a number, and nobody should count up to it. */
static bool
is_beyond(const struct frame *f)
{
	if (f->type == FRAME_ERROR && f->code == FRAME_REWIND)
		return f->id > ENTRY_SEQ_MAX || f->wait_ms > ENTRY_SEQ_MAX;
	return f->seq > ENTRY_SEQ_MAX || f->total > ENTRY_SEQ_MAX ||
	    f->offset > ENTRY_SEQ_MAX;
}

static bool
is_known(uint8_t type)
{
	return (type >= FRAME_POST && type <= FRAME_NAME) ||
	    (type >= FRAME_SEAT && type <= FRAME_TYPE_MAX);
}

enum frame_error
frame_next(struct wire_in *in, struct frame *f)
{
	enum frame_error error;
	struct wire_in body;
	const void *bytes;
	size_t len;
	uint8_t type;

	do {
		if (in->pos == in->len && !in->failed)
			return FRAME_END;
		type = wire_get_u8(in);
		bytes = wire_get_string(in, &len);
		if (in->failed)
			return FRAME_TRUNCATED;
	} while (!is_known(type));
	memset(f, 0, sizeof(*f));
	f->type = type;
	body = wire_in(bytes, len);
	error = read_body(&body, f);
	if (error == FRAME_OK && is_beyond(f))
		return FRAME_BAD_VALUE;
	if (error == FRAME_OK && !wire_done(&body))
		return body.failed ? FRAME_TRUNCATED : FRAME_TRAILING;
	return error;
}

bool
frame_next_post(struct frame *f, struct frame_post *p)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_post(&f->list, p) == FRAME_OK;
}

bool
frame_next_entry(struct frame *f, struct entry *e)
{
	return f->count > 0 && f->count-- > 0 &&
	    entry_decode_again(&f->list, e) == ENTRY_OK;
}

const uint8_t *
frame_next_encoded(struct frame *f, struct entry *e, size_t *len)
{
	size_t from = f->list.pos;

	if (!frame_next_entry(f, e))
		return NULL;
	*len = f->list.pos - from;
	return f->list.base + from;
}

bool
frame_next_range(struct frame *f, struct frame_range *r)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_range(&f->list, f->at.seq, &f->range_end, r) == FRAME_OK;
}

bool
frame_next_member(struct frame *f, struct frame_member *m)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_member(&f->list, m) == FRAME_OK;
}

bool
frame_next_listed(struct frame *f, struct frame_listed *r)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_listed(&f->list, r) == FRAME_OK;
}

bool
frame_next_device(struct frame *f, struct frame_device *d)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_device(&f->list, d) == FRAME_OK;
}

bool
frame_next_talk(struct frame *f, struct frame_talk *t)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_talk(&f->list, t) == FRAME_OK;
}

bool
frame_next_mark(struct frame *f, struct frame_mark *m)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_mark(&f->list, m) == FRAME_OK;
}

bool
frame_next_node(struct frame *f, struct frame_node *n)
{
	return f->count > 0 && f->count-- > 0 &&
	    read_node(&f->list, n) == FRAME_OK;
}
