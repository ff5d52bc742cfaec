/*
 * Reading the outbox's file: what waits, what was said of it. A part that is
 * damaged takes nothing along but itself. Runs in the receiver process.
 */
#include "tui/shared/outbox_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/wire.h"

enum {
	KIND_MARK = 255,	/* as was; some take it for a line */
	MARK_BYTES = 8 + PAST_CHAIN
};

/* What cannot be read is passed over, up to what is whole and sound. */
struct reading {
	bool		 missed;	/* something, right before this; */
	bool		 any;		/* and anywhere */
	uint32_t	 missed_to;	/* posts below this; 0: none is known */
	uint32_t	 acknowledged;
};

static bool
take_mark(struct outbox *o, const char *text, size_t len)
{
	struct wire_in in = wire_in((const uint8_t *)text, len);
	struct past_mark mark;

	if (len != MARK_BYTES)
		return false;
	mark.keep = wire_get_u64(&in);
	memcpy(mark.chain, wire_get_bytes(&in, PAST_CHAIN), PAST_CHAIN);
	past_set_mark(&o->past, &mark);
	return true;
}

static void
take_acknowledged(struct outbox *o, uint32_t counter)
{
	while (o->count > 0 && outbox_post_at(o, 0)->counter < counter)
		outbox_pop(o);
	if (o->next < counter)
		o->next = counter;
}

static void
take_names(struct outbox *o, const char *text, size_t len)
{
	if (len >= sizeof(o->names) || memchr(text, '\0', len) != NULL)
		return;
	memcpy(o->names, text, len);
	o->names[len] = '\0';
}

static void
take_past(struct outbox *o, uint32_t flags, const char *text, size_t len)
{
	struct wire_in in = wire_in((const uint8_t *)text, len);

	if (flags == OUTBOX_NUMBERS)
		past_get_numbers(&o->past, &in);
	else if (flags == OUTBOX_MOVES)
		past_get_moves(&o->past, &in);
	else if (flags == OUTBOX_SAID_AS)
		take_names(o, text, len);
}

/* Behind what was missed a message begins anew. */
static bool
take_post(struct outbox *o, struct reading *r, const struct outbox_post *p)
{
	if (r->missed && entry_index(p->flags) > 0)
		return true;
	if (r->any && p->counter > o->next)
		r->missed_to = p->counter;
	r->missed = false;
	if (!outbox_push(o, p->counter, (uint8_t)p->kind, p->flags, p->text,
	    p->text_len))
		return false;
	/* Who knows? */
	outbox_post_at(o, o->count - 1)->sent = true;
	outbox_post_at(o, o->count - 1)->earlier = true;
	return true;
}

static void
take_no_post(struct outbox *o, struct reading *r, const struct outbox_post *p)
{
	/* It tells of more than was read: that was missed, and is there. */
	r->missed &= p->counter <= o->next;
	if (r->acknowledged < p->counter)
		r->acknowledged = p->counter;
	take_acknowledged(o, p->counter);
	take_past(o, p->flags, p->text, p->text_len);
}

static bool
take_body(struct outbox *o, struct reading *r, struct wire_in *in)
{
	struct outbox_post p = { .counter = wire_get_u32(in) };
	uint8_t kind = wire_get_u8(in);

	p.flags = (uint32_t)wire_get_varint(in);
	p.text = wire_get_string(in, &p.text_len);
	if (!wire_done(in) || p.text_len > TEXT_LINE_BYTES)
		return false;
	p.kind = (enum entry_kind)kind;
	if (kind == KIND_MARK)
		return take_mark(o, p.text, p.text_len);
	if (kind != OUTBOX_ACKNOWLEDGED)
		return take_post(o, r, &p);
	take_no_post(o, r, &p);
	return true;
}

/* Of the newest message there are not all pieces. */
static bool
is_torn(const struct outbox *o)
{
	return o->count > 0 &&
	    entry_more(outbox_post_at(o, o->count - 1)->flags) > 0;
}

/* Those were never sent: a room would wait for the others for ever. */
static void
forget_torn(struct outbox *o)
{
	while (is_torn(o)) {
		free(outbox_post_at(o, --o->count)->text);
		o->next--;
	}
}

