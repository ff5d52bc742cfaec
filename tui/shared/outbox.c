/*
 * The outbox and its file. Runs in the receiver process. Never forgets a post
 * that was not acknowledged; the file shrinks when all of them are.
 */
#include "tui/shared/outbox_state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/crc32c.h"
#include "common/disk.h"
#include "common/wire.h"

enum {
	KIND_MARK = 255,	/* as was; some take it for a line */
	MARK_BYTES = 8 + PAST_CHAIN
};

/* Takes a copy of the text as the newest post. */
static bool
push(struct outbox *o, uint32_t counter, uint8_t kind, uint32_t flags,
    const char *text, size_t len)
{
	struct post *p;

	if (o->count == OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	p = outbox_post_at(o, o->count);
	memset(p, 0, sizeof(*p));
	if ((p->text = malloc(len)) == NULL && len > 0)
		return false;
	memcpy(p->text, text, len);
	p->counter = counter;
	p->kind = kind;
	p->flags = flags;
	p->len = len;
	o->count++;
	o->next = counter + 1;
	return true;
}

void
outbox_pop(struct outbox *o)
{
	free(outbox_post_at(o, 0)->text);
	o->first = (o->first + 1) % OUTBOX_POSTS;
	o->count--;
	if (o->unsynced > o->count)
		o->unsynced = o->count;
}

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

static bool
take_body(struct outbox *o, struct wire_in *in)
{
	uint32_t counter = wire_get_u32(in), flags;
	uint8_t kind = wire_get_u8(in);
	const char *text;
	size_t len;

	flags = (uint32_t)wire_get_varint(in);
	text = wire_get_string(in, &len);
	if (!wire_done(in) || len > TEXT_LINE_BYTES)
		return false;
	if (kind == KIND_MARK)
		return take_mark(o, text, len);
	if (kind == OUTBOX_ACKNOWLEDGED) {
		take_acknowledged(o, counter);
		take_past(o, flags, text, len);
		return true;
	}
	if (!push(o, counter, kind, flags, text, len))
		return false;
	/* Who knows? */
	outbox_post_at(o, o->count - 1)->sent = true;
	outbox_post_at(o, o->count - 1)->earlier = true;
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

/* Reads record after record; what follows the last whole message is cut. False:
 * there was no memory for all of them, and nothing is cut. */
static bool
load(struct outbox *o, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len), body;
	off_t whole = OUTBOX_HEADER;
	uint32_t record_len, crc;
	const uint8_t *record;

	o->size = OUTBOX_HEADER;
	in.pos = OUTBOX_HEADER;
	while (in.pos < len) {
		record_len = wire_get_u32(&in);
		crc = wire_get_u32(&in);
		if (in.failed || record_len > OUTBOX_BODY)
			break;
		record = wire_get_bytes(&in, record_len);
		if (in.failed || crc32c(record, record_len) != crc)
			break;
		body = wire_in(record, record_len);
		errno = 0;
		if (!take_body(o, &body)) {
			if (errno != 0)
				return false;
			break;
		}
		o->size = (off_t)in.pos;
		if (!is_torn(o))
			whole = o->size;
	}
	forget_torn(o);
	o->size = whole;
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

void
outbox_draft_path(char dst[OUTBOX_DRAFT_BYTES], const struct outbox *o)
{
	snprintf(dst, OUTBOX_DRAFT_BYTES, "%s.new", o->path);
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

void
outbox_close(struct outbox *o)
{
	if (o == NULL)
		return;
	/* What was taken is said, now or the next time. */
	outbox_sync(o);
	while (o->posts != NULL && o->count > 0)
		outbox_pop(o);
	if (o->fd != -1)
		o->disk->close(o->disk->arg, o->fd);
	free(o->posts);
	free(o);
}

uint32_t
outbox_number(const struct outbox *o)
{
	return o->number;
}

const char *
outbox_path(const struct outbox *o)
{
	return o->path;
}

uint32_t
outbox_first(const struct outbox *o)
{
	return o->count > 0 ? outbox_post_at(o, 0)->counter : o->next;
}

uint32_t
outbox_last(const struct outbox *o)
{
	return o->next - 1;
}

size_t
outbox_count(const struct outbox *o)
{
	return o->count;
}

bool
outbox_add(struct outbox *o, const struct entry *pieces, size_t n,
    uint64_t tag)
{
	size_t i, before = o->count;
	uint32_t next = o->next;
	bool good = true;

	if (n == 0 || o->count + n > OUTBOX_POSTS) {
		errno = ENOBUFS;
		return false;
	}
	for (i = 0; i < n && good; i++)
		if ((good = push(o, next + (uint32_t)i,
		    (uint8_t)pieces[i].kind, pieces[i].flags, pieces[i].text,
		    pieces[i].text_len)))
			outbox_post_at(o, o->count - 1)->was = pieces[i].id;
	if (good) {
		outbox_post_at(o, o->count - 1)->tag = tag;
		if (o->disk != NULL)
			o->unsynced += n;
		return true;
	}
	while (o->count > before)
		free(outbox_post_at(o, --o->count)->text);
	o->next = next;
	return false;
}

size_t
outbox_unsynced(const struct outbox *o)
{
	return o->unsynced;
}

bool
outbox_take_back(struct outbox *o, struct outbox_post *post)
{
	if (o->unsynced == 0)
		return false;
	*post = outbox_get(o, o->count - 1);
	post->text = "";
	post->text_len = 0;
	free(outbox_post_at(o, --o->count)->text);
	o->unsynced--;
	o->next--;
	return true;
}

struct outbox_post
outbox_get(const struct outbox *o, size_t i)
{
	const struct post *p = outbox_post_at(o, i);
	struct outbox_post post = { p->counter, (enum entry_kind)p->kind,
	    p->flags, p->tag, p->sent, p->len, p->text };

	return post;
}

void
outbox_set_tag(struct outbox *o, size_t i, uint64_t tag)
{
	outbox_post_at(o, i)->tag = tag;
}

const struct past_mark *
outbox_mark(const struct outbox *o)
{
	return past_mark(&o->past);
}

const struct past *
outbox_past(const struct outbox *o)
{
	return &o->past;
}

static uint64_t
id_of(const struct outbox *o, const struct post *p)
{
	return (uint64_t)o->number << 32 | p->counter;
}

static bool
is_line(const struct outbox *o, size_t i, const struct entry *e,
    uint64_t origin)
{
	const struct post *p = outbox_post_at(o, i);

	return p->len == e->text_len && p->kind == (uint8_t)e->kind &&
	    memcmp(p->text, e->text, p->len) == 0 &&
	    past_origin(&o->past, id_of(o, p)) == origin;
}

/* Of a whole log each line is looked for: only where one moved are all that
 * wait looked through, any other would be in its counter's place. */
size_t
outbox_find(const struct outbox *o, const struct entry *e)
{
	uint64_t origin = past_origin(&o->past, e->id);
	size_t i = 0, end = o->count;

	if (!past_moved(&o->past, origin)) {
		i = (uint32_t)origin - outbox_first(o);
		end = i < end ? i + 1 : i;
	}
	for (; i < end; i++)
		if (is_line(o, i, e, origin))
			return i;
	return o->count;
}

bool
outbox_differs(const struct outbox *o, const struct entry *e)
{
	uint32_t i = (uint32_t)e->id - outbox_first(o);
	const struct post *p;

	if (e->id >> 32 != o->number || i >= o->count)
		return false;
	p = outbox_post_at(o, i);
	if (p->kind != (uint8_t)e->kind)
		return true;
	/* The room may have refused that name. */
	if (p->kind == ENTRY_RENAME && (e->flags & ENTRY_QUIET) != 0)
		return false;
	return p->len != e->text_len || memcmp(p->text, e->text, p->len) != 0;
}

bool
outbox_was_moved(const struct outbox *o, size_t i)
{
	uint64_t id = id_of(o, outbox_post_at(o, i));

	return past_origin(&o->past, id) != id;
}

void
outbox_set_sent(struct outbox *o, size_t i, size_t end)
{
	for (; i < end; i++)
		outbox_post_at(o, i)->sent = true;
}
