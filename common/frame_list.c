/*
 * The lists in frames, and the texts: see the header. Pure; both sides. What
 * strangers with a key send is checked item by item before any is given out.
 */
#include "common/frame_list.h"

#include <string.h>

#include "common/frame_nodes.h"
#include "common/frame_person.h"
#include "common/frame_room.h"
#include "common/text.h"

enum frame_error
frame_text_check(const char *text, size_t len, size_t max)
{
	if (len > max)
		return FRAME_OVER_LIMIT;
	if (len > 0 && !text_is_sound(text, len))
		return FRAME_BAD_VALUE;
	return FRAME_OK;
}
_Static_assert((int)FRAME_REASON_BYTES <= (int)TEXT_LINE_BYTES, "one scratch");

enum frame_error
frame_line_check(const char *text, size_t len, size_t max)
{
	if (len == 0 || memchr(text, '\n', len) != NULL)
		return FRAME_BAD_VALUE;
	return frame_text_check(text, len, max);
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
	return frame_text_check(p->text, p->text_len, TEXT_LINE_BYTES);
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
	error = frame_line_check(r->name, r->name_len, FRAME_ROOM_BYTES);
	return error != FRAME_OK || r->topic_len == 0 ? error :
	    frame_line_check(r->topic, r->topic_len, FRAME_TOPIC_BYTES);
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
	    frame_line_check(d->name, d->name_len, FRAME_DEVICE_BYTES);
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

enum frame_error
frame_list_check(struct wire_in *in, struct frame *f)
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