/* A whole one, whose sum is right. */
static bool
read_record(struct wire_in *in, struct wire_in *body)
{
	uint32_t len = wire_get_u32(in), crc = wire_get_u32(in);
	const uint8_t *record;

	if (in->failed || len == 0 || len > OUTBOX_BODY)
		return false;
	record = wire_get_bytes(in, len);
	if (in->failed || crc32c(record, len) != crc)
		return false;
	*body = wire_in(record, len);
	return true;
}

/* The next one, wherever it begins; false: there is none. *passed: not here. */
static bool
find_record(struct wire_in *in, struct wire_in *body, bool *passed)
{
	size_t at, begun = in->pos;

	for (at = begun; at < in->len; at++) {
		in->pos = at;
		in->failed = false;
		*passed = at > begun;
		if (read_record(in, body))
			return true;
	}
	return false;
}

static void
miss(struct outbox *o, struct reading *r)
{
	forget_torn(o);
	r->missed = r->any = true;
}

/* Reads record after record; what follows the last whole message is cut. False:
 * there was no memory for all of them, and nothing is cut. */
static bool
load(struct outbox *o, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len), body;
	struct reading r = { 0 };
	off_t whole = OUTBOX_HEADER;
	bool passed;

	in.pos = OUTBOX_HEADER;
	while (find_record(&in, &body, &passed)) {
		if (passed)
			miss(o, &r);
		errno = 0;
		if (!take_body(o, &r, &body)) {
			if (errno != 0)
				return false;
			miss(o, &r);
		}
		if (!is_torn(o))
			whole = (off_t)in.pos;
	}
	forget_torn(o);
	o->size = whole;
	o->damaged = r.missed || r.missed_to > r.acknowledged;
	if (r.any)
		return outbox_mend(o);
	return (size_t)o->size == len ||
	    o->disk->truncate(o->disk->arg, o->fd, o->size) == 0;
}

/* The last number that it had is its own. */
static void
name_past(struct outbox *o)
{
	const struct past *p = &o->past;

	if (p->numbers == 0 ||
	    p->number[p->numbers - 1].number != o->number)
		past_number(&o->past, o->number);
}

static bool
read_file(struct outbox *o, uint32_t random)
{
	const struct disk *d = o->disk;
	off_t size = d->size(d->arg, o->fd);
	struct wire_in in;
	uint8_t *bytes;
	bool good = false;

	if (size == -1)
		return false;
	if (size < OUTBOX_HEADER) {
		o->number = random;
		return d->truncate(d->arg, o->fd, 0) == 0 &&
		    outbox_write_header(o);
	}
	if ((bytes = malloc((size_t)size)) == NULL)
		return false;
	errno = EINVAL;
	if (d->read(d->arg, o->fd, bytes, (size_t)size, 0) == size &&
	    memcmp(bytes, OUTBOX_MAGIC, OUTBOX_MAGIC_BYTES) == 0) {
		in = wire_in(bytes, OUTBOX_HEADER);
		in.pos = OUTBOX_MAGIC_BYTES;
		o->number = wire_get_u32(&in);
		name_past(o);
		if (wire_get_u32(&in) == crc32c(bytes, OUTBOX_HEADER - 4))
			good = load(o, bytes, (size_t)size);
	}
	free(bytes);
	return good;
}

/* As a crash left it. */
static void
remove_draft(const struct outbox *o)
{
	char path[OUTBOX_DRAFT_BYTES];

	outbox_draft_path(path, o);
	o->disk->remove(o->disk->arg, path);
}

struct outbox *
outbox_open(const struct disk *disk, const char *path, uint32_t random)
{
	struct outbox *o;
	int saved;

	if ((o = calloc(1, sizeof(*o))) == NULL)
		return NULL;
	o->disk = disk;
	if (disk != NULL)
		strlcpy(o->path, path, sizeof(o->path));
	o->fd = -1;
	o->next = 1;
	o->number = random;
	o->posts = calloc(OUTBOX_POSTS, sizeof(*o->posts));
	if (o->posts != NULL && (disk == NULL ||
	    ((o->fd = disk->open(disk->arg, path, true)) != -1 &&
	    read_file(o, random) && (o->count == 0 ||
	    disk->sync(disk->arg, o->fd) == 0)))) {
		name_past(o);
		o->synced = o->size;
		if (disk != NULL)
			remove_draft(o);
		return o;
	}
	saved = errno;
	outbox_close(o);
	errno = saved;
	return NULL;
}
